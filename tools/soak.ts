// Runs the tests of endurance for as long as they are meant to last: [--node] [--deno] [--bun]
// [part of a path]…, on Node when no runtime is named. What CI does of them is in the tests themselves.
import process from "node:process";
import { repoRoot } from "./process/repo_root.ts";
import { parseArguments } from "./test_run/arguments.ts";
import { runAll } from "./test_run/run_all.ts";
import { testFiles } from "./test_run/test_files.ts";

/** Which tests, and what each is told by its environment. */
const ENDURANCE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "packages/cli/src/capture/capture_kill_test.ts": { SSMD_KILLS: "200" },
  "packages/kalshi/src/live/fault_seeds_test.ts": { SSMD_FAULT_SEEDS: "10000" },
  "packages/cli/src/capture/capture_day_test.ts": { SSMD_MARKET_MINUTES: "1440" },
};
const HOURS = 6;

const args = process.argv.slice(2);
const { runtimes, filters } = parseArguments(args);
const limitMs = HOURS * 3_600_000;
const asked = testFiles(repoRoot, filters);
process.exitCode = await runAll({
  root: repoRoot,
  files: Object.keys(ENDURANCE).filter((file) => asked.includes(file)),
  examples: [],
  limitMs,
  testLimitMs: limitMs,
  env: Object.assign({}, ...Object.values(ENDURANCE)),
}, args.some((argument) => argument.startsWith("--")) ? runtimes : ["node"]);

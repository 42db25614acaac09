// Runs all tests on Node, Deno and Bun: [--node] [--deno] [--bun] [part of a path]…
import process from "node:process";
import { repoRoot } from "./process/repo_root.ts";
import { parseArguments } from "./test_run/arguments.ts";
import { runAll } from "./test_run/run_all.ts";
import { dataFolder, exampleFiles, testFiles } from "./test_run/test_files.ts";

// A runtime takes about six minutes on two quiet cores; a busy machine gets more than twice that.
const RUNTIME_MINUTES = 14;
const TEST_MINUTES = 4;

const { runtimes, filters } = parseArguments(process.argv.slice(2));
const data = dataFolder(repoRoot, process.env["SSMD_DATA"]);
process.exitCode = await runAll({
  root: repoRoot,
  files: testFiles(repoRoot, filters),
  examples: exampleFiles(repoRoot, filters),
  limitMs: RUNTIME_MINUTES * 60_000,
  testLimitMs: TEST_MINUTES * 60_000,
  env: data === undefined ? {} : { SSMD_DATA: data },
}, runtimes);

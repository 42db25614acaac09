// Runs all tests on Node, Deno and Bun: [--node] [--deno] [--bun] [part of a path]…
import process from "node:process";
import { repoRoot } from "./process/repo_root.ts";
import { parseArguments } from "./test_run/arguments.ts";
import type { RuntimeResult, TestPlan } from "./test_run/result.ts";
import { runOn } from "./test_run/run_on.ts";
import * as summary from "./test_run/summary.ts";
import { dataFolder, exampleFiles, testFiles } from "./test_run/test_files.ts";

// CI has 20 minutes for all runtimes, the installation and the build.
const RUNTIME_MINUTES = 5;
const TEST_MINUTES = 2;

const { runtimes, filters } = parseArguments(process.argv.slice(2));
const data = dataFolder(repoRoot, process.env["SSMD_DATA"]);
const plan: TestPlan = {
  root: repoRoot,
  files: testFiles(repoRoot, filters),
  examples: exampleFiles(repoRoot, filters),
  limitMs: RUNTIME_MINUTES * 60_000,
  testLimitMs: TEST_MINUTES * 60_000,
  env: data === undefined ? {} : { SSMD_DATA: data },
};

const runs: RuntimeResult[] = [];
for (const runtime of runtimes) {
  const run = await runOn(runtime, plan);
  runs.push(run);
  process.stdout.write(summary.failureText(run));
}
const counts = summary.countResults(runs.flatMap((run) => run.results));
if (counts.skipped > 0) console.log(summary.skippedText(runs));
for (const run of runs) console.log(summary.runtimeLine(run));
if (counts.passed + counts.failed === 0) console.log("NO TEST RAN");
console.log(summary.closingLine(counts));
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

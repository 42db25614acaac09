import process from "node:process";
import type { RuntimeName, RuntimeResult, TestPlan } from "./result.ts";
import { runOn } from "./run_on.ts";
import * as summary from "./summary.ts";

/** Runs `plan` on each runtime, prints what failed and the closing line; gives the exit code. */
export async function runAll(plan: TestPlan, runtimes: readonly RuntimeName[]): Promise<number> {
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
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

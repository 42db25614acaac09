import { runCommand } from "../process/run_command.ts";
import { BUN_FLAGS } from "./bun_run.ts";
import { DENO_FLAGS } from "./deno_run.ts";
import { NODE_FLAGS } from "./node_run.ts";
import { type RuntimeName, tailOf, type TestPlan, type TestResult } from "./result.ts";

const COMMANDS: Readonly<Record<RuntimeName, readonly string[]>> = {
  node: NODE_FLAGS,
  deno: ["run", ...DENO_FLAGS],
  bun: [...BUN_FLAGS, "run"],
};

/** Runs each example as a program: it passes when it ends with 0. */
export async function runExamples(
  runtime: RuntimeName,
  binary: string,
  plan: TestPlan,
): Promise<TestResult[]> {
  const results: TestResult[] = [];
  for (const file of plan.examples) {
    const done = await runCommand(binary, [...COMMANDS[runtime], `./${file}`], {
      cwd: plan.root,
      env: plan.env,
      limitMs: plan.testLimitMs,
    });
    const name = "runs to its end";
    if (done.code === 0 && !done.timedOut) results.push({ file, name, outcome: "passed" });
    else {
      const end = done.timedOut ? `was ended after ${done.seconds} s` : `ended with ${done.code}`;
      const detail = `${end}\n${tailOf(done.output)}`;
      results.push({ file, name, outcome: "failed", detail });
    }
  }
  return results;
}

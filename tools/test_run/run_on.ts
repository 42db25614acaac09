import { runOnBun } from "./bun_run.ts";
import { runOnDeno } from "./deno_run.ts";
import { runExamples } from "./example_run.ts";
import { runOnNode } from "./node_run.ts";
import type { RuntimeName, RuntimeResult, TestPlan, TestResult } from "./result.ts";
import { runtimeBinary } from "./runtime_binary.ts";

const RUN: Readonly<
  Record<RuntimeName, (binary: string, plan: TestPlan) => Promise<TestResult[]>>
> = { node: runOnNode, deno: runOnDeno, bun: runOnBun };

/** Runs tests and examples on one runtime; where it cannot run, all of them count as skipped. */
export async function runOn(runtime: RuntimeName, plan: TestPlan): Promise<RuntimeResult> {
  const started = performance.now();
  const binary = runtimeBinary(plan.root, runtime);
  if (binary === undefined) {
    const reason = `${runtime} CANNOT RUN on this machine`;
    const results = [...plan.files, ...plan.examples].map((file): TestResult => ({
      file,
      name: "(the whole file)",
      outcome: "skipped",
      reason,
    }));
    return { runtime, version: "absent", seconds: 0, results };
  }
  const tests = plan.files.length > 0 ? await RUN[runtime](binary.path, plan) : [];
  const examples = await runExamples(runtime, binary.path, plan);
  const seconds = (performance.now() - started) / 1000;
  return { runtime, version: binary.version, seconds, results: [...tests, ...examples] };
}

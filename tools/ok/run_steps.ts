import process from "node:process";
import type { Step, StepResult } from "./step.ts";

/** Runs all steps, a line for each and the output of those that fail; gives the failed ones' names. */
export async function runSteps(steps: readonly Step[]): Promise<string[]> {
  const failed: string[] = [];
  for (const step of steps) {
    const started = performance.now();
    const { ok, output, note } = await resultOf(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (!ok) {
      failed.push(step.name);
      process.stdout.write(`${output.trimEnd()}\n`);
    }
    const line = `${step.name.padEnd(28)} ${ok ? "ok    " : "FAILED"} ${seconds.padStart(6)} s`;
    console.log(note === undefined ? line : `${line}   ${note}`);
  }
  return failed;
}

async function resultOf(step: Step): Promise<StepResult> {
  try {
    return await step.run();
  } catch (error) {
    return { ok: false, output: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

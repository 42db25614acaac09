import type { Finished } from "../process/run_command.ts";
import { tailOf, type TestResult } from "./result.ts";

/**
 * Adds a failure for what a runtime does not report itself: a file without any result (it could
 * not be loaded, or ended the process), and an end that was not 0 although no test failed.
 */
export function withUnreported(
  results: readonly TestResult[],
  reported: ReadonlySet<string>,
  files: readonly string[],
  done: Finished,
): TestResult[] {
  const end = done.timedOut
    ? `was ended after ${Math.round(done.seconds)} s`
    : `ended with ${done.code}`;
  const all = [...results];
  const silent = files.filter((file) => !reported.has(file));
  for (const [index, file] of silent.entries()) {
    // The output explains all of them: once is enough.
    const explained = index === 0 ? { detail: `the runtime ${end}\n${tailOf(done.output)}` } : {};
    all.push({ file, name: "(reported no test)", outcome: "failed", ...explained });
  }
  const failed = all.some((result) => result.outcome === "failed");
  if (!failed && (done.code !== 0 || done.timedOut)) {
    const detail = `the runtime ${end}\n${tailOf(done.output)}`;
    all.push({ file: "", name: "(the whole run)", outcome: "failed", detail });
  }
  return all;
}

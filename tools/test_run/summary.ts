import type { RuntimeResult, TestResult } from "./result.ts";

/** How many tests came to which end. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts results by outcome. */
export function countResults(results: readonly TestResult[]): Counts {
  const of = (outcome: TestResult["outcome"]) =>
    results.filter((result) => result.outcome === outcome).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
}

/** "12 passed, 0 failed", and how many were skipped if there are any. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** The line of one runtime. */
export function runtimeLine(run: RuntimeResult): string {
  const name = `${run.runtime} ${run.version}`.padEnd(14);
  return `${name} ${closingLine(countResults(run.results))} (${run.seconds.toFixed(1)} s)`;
}

/** What failed on one runtime, with its details. */
export function failureText(run: RuntimeResult): string {
  return run.results.filter((result) => result.outcome === "failed").map((result) => {
    const head = `FAILED on ${run.runtime}: ${[result.file, result.name].join("  ")}\n`;
    if (result.detail === undefined) return head;
    return `${head}${result.detail.trimEnd().replaceAll(/^/gm, "    ")}\n`;
  }).join("");
}

/** What was skipped, grouped by reason; a reason that a runtime does not tell is another's. */
export function skippedText(runs: readonly RuntimeResult[]): string {
  const told = new Map<string, string>();
  const all = runs.flatMap((run) => run.results.map((result) => ({ ...result, run })))
    .filter((result) => result.outcome === "skipped");
  for (const { name, reason } of all) if (reason !== undefined) told.set(name, reason);

  const groups = new Map<string, Map<string, string[]>>();
  for (const { file, name, reason, run } of all) {
    const why = reason ?? told.get(name) ?? `${run.runtime} does not tell why: see the test`;
    const tests = groups.get(why) ?? new Map<string, string[]>();
    groups.set(why, tests);
    const test = `${file}  ${name}`;
    tests.set(test, [...tests.get(test) ?? [], run.runtime]);
  }
  return [...groups].map(([why, tests]) => {
    const lines = [...tests].map(([test, runtimes]) => `  ${test} (${runtimes.join(", ")})`);
    return `skipped: ${why}\n${lines.join("\n")}`;
  }).join("\n");
}

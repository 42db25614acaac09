import type { JunitCase } from "./junit.ts";
import type { TestResult } from "./result.ts";

const SEPARATOR = " > ";

/**
 * Deno lists a suite, and a test with subtests, beside what is inside them, and what is inside a
 * suite without its file: only tests without subtests count, as on the other runtimes.
 */
export function denoResults(cases: readonly JunitCase[]): TestResult[] {
  const parents = new Set(cases.flatMap(({ path }) => prefixesOf(path.join(SEPARATOR))));
  const fileOf = new Map(
    cases.filter(isTopLevel).map(({ file, path }) => [path.join(SEPARATOR), cleanPath(file)]),
  );
  return cases.filter((found) => !isOnlyParent(found, parents)).map((found) => {
    const name = found.path.join(SEPARATOR);
    const outermost = name.split(SEPARATOR)[0] ?? "";
    const file = isTopLevel(found) ? cleanPath(found.file) : fileOf.get(outermost) ?? "";
    const { outcome } = found;
    return { file, name, outcome, ...(outcome === "failed" ? { detail: found.detail } : {}) };
  });
}

/** The files that the report speaks of. */
export function denoFiles(cases: readonly JunitCase[]): Set<string> {
  return new Set(cases.filter(isTopLevel).map((found) => cleanPath(found.file)));
}

function isTopLevel(found: JunitCase): boolean {
  return !found.file.startsWith("ext:");
}

function cleanPath(file: string): string {
  return file.replace(/^\.\//, "");
}

function prefixesOf(name: string): string[] {
  const parts = name.split(SEPARATOR);
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join(SEPARATOR));
}

function isOnlyParent(found: JunitCase, parents: ReadonlySet<string>): boolean {
  if (!parents.has(found.path.join(SEPARATOR)) || found.outcome === "skipped") return false;
  return found.outcome === "passed" || /^\d+ test steps? failed/.test(found.message);
}

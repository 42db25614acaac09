import assert from "node:assert/strict";
import test from "node:test";
import { denoFiles, denoResults } from "./deno_results.ts";
import type { JunitCase } from "./junit.ts";

const INSIDE = "ext:deno_node/testing.ts";

function found(
  file: string,
  name: string,
  outcome: JunitCase["outcome"] = "passed",
  message = "",
): JunitCase {
  return { file, path: [name], outcome, message, detail: message };
}

const brief = (cases: readonly JunitCase[]) =>
  denoResults(cases).map(({ file, name, outcome }) => `${file} ${name}: ${outcome}`);

test("suites and tests with subtests do not count, what is inside them does", () => {
  const cases = [
    found("./a_test.ts", "suite"),
    found(INSIDE, "suite > deeper"),
    found(INSIDE, "suite > deeper > leaf"),
    found("./a_test.ts", "alone", "skipped"),
  ];
  assert.deepEqual(brief(cases), [
    "a_test.ts suite > deeper > leaf: passed",
    "a_test.ts alone: skipped",
  ]);
  assert.deepEqual([...denoFiles(cases)], ["a_test.ts"]);
});

test("a parent counts when it failed by itself, not when a step of it failed", () => {
  const steps = [
    found("./a_test.ts", "parent", "failed", "1 test step failed"),
    found("./a_test.ts", "parent > step", "failed", "x"),
  ];
  assert.deepEqual(brief(steps), ["a_test.ts parent > step: failed"]);
  const itself = [
    found("./a_test.ts", "parent", "failed", "Uncaught Error"),
    found("./a_test.ts", "parent > step"),
  ];
  assert.deepEqual(brief(itself), ["a_test.ts parent: failed", "a_test.ts parent > step: passed"]);
});

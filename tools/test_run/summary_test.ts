import assert from "node:assert/strict";
import test from "node:test";
import { parseArguments } from "./arguments.ts";
import type { RuntimeName, RuntimeResult, TestResult } from "./result.ts";
import { closingLine, countResults, failureText, skippedText } from "./summary.ts";
import { withUnreported } from "./unreported.ts";

const result = (name: string, outcome: TestResult["outcome"], more = {}): TestResult => ({
  file: "a_test.ts",
  name,
  outcome,
  ...more,
});
const run = (runtime: RuntimeName, ...results: TestResult[]): RuntimeResult => ({
  runtime,
  version: "1.0.0",
  seconds: 1,
  results,
});

test("the closing line speaks of skipped tests only when there are some", () => {
  assert.equal(closingLine({ passed: 3, failed: 0, skipped: 0 }), "3 passed, 0 failed");
  assert.equal(closingLine({ passed: 3, failed: 1, skipped: 2 }), "3 passed, 1 failed, 2 skipped");
});

test("a reason that one runtime tells stands for all", () => {
  const node = run("node", result("a", "skipped", { reason: "no data" }));
  const deno = run("deno", result("a", "skipped"), result("b", "skipped"));
  const text = skippedText([node, deno]);
  assert.match(text, /skipped: no data\n {2}a_test\.ts {2}a \(node, deno\)/);
  assert.match(text, /skipped: deno does not tell why: see the test\n {2}a_test\.ts {2}b \(deno\)/);
});

test("a failure shows its details", () => {
  const text = failureText(run("bun", result("a", "failed", { detail: "Error: x\n  at y\n" })));
  assert.equal(text, "FAILED on bun: a_test.ts  a\n    Error: x\n      at y\n");
});

test("a file without a result, and an end that nothing explains, are failures", () => {
  const done = { code: 0, stdout: "", output: "Segmentation fault", timedOut: false, seconds: 1 };
  const silent = withUnreported([], new Set(), ["a_test.ts", "b_test.ts"], done);
  assert.deepEqual(countResults(silent), { passed: 0, failed: 2, skipped: 0 });
  assert.match(silent[0]?.detail ?? "", /Segmentation fault/);

  const passed = [result("a", "passed")];
  const reported = new Set(["a_test.ts"]);
  assert.equal(withUnreported(passed, reported, ["a_test.ts"], done).length, 1);
  const crashed = withUnreported(passed, reported, ["a_test.ts"], { ...done, code: 134 });
  assert.equal(countResults(crashed).failed, 1);
});

test("arguments choose runtimes and files", () => {
  assert.deepEqual(parseArguments([]), { runtimes: ["node", "deno", "bun"], filters: [] });
  assert.deepEqual(parseArguments(["--bun", "./packages/core", "--node"]), {
    runtimes: ["node", "bun"],
    filters: ["packages/core"],
  });
  assert.throws(() => parseArguments(["--chrome"]), /unknown option --chrome/);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { type NodeEvent, NodeEvents } from "./node_events.ts";

const ROOT = join(import.meta.dirname ?? ".", "root");
const FILE = join(ROOT, "a_test.ts");

const start = (name: string, nesting = 0): NodeEvent => ({
  type: "start",
  file: FILE,
  name,
  nesting,
});
const end = (
  type: "pass" | "fail",
  name: string,
  nesting = 0,
  more: Partial<Extract<NodeEvent, { suite: boolean }>> = {},
): NodeEvent => ({ suite: false, ...more, type, file: FILE, name, nesting });

function results(...events: readonly NodeEvent[]) {
  const all = new NodeEvents(ROOT);
  for (const event of events) all.add(event);
  return all.results;
}

const brief = (...events: readonly NodeEvent[]) =>
  results(...events).map(({ file, name, outcome }) => `${file} ${name}: ${outcome}`);

test("suites and tests with subtests do not count, what is inside them does", () => {
  const found = brief(
    start("suite"),
    start("leaf", 1),
    end("pass", "leaf", 1),
    end("pass", "suite", 0, { suite: true }),
    start("alone"),
    end("pass", "alone"),
  );
  assert.deepEqual(found, ["a_test.ts suite > leaf: passed", "a_test.ts alone: passed"]);
});

test("a parent counts when it failed by itself, not when a subtest failed", () => {
  const subtest = [start("parent"), start("leaf", 1), end("fail", "leaf", 1)];
  assert.deepEqual(brief(...subtest, end("fail", "parent", 0, { failureType: "subtestsFailed" })), [
    "a_test.ts parent > leaf: failed",
  ]);
  assert.deepEqual(brief(...subtest, end("fail", "parent", 0, { failureType: "hookFailed" })), [
    "a_test.ts parent > leaf: failed",
    "a_test.ts parent: failed",
  ]);
});

test("a skip has its reason, and what is still to do counts as skipped", () => {
  const [skip, todo] = results(
    start("a"),
    end("pass", "a", 0, { skip: "no data" }),
    start("b"),
    end("fail", "b", 0, { todo: true }),
  );
  assert.deepEqual([skip?.outcome, skip?.reason], ["skipped", "no data"]);
  assert.deepEqual([todo?.outcome, todo?.reason], ["skipped", "todo: no reason given"]);
});

test("a file that ended without a test is a failure with what it printed", () => {
  const [file] = results(
    { type: "output", file: FILE, text: "goodbye" },
    start(FILE),
    end("pass", FILE),
  );
  assert.equal(file?.outcome, "failed");
  assert.match(file?.detail ?? "", /without running a test[^]*goodbye/);
});

import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_tests.ts";
import { withTree } from "./sources/temporary_tree.ts";

const problems = (text: string) => withTree({ "packages/core/src/a_test.ts": text }, check);

const PROBLEMS: Readonly<Record<string, string>> = {
  "a test that hides others": 'test.only("a", () => {});',
  "a skip without a reason": 'it.skip("a", () => {});',
  "a skip at run time": 'test("a", (t) => { t.skip("why"); });',
  "a skipped suite": 'describe("a", { skip: "why" }, () => {});',
};

for (const [name, text] of Object.entries(PROBLEMS)) {
  test(`${name} is a problem`, () => assert.equal(problems(text).length, 1));
}

test("a skip by option and other methods of that name are no problem", () => {
  const text = 'test("a", { skip: off && "why" }, () => { reader.skip(3); });';
  assert.deepEqual(problems(text), []);
});

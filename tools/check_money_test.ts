import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_money.ts";
import { withTree } from "./sources/temporary_tree.ts";

const problems = (text: string, path = "packages/backtest/src/a.ts") =>
  withTree({ [path]: text }, (root) => check(root, [{ path: "packages/cli/", why: "a test" }]));

test("dividing by 100 is a problem in a file that is not listed", () => {
  assert.deepEqual(problems("let pnl = 1;\npnl += (3 * 7) / 100;\npnl /= 100;"), [
    "packages/backtest/src/a.ts:2: dividing by 100 is for the files listed in check_money.ts",
    "packages/backtest/src/a.ts:3: dividing by 100 is for the files listed in check_money.ts",
  ]);
});

test("other divisions, comments, tests and listed files are none", () => {
  assert.deepEqual(problems("const half = 100 / 2 + 1 / 1000; // not / 100"), []);
  assert.deepEqual(problems("const dollars = 5 / 100;", "packages/backtest/src/a_test.ts"), []);
  assert.deepEqual(problems("const dollars = 5 / 100;", "packages/cli/src/a.ts"), []);
});

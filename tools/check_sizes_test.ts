import assert from "node:assert/strict";
import test from "node:test";
import { check, note } from "./check_sizes.ts";
import { withTree } from "./sources/temporary_tree.ts";

const lines = (count: number) => "x;\n".repeat(count);

test("400 lines are the cap for a source; a long test is only noted", () => {
  const files = {
    "packages/core/src/a.ts": lines(400),
    "packages/core/src/b.ts": lines(10),
    "packages/core/src/c.ts": lines(7),
    "packages/core/src/a_test.ts": lines(401),
  };
  assert.deepEqual(withTree(files, check), []);
  const noted = withTree(files, note);
  assert.match(noted, /3 sources, median 10 lines, largest 400 \(packages\/core\/src\/a\.ts\)/);
  assert.match(noted, /warning: packages\/core\/src\/a_test\.ts has 401 lines/);
});

test("a source over the cap is a problem", () => {
  assert.deepEqual(withTree({ "tools/a.ts": lines(401) }, check), [
    "tools/a.ts: 401 lines, the cap is 400",
  ]);
});

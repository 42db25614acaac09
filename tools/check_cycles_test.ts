import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_cycles.ts";
import { packageJson, withTree } from "./sources/temporary_tree.ts";

test("a tree of imports has no problem, also where two ways lead to a file", () => {
  const files = {
    "packages/core/src/a.ts": 'import "./b.ts"; import "./c.ts";',
    "packages/core/src/b.ts": 'import "./c.ts";',
    "packages/core/src/c.ts": '// import "./a.ts"',
  };
  assert.deepEqual(withTree(files, check), []);
});

test("a circle is a problem, also through a type", () => {
  const files = {
    "packages/core/src/a.ts": 'import "./b.ts";',
    "packages/core/src/b.ts": 'import type { A } from "./a.ts";',
  };
  const circle = "packages/core/src/a.ts -> packages/core/src/b.ts -> packages/core/src/a.ts";
  assert.deepEqual(withTree(files, check), [`a circle of imports: ${circle}`]);
});

test("a circle through a package's name is a problem", () => {
  const files = {
    "packages/core/package.json": packageJson("core"),
    "packages/core/src/mod.ts": 'import "@ssmd/core";',
  };
  assert.equal(withTree(files, check).length, 1);
});

import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_dependencies.ts";
import { packageJson, withTree } from "./sources/temporary_tree.ts";

const sources = {
  "packages/core/package.json": packageJson("core"),
  "packages/kalshi/src/a.ts":
    'import "@ssmd/core"; import type { D } from "ws/lib/x"; import "node:fs";',
  "packages/kalshi/src/a_test.ts": 'import "fast-check";',
};

const withDependencies = (dependencies: Readonly<Record<string, string>>) => ({
  ...sources,
  "packages/kalshi/package.json": JSON.stringify({ dependencies }),
});

test("declared dependencies have no problem", () => {
  assert.deepEqual(withTree(withDependencies({ "@ssmd/core": "1.0.0", ws: "8" }), check), []);
});

test("an import that is not declared is a problem", () => {
  const found = withTree(withDependencies({}), check).join("\n");
  assert.match(found, /a\.ts imports @ssmd\/core, not a dependency/);
  assert.match(found, /a\.ts imports ws, not a dependency/);
  assert.doesNotMatch(found, /fast-check|node:fs/);
});

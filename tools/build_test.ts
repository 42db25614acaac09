import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { isStale } from "./build.ts";
import { withTree } from "./sources/temporary_tree.ts";

const files = {
  "packages/core/package.json": "{}",
  "packages/core/tsup.config.ts": "",
  "packages/core/src/mod.ts": "",
  "packages/core/src/mod_test.ts": "",
};
const built = { ...files, "packages/core/dist/mod.d.ts": "" };

const later = (root: string, path: string) => {
  const then = new Date(Date.now() + 60_000);
  utimesSync(join(root, path), then, then);
};

test("a package that was never built is stale", () => {
  assert.ok(withTree(files, (root) => isStale(root, "core")));
});

test("a change of a source makes it stale, a change of a test does not", () => {
  withTree(built, (root) => {
    later(root, "packages/core/dist/mod.d.ts");
    assert.equal(isStale(root, "core"), false);
    later(root, "packages/core/src/mod_test.ts");
    assert.equal(isStale(root, "core"), false);
  });
  withTree(built, (root) => {
    later(root, "packages/core/src/mod.ts");
    assert.equal(isStale(root, "core"), true);
  });
});

import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_exports.ts";
import { packageJson, withTree } from "./sources/temporary_tree.ts";

function workspace(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of ["core", "kalshi", "backtest", "cli"]) {
    files[`packages/${name}/package.json`] = packageJson(name);
    files[`packages/${name}/deno.json`] = JSON.stringify({
      name: `@ssmd/${name}`,
      version: "1.0.0",
      exports: "./src/mod.ts",
    });
    files[`packages/${name}/src/mod.ts`] = "";
  }
  return files;
}

function problemsWith(path: string, change: (manifest: Record<string, unknown>) => unknown) {
  const files = workspace();
  files[path] = JSON.stringify(change(JSON.parse(files[path] ?? "{}")));
  return withTree(files, check).join("\n");
}

test("equal manifests have no problem", () => {
  assert.deepEqual(withTree(workspace(), check), []);
});

test("an entry that only npm has is a problem", () => {
  const found = problemsWith(
    "packages/core/package.json",
    () => JSON.parse(packageJson("core", [".", "./fs"])),
  );
  assert.match(
    found,
    /entry \.\/fs is \.\/src\/fs\/mod\.ts in package\.json, absent in deno\.json/,
  );
  assert.match(found, /packages\/core: no file \.\/src\/fs\/mod\.ts/);
});

test("an entry that only JSR has is a problem", () => {
  const exports = { ".": "./src/mod.ts", "./extra": "./src/mod.ts" };
  const found = problemsWith("packages/kalshi/deno.json", (json) => ({ ...json, exports }));
  assert.match(found, /entry \.\/extra is absent in package\.json/);
});

test("a version that differs is a problem, also as a dependency", () => {
  const version = "1.0.1";
  assert.match(
    problemsWith("packages/cli/deno.json", (json) => ({ ...json, version })),
    /packages\/cli\/deno\.json: version 1\.0\.1, the others have 1\.0\.0/,
  );
  const dependencies = { "@ssmd/core": "^1.0.0" };
  assert.match(
    problemsWith("packages/cli/package.json", (json) => ({ ...json, dependencies })),
    /depends on @ssmd\/core \^1\.0\.0, must be exactly 1\.0\.0/,
  );
});

test("a target that is not what tsup writes is a problem", () => {
  const target = {
    "ssmd-source": "./src/mod.ts",
    types: "./dist/x.d.ts",
    default: "./dist/mod.js",
  };
  const found = problemsWith(
    "packages/core/package.json",
    (json) => ({ ...json, exports: { ".": target } }),
  );
  assert.match(found, /entry \. must point to \.\/dist\/mod\.d\.ts and \.\/dist\/mod\.js/);
});

test("a version that the command states and the packages do not have is a problem", () => {
  const files = workspace();
  files["packages/cli/src/version.ts"] = 'export const VERSION = "0.9.0";\n';
  assert.match(
    withTree(files, check).join("\n"),
    /version\.ts: states 0\.9\.0, the packages have 1\.0\.0/,
  );
  files["packages/cli/src/version.ts"] = 'export const VERSION = "1.0.0";\n';
  assert.deepEqual(withTree(files, check), []);
});

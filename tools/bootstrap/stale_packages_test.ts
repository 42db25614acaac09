import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import test from "node:test";
import { withTree } from "../sources/temporary_tree.ts";

type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

// The module is plain JavaScript without declarations, so it is asked as the bootstrap asks it.
function stale(locked: Packages, installed?: Packages): string[] {
  const files: Record<string, string> = {
    "package-lock.json": JSON.stringify({ packages: locked }),
  };
  if (installed !== undefined) {
    files["node_modules/.package-lock.json"] = JSON.stringify({ packages: installed });
  }
  const module = new URL("./stale_packages.mjs", import.meta.url).href;
  const program = `import { stalePackages } from ${JSON.stringify(module)};
    console.log(JSON.stringify(stalePackages(process.cwd())));`;
  return withTree(files, (root) => {
    const args = process.versions["deno"] ? ["eval", program] : ["--eval", program];
    const done = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    return JSON.parse(done.stdout) as string[];
  });
}

const locked = {
  "": { name: "workspace" },
  "packages/core": { version: "0.1.0" },
  "node_modules/ws": { version: "8.0.0" },
  "node_modules/ws-darwin": { version: "8.0.0", optional: true },
};

test("nothing is stale when all but other platforms' packages are there", () => {
  assert.deepEqual(stale(locked, { "node_modules/ws": { version: "8.0.0" } }), []);
});

test("everything is stale without node_modules", () => {
  assert.deepEqual(stale(locked), ["everything"]);
});

test("a missing and an older package are stale", () => {
  assert.deepEqual(stale(locked, {}), ["node_modules/ws"]);
  assert.deepEqual(stale(locked, { "node_modules/ws": { version: "7.0.0" } }), ["node_modules/ws"]);
});

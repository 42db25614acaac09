import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_layers.ts";
import { packageJson, withTree } from "./sources/temporary_tree.ts";

const MANIFESTS = {
  "packages/core/package.json": packageJson("core", [".", "./fs"]),
  "packages/kalshi/package.json": packageJson("kalshi"),
  "packages/backtest/package.json": packageJson("backtest"),
  "packages/cli/package.json": packageJson("cli"),
};

const problems = (files: Readonly<Record<string, string>>) =>
  withTree({ ...MANIFESTS, ...files }, check).join("\n");

test("imports along the layers have no problem", () => {
  const found = problems({
    "packages/core/src/mod.ts": 'export * from "./price.ts"; // import "node:fs"',
    "packages/core/src/price.ts": 'import { gzipSync } from "fflate";',
    "packages/core/src/fs/mod.ts": 'import "node:fs"; import "../mod.ts"; import "./file.ts";',
    "packages/core/src/fs/file.ts": "",
    "packages/core/src/fs/file_test.ts": 'import "../price.ts"; import "@ssmd/kalshi";',
    "packages/kalshi/src/mod.ts": 'import "@ssmd/core";',
    "packages/cli/src/mod.ts": 'import "@ssmd/kalshi"; import "@ssmd/core/fs"; import "node:os";',
  });
  assert.equal(found, "");
});

test("no package imports against the direction, not even a type", () => {
  assert.match(
    problems({ "packages/core/src/a.ts": 'import type { X } from "@ssmd/kalshi";' }),
    /packages\/core\/src\/a\.ts: imports @ssmd\/kalshi: core must not know kalshi/,
  );
  assert.match(
    problems({ "packages/backtest/src/a.ts": 'export * from "@ssmd/kalshi";' }),
    /backtest must not know kalshi/,
  );
});

test("a sibling is imported by name, and only by an entry of it", () => {
  assert.match(
    problems({ "packages/kalshi/src/a.ts": 'import "../../core/src/mod.ts";' }),
    /write @ssmd\/core/,
  );
  assert.match(problems({ "packages/kalshi/src/a.ts": 'import "@ssmd/core/deep";' }), /no entry/);
  assert.match(
    problems({ "packages/kalshi/src/a.ts": 'import "../../../tools/x.ts";' }),
    /outside/,
  );
  assert.match(problems({ "packages/core/src/a.ts": 'import "@ssmd/core";' }), /imports itself/);
});

test("a root entry reaches no builtin and no client, however far away", () => {
  const found = problems({
    "packages/core/src/mod.ts": 'import "./a.ts";',
    "packages/core/src/a.ts": 'export type { Y } from "./b.ts";',
    "packages/core/src/b.ts": 'import "node:fs"; const ws = await import("ws");',
    "packages/kalshi/src/mod.ts": 'import "@ssmd/core";',
  });
  const way = "packages/core/src/mod.ts -> packages/core/src/a.ts -> packages/core/src/b.ts";
  assert.ok(found.includes(`packages/core/src/mod.ts: reaches node:fs by ${way}`), found);
  assert.ok(found.includes(`packages/core/src/mod.ts: reaches ws by ${way}`), found);
  assert.ok(found.includes(`packages/kalshi/src/mod.ts: reaches node:fs by`), found);
});

test("an adapter reaches core through mod.ts only", () => {
  assert.match(
    problems({ "packages/core/src/fs/s3/a.ts": 'import "../../price.ts";' }),
    /an adapter reaches the rest of core through \.\.\/\.\.\/mod\.ts only/,
  );
});

test("a source never imports a test", () => {
  assert.match(
    problems({ "packages/core/src/a.ts": 'import "./b_test.ts";' }),
    /a source never imports a test/,
  );
});

import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_banned.ts";
import { withTree } from "./sources/temporary_tree.ts";

const problems = (text: string, path = "packages/core/src/a.ts") =>
  withTree({ [path]: text }, (root) =>
    check(root, [
      { path: "packages/core/src/clock.ts", names: ["Date.now"], why: "a test" },
      { path: "packages/cli/src/ui/", names: ["console"], why: "a test" },
    ]));

const BANNED: Readonly<Record<string, string>> = {
  "Date.now": "const now = Date.now();",
  "new Date()": "const now = new Date();",
  "Date()": "const now = Date();",
  "Math.random": "const pick = [1].map(Math.random);",
  "performance": "const t = performance.now();",
  "process": "const { pid } = process;",
  "console": "const o = { console };",
  "Deno": 'const known = typeof Deno !== "undefined";',
};

for (const [name, text] of Object.entries(BANNED)) {
  test(`${name} is a problem`, () => {
    assert.deepEqual(problems(`\n${text}`).map((line) => line.split(": ")[1]?.split(" is ")[0]), [
      name,
    ]);
    assert.match(problems(`\n${text}`)[0] ?? "", /^packages\/core\/src\/a\.ts:2: /);
  });
}

test("a name is found by every way to it", () => {
  assert.equal(problems("globalThis.process.exit();").length, 1);
  assert.equal(problems('globalThis["console"].log();').length, 1);
  assert.equal(problems("globalThis.Date.now();").length, 1);
  assert.equal(problems('import { hrtime } from "node:process";').length, 1);
  assert.equal(problems('import { performance as p } from "node:perf_hooks";').length, 1);
});

test("comments, strings, dates of something and member names are no problem", () => {
  const text = `
    // Date.now() and process
    const text = "Math.random console";
    const at = new Date(1000);
    const parsed = Date.parse("2026-01-01");
    class A { process(): void { this.process(); } console = 1; }
    interface B { process: string; Deno(): void }
    const { process: own } = { process: 1 };
    const x = { process: own }.process;
  `;
  assert.deepEqual(problems(text), []);
});

test("the allow list names files and folders, and what they may use", () => {
  assert.deepEqual(problems("Date.now();", "packages/core/src/clock.ts"), []);
  assert.equal(problems("Math.random();", "packages/core/src/clock.ts").length, 1);
  assert.deepEqual(problems("console.log();", "packages/cli/src/ui/table/row.ts"), []);
  assert.deepEqual(problems("process.exit();", "packages/core/src/a_test.ts"), []);
});

import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./check_text.ts";
import { withTree } from "./sources/temporary_tree.ts";

// Put together here, so that this file does not name what it is about.
const path = (...parts: string[]) => `/${parts.join("/")}`;

const problems = (line: string, allowed: Readonly<Record<string, string>> = {}) =>
  withTree({ "notes.md": `first\n${line}\n` }, (root) => check(root, allowed));

const OF_A_MACHINE = [
  `read ${path("home", "ann", "data")}`,
  `"${path("root", "x")}"`,
  `cd ${path("work", "main")}`,
  `const folder = "${path("tmp")}";`,
  `file://${path("tmp", "x")}`,
  path("Users", "ann"),
  `https://${["registry", "npmjs", "org"].join(".")}/ws`,
  `"resolved": "${"https:"}//example.com/ws.tgz"`,
];

for (const line of OF_A_MACHINE) {
  test(`a problem: ${line}`, () => {
    assert.match(problems(line)[0] ?? "nothing", /^notes\.md:2: names /);
  });
}

test("relative paths, addresses and globs are no problem", () => {
  const fine = [
    "./tmp/x",
    "https://example.com/work/x",
    "**/tmp/**",
    "node_modules/home/x",
    "~/work/",
  ];
  for (const line of fine) assert.deepEqual(problems(line), [], line);
});

test("an allowed file is no problem", () => {
  assert.deepEqual(problems(path("tmp", "x"), { "notes.md": "a test" }), []);
});

import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { thrownBy } from "./full_files_test_support.ts";
import { YamlDocument } from "./yaml_document.ts";

/** Objects with the usual prototype, for comparison. */
function contentOf(text: string): unknown {
  return JSON.parse(JSON.stringify(new YamlDocument(text, "x.yaml").value));
}

function refusalOf(text: string, name = "x.yaml"): string {
  const error = thrownBy(() => new YamlDocument(text, name));
  assert.ok(error instanceof SsmdError && error.code === "invalid_input");
  return error.message;
}

test("Values are those of the YAML 1.2 core schema", () => {
  assert.deepEqual(
    contentOf(
      'a: yes\nb: 010\nc: 0x10\nd: 2025-01-01\ne: 09:30\nf: ~\ng: true\nh: "1"\n1: x\ni:\n',
    ),
    {
      a: "yes",
      b: 10,
      c: 16,
      d: "2025-01-01",
      e: "09:30",
      f: null,
      g: true,
      h: "1",
      1: "x",
      i: null,
    },
  );
  assert.deepEqual(contentOf("<<: {a: 1}\nb: 2"), { "<<": { a: 1 }, b: 2 });
});

test("A byte order mark, CRLF, a document start, a document end and comments change nothing", () => {
  assert.deepEqual(contentOf("\ufeff---\r\n# c\r\na: 1 # d\r\nb: [x]\r\n...\r\n"), {
    a: 1,
    b: ["x"],
  });
});

test("An empty document has no value", () => {
  for (const text of ["", "\n\n", "# nothing\n", "---\n"]) assert.equal(contentOf(text), null);
});

test("JSON is YAML", () => {
  const value = { a: [1, "x", null, true, { b: -1.5e3 }], "c d": '\t\n\u2028"' };
  assert.deepEqual(contentOf(JSON.stringify(value, null, 2)), value);
});

test("An alias bomb is refused at its first anchor", () => {
  const bomb = `a: &a ["x","x"]\n${
    [..."bcdefgh"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]},`.repeat(9)}]`).join(
      "\n",
    )
  }`;
  assert.equal(refusalOf(bomb), "Cannot read x.yaml:1:4: an anchor (&), which is not allowed");
  assert.match(refusalOf("a: 1\nb: *a"), /^Cannot read x\.yaml:2:4: an alias \(\*\), which/);
});

test("Tabs are refused where they stand, also where YAML would take them", () => {
  assert.match(refusalOf("a:\n\t- 1"), /^Cannot read x\.yaml:2:1: a tab; indent with spaces/);
  assert.match(refusalOf("a: 1\nb:\tc"), /^Cannot read x\.yaml:2:3: a tab/);
  assert.match(refusalOf("a: 1 #\tc"), /^Cannot read x\.yaml:1:7: a tab/);
  assert.deepEqual(contentOf('a: "\\t"'), { a: "\t" });
});

test("Control characters and lone carriage returns are refused", () => {
  assert.equal(refusalOf("a: \0"), "Cannot read x.yaml:1:4: the control character U+0000");
  assert.match(refusalOf("a: 1\rb: 2"), /^Cannot read x\.yaml:1:5: the control character U\+000d/);
  assert.match(refusalOf("a: \x1fb"), /U\+001f/);
});

test("A key twice is refused where it stands again", () => {
  assert.equal(
    refusalOf("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"),
    'Cannot read x.yaml:5:3: the key "c" a second time',
  );
  assert.match(refusalOf('{"a": 1, a: 2}'), /^Cannot read x\.yaml:1:10: the key "a" a second time/);
  assert.match(refusalOf("__proto__: {a: 1}"), /^Cannot read x\.yaml:1:1: the key "__proto__"/);
});

test("Tags and directives are refused", () => {
  for (const tag of ["!foo", "!!str", "!!binary", "!<tag:example.org,2026:x>", "!"]) {
    assert.match(refusalOf(`a:\n  - ${tag} x`), /^Cannot read x\.yaml:2:5: a tag/);
  }
  assert.match(refusalOf("%YAML 1.1\n---\na: yes"), /^Cannot read x\.yaml:1:1: a directive/);
});

test("A second document is refused", () => {
  assert.match(refusalOf("a: 1\n---\nb: 2"), /^Cannot read x\.yaml:2:1: a second document/);
  assert.match(refusalOf("---\n---\n"), /: a second document/);
  assert.match(refusalOf("a: 1\n...\nb: 2"), /: a second document/);
});

test("Text that is not YAML is refused with its place and without being quoted", () => {
  assert.match(refusalOf("a: [1, hunter2\nb: 2"), /^Cannot read x\.yaml:2:1: /);
  assert.match(refusalOf('a: "hunter2'), /^Cannot read x\.yaml:1:12: a quote, a colon, a comma/);
  assert.match(refusalOf("a: b: hunter2"), /^Cannot read x\.yaml:1:4: a mapping inside a line/);
  assert.match(refusalOf("? [hunter2]\n: 1"), /^Cannot read x\.yaml:1:3: a key that is not a text/);
  for (
    const text of [
      'a: "\\hunter2"',
      "a: 'x' hunter2",
      "a: 1\n hunter2: 2",
      "@hunter2",
      "a: ]hunter2",
    ]
  ) {
    const message = refusalOf(text);
    assert.match(message, /^Cannot read x\.yaml:\d+:\d+: \S.*$/);
    assert.doesNotMatch(message, /hunter2/);
  }
});

test("The file's name stays on the line", () => {
  assert.match(refusalOf("a: *b", "C:\\my\nfile.yaml"), /^Cannot read C:\\my\\nfile\.yaml:1:4: /);
});

const MEBIBYTE = 2 ** 20;

test("A document over 1 MiB is refused, counted in bytes", () => {
  assert.equal(contentOf(`a: 1 #${"x".repeat(MEBIBYTE - 6)}`) !== null, true);
  assert.equal(
    refusalOf(`a: 1 #${"x".repeat(MEBIBYTE - 5)}`),
    "Cannot read x.yaml:1:1: it has more than 1 MiB",
  );
  assert.match(refusalOf(`a: 1 #${"é".repeat(MEBIBYTE / 2)}`), /more than 1 MiB/);
});

test("Nesting ends at 32 levels, before the stack does", () => {
  const nested = (open: string, close: string, levels: number): string =>
    open.repeat(levels) + "x" + close.repeat(levels);
  assert.doesNotThrow(() => new YamlDocument(nested("[", "]", 32), "x.yaml"));
  assert.match(refusalOf(nested("[", "]", 33)), /^Cannot read x\.yaml:1:33: more than 32 levels/);
  for (const open of ["[", "{a: ", "- ", "? ", "a: {", "[{"]) {
    assert.match(
      refusalOf(open.repeat(MEBIBYTE / 4)),
      /^Cannot read x\.yaml:1:\d+: more than 32 levels/,
    );
  }
  const indented = Array.from({ length: 40 }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
  assert.match(refusalOf(indented), /^Cannot read x\.yaml:33:33: more than 32 levels/);
});

test("A document of endless small pieces is refused before it is built", () => {
  for (const piece of ["]", "#\n", "a: 1\n", "- \n", "- {}\n", "---\n", "\n"]) {
    assert.match(
      refusalOf(piece.repeat(MEBIBYTE / piece.length)),
      /: the document is too long$/,
    );
  }
});

test("Thirty thousand tickers in a list are not too long", () => {
  const tickers = Array.from({ length: 30_000 }, (_, i) => `  - KXBTC15M-26JUL191145-${i}`);
  const content = contentOf(tickers.join("\n"));
  assert.equal(Array.isArray(content) && content.length, 30_000);
});

test("Places are those of the key or the value, or of the nearest above them", () => {
  const document = new YamlDocument("a: 1\nb:\n  - c: x\n    d:\n  - e\n", "x.yaml");
  assert.equal(document.placeOf([], "value"), "x.yaml:1:1");
  assert.equal(document.placeOf(["b", 0, "c"], "value"), "x.yaml:3:8");
  assert.equal(document.placeOf(["b", 0, "c"], "key"), "x.yaml:3:5");
  assert.equal(document.placeOf(["b", 1], "value"), "x.yaml:5:5");
  assert.equal(document.placeOf(["b", 0, "missing"], "value"), "x.yaml:3:5");
  assert.equal(document.placeOf(["b", 7, "far", "off"], "key"), "x.yaml:3:3");
});

import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { FULL_ENVIRONMENT, FULL_FEED } from "./full_files_test_support.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { parseFeed } from "./parse_feed.ts";

const PARSERS = [parseFeed, parseEnvironment];

/** Fails unless `text` parses, or is refused with one line of the promised form. */
function parsesOrRefuses(text: string): void {
  for (const parse of PARSERS) {
    try {
      parse(text, "fuzz.yaml");
    } catch (error) {
      assert.ok(error instanceof SsmdError && error.code === "invalid_input", String(error));
      assert.match(
        error.message,
        /^Cannot read fuzz\.yaml:\d+:\d+: [^\p{C}\p{Zl}\p{Zp}]{3,2000}$/u,
      );
    }
  }
}

test("Any text is parsed or refused with one line", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), parsesOrRefuses));
});

test("Any heap of YAML's own signs is parsed or refused with one line", () => {
  const piece = fc.constantFrom(
    ..."[]{},:?-|>&*!%@`#'\"\n ~<=.a1",
    "\n  ",
    "\n    ",
    "- ",
    ": ",
    "? ",
    "---\n",
    "...\n",
    "|\n  ",
    "name: ",
    "versions:\n",
    "keys: ",
    "\r\n",
    "''",
    '""',
    "\ufeff",
    "\t",
    "&a ",
    "*a",
    "!!map ",
    "%YAML 1.2\n",
    "null",
    "\\x",
    "\u2028",
    "\u0085",
  );
  const heap = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
  fc.assert(fc.property(heap, parsesOrRefuses), { numRuns: 500 });
});

test("A good file with some characters changed is parsed or refused with one line", () => {
  const edit = fc.tuple(fc.nat(), fc.nat(20), fc.string({ unit: "binary-ascii", maxLength: 4 }));
  for (const file of [FULL_FEED, FULL_ENVIRONMENT]) {
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = file;
      for (const [at, cut, put] of edits) {
        const start = at % text.length;
        text = text.slice(0, start) + put + text.slice(start + cut);
      }
      parsesOrRefuses(text);
    }));
  }
});

test("Any JSON is parsed or refused with one line", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => parsesOrRefuses(JSON.stringify(value))));
});

test("Any value behind any known key is parsed or refused with one line", () => {
  const keys = [...`${FULL_FEED}${FULL_ENVIRONMENT}`.matchAll(/(\w+):/g)].map((match) => match[1]!);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom("2025-01-01", "env:A", "active", "wss://a.org", "15m", "1GiB", 1, true, null),
      fc.dictionary(fc.constantFrom(...keys, "constructor", "toString"), tie("tree"), {
        maxKeys: 8,
      }),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));
  fc.assert(fc.property(tree, (value) => parsesOrRefuses(JSON.stringify(value))), { numRuns: 300 });
});

test("Whatever stands in place of a reference is never in the message", () => {
  const secret = fc.string({ unit: "binary-ascii", minLength: 1 }).map((text) => `${text}hunter2;`);
  fc.assert(fc.property(secret, (text) => {
    const written = FULL_ENVIRONMENT.replace(/source: .*/, () => `source: ${JSON.stringify(text)}`);
    assert.throws(
      () => parseEnvironment(written, "x"),
      (error) => error instanceof SsmdError && !error.message.includes("hunter2"),
    );
  }));
});

import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FREE_KEYS, FULL_ENVIRONMENT, FULL_FEED, thrownBy } from "./full_files_test_support.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { parseFeed } from "./parse_feed.ts";

const FILES = [[FULL_FEED, parseFeed], [FULL_ENVIRONMENT, parseEnvironment]] as const;

interface KeyLine {
  readonly line: number;
  readonly before: string;
  readonly key: string;
  readonly rest: string;
}

/** The lines of `text` that begin with a key that is not the author's choice. */
function keyLines(text: string): KeyLine[] {
  return text.split("\n").flatMap((content, index) => {
    const match = /^([ -]*)(\w+):(.*)$/.exec(content);
    if (match === null || FREE_KEYS.includes(match[2]!)) return [];
    return [{ line: index + 1, before: match[1]!, key: match[2]!, rest: match[3]! }];
  });
}

function withLine(text: string, line: number, content: string): string {
  return text.split("\n").map((old, index) => index + 1 === line ? content : old).join("\n");
}

test("A typo in any key is found at its place, and the key that was meant is named", () => {
  let count = 0;
  for (const [text, parse] of FILES) {
    for (const { line, before, key, rest } of keyLines(text)) {
      const typo = `${key}${key.at(-1)}`;
      const error = thrownBy(() =>
        parse(withLine(text, line, `${before}${typo}:${rest}`), "x.yaml")
      );
      assert.ok(error instanceof SsmdError && error.code === "invalid_input");
      const place = `Cannot read x.yaml:${line}:${before.length + 1}: unknown key "${typo}"`;
      assert.ok(error.message.startsWith(place), error.message);
      assert.ok(error.message.includes(`, did you mean "${key}"?`), error.message);
      count++;
    }
  }
  assert.equal(count, 108);
});

test("A key that resembles none is answered with those that there are", () => {
  const error = thrownBy(() =>
    parseEnvironment(FULL_ENVIRONMENT.replace("bucket:", "colour:"), "x.yaml")
  );
  assert.ok(error instanceof SsmdError);
  assert.match(
    error.message,
    /: unknown key "colour" in storage, expected one of type, path, bucket, region, stream, rotation, sync, minFree$/,
  );
});

test("A value of another kind is found at its place, for every key", () => {
  for (const [text, parse] of FILES) {
    for (const { line, before, key, rest } of keyLines(text)) {
      if (rest === "") continue;
      const wrong = withLine(text, line, `${before}${key}: {surely: [not this]}`);
      const error = thrownBy(() => parse(wrong, "x.yaml"));
      assert.ok(error instanceof SsmdError && error.code === "invalid_input");
      const column = key === "protocol" || key === "limits"
        ? `\\d+`
        : before.length + key.length + 3;
      assert.match(
        error.message,
        new RegExp(`^Cannot read x\\.yaml:${line}:${column}: .*${key}\\b`),
      );
    }
  }
});

test("A list or a mapping is not taken for the other, nor a text for either", () => {
  for (const [text, parse] of FILES) {
    for (const { line, before, key, rest } of keyLines(text)) {
      if (rest !== "") continue;
      const below = text.split("\n").slice(line);
      const end = below.findIndex((each) => each.search(/\S/) <= before.length);
      const head = text.split("\n").slice(0, line - 1);
      const wrong = [...head, `${before}${key}: seven`, ...below.slice(Math.max(end, 0))].join(
        "\n",
      );
      const error = thrownBy(() => parse(wrong, "x.yaml"));
      assert.ok(error instanceof SsmdError && error.code === "invalid_input");
      assert.match(
        error.message,
        new RegExp(
          `^Cannot read x\\.yaml:${line}:\\d+: .*\\b${key} is a text that is not shown, expected a (?:list|mapping)`,
        ),
      );
    }
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter } from "./line_splitter.ts";

interface Line {
  readonly text: string;
  readonly line: number;
  readonly offset: number;
}

/** Latin-1, so that a character is a byte. */
function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function currentLine({ data, start, end, line, offset }: LineSplitter): Line {
  return { text: String.fromCharCode(...data.subarray(start, end)), line, offset };
}

/** What the splitter makes of `content`, cut at `cuts`. */
function split(splitter: LineSplitter, content: string, cuts: readonly number[]): Line[] {
  const lines: Line[] = [];
  const sorted = [...cuts, content.length].map((cut) => Math.min(cut, content.length));
  let from = 0;
  for (const to of sorted.sort((a, b) => a - b)) {
    const chunk = bytes(content.slice(from, to));
    splitter.push(chunk);
    while (splitter.next()) lines.push(currentLine(splitter));
    // As when its memory is used again.
    chunk.fill(0x78);
    from = to;
    const given = content.slice(0, to);
    assert.equal(splitter.pending, to - (given.lastIndexOf("\n") + 1));
  }
  if (splitter.finish()) lines.push(currentLine(splitter));
  return lines;
}

/** What it should make: the content cut at newlines, what follows the last one only if not empty. */
function expectedLines(content: string, limit: number): { lines: Line[]; tooLong: number } {
  const texts = content.split("\n");
  const torn = texts.pop()!;
  let offset = 0;
  const lines = texts.map((text, i) => {
    offset += text.length + 1;
    return { text, line: i + 1, offset };
  });
  if (torn !== "") {
    lines.push({ text: torn, line: lines.length + 1, offset: offset + torn.length });
  }
  const short = lines.filter(({ text }) => text.length <= limit);
  return { lines: short, tooLong: lines.length - short.length };
}

const content = fc.array(
  fc.oneof(
    { arbitrary: fc.constant("\n"), weight: 2 },
    fc.string({ unit: fc.constantFrom("a", "\r", " ", "\0", "\xff"), maxLength: 6 }),
    fc.integer({ min: 7, max: 30 }).map((length) => "x".repeat(length)),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));
const cuts = fc.array(fc.nat(200), { maxLength: 20 });

test("Lines are what lies between newlines, however the content is cut into chunks", () => {
  fc.assert(fc.property(content, cuts, (text, at) => {
    const splitter = new LineSplitter();
    const expected = expectedLines(text, Infinity);
    assert.deepEqual(split(splitter, text, at), expected.lines);
    assert.equal(splitter.tooLong, 0);
    assert.equal(splitter.offset, text.length);
    assert.equal(splitter.pending, 0);
  }));
});

test("Lines longer than the limit are left out and counted, the others keep their numbers", () => {
  fc.assert(fc.property(content, cuts, fc.integer({ min: 1, max: 20 }), (text, at, limit) => {
    const splitter = new LineSplitter(limit);
    const { lines, tooLong } = expectedLines(text, limit);
    assert.deepEqual(split(splitter, text, at), lines);
    assert.equal(splitter.tooLong, tooLong);
    assert.equal(splitter.offset, text.length);
  }));
});

test("A line of exactly the limit is read, in one chunk and in several", () => {
  for (const at of [[], [3], [1, 2, 3, 4]]) {
    assert.deepEqual(split(new LineSplitter(4), "abcd\nabcde\n", at).map(({ text }) => text), [
      "abcd",
    ]);
  }
});

test("A line within one chunk is not copied, and may be changed", () => {
  const splitter = new LineSplitter();
  const chunk = bytes("ab\ncd\nef");
  splitter.push(chunk);
  assert.ok(splitter.next());
  assert.equal(splitter.data.buffer, chunk.buffer);
  splitter.data[splitter.end - 1] = 0x7d;
  assert.ok(splitter.next());
  assert.equal(currentLine(splitter).text, "cd");
  assert.ok(!splitter.next());
  assert.ok(!splitter.next());
  splitter.push(new Uint8Array(0));
  assert.ok(!splitter.next());
  assert.ok(splitter.finish());
  assert.equal(currentLine(splitter).text, "ef");
  assert.ok(!splitter.finish());
});

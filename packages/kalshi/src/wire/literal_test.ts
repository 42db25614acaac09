import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameBytes, passLiteral } from "./frame_bytes.ts";
import { Literal } from "./literal.ts";

test("A literal is passed where it stands, and nowhere else", () => {
  const bytes = new FrameBytes();
  for (let length = 1; length <= 40; length++) {
    const text = Array.from({ length }, (_, k) => String.fromCharCode(0x30 + k)).join("");
    const literal = new Literal(text);
    const data = new TextEncoder().encode(`-${text}}`);
    bytes.set(data, 1, data.length);
    assert.equal(passLiteral(bytes, 1, literal), 1 + length);
    assert.equal(passLiteral(bytes, 2, literal), -1);
    bytes.set(data, 1, length);
    assert.equal(passLiteral(bytes, 1, literal), -1, "beyond the end");
    bytes.set(data, 1, data.length);
    for (let at = 1; at <= length; at++) {
      for (const other of [0, 0x7f, 0x80, 0xf0, 0xff]) {
        const before = data[at]!;
        data[at] = other;
        assert.equal(passLiteral(bytes, 1, literal), -1, `byte ${at} of ${text}`);
        data[at] = before;
      }
    }
  }
});

test("Bytes that could make a NaN or a zero are refused", () => {
  assert.throws(() => new Literal("grün"), RangeError);
  assert.throws(() => new Literal("\0".repeat(8)), RangeError);
});

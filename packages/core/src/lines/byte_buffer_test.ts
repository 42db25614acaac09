import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteBuffer } from "./byte_buffer.ts";

test("Everything added is there in order, from parts of any size", () => {
  const bytes = fc.record({
    data: fc.uint8Array({ maxLength: 120 }),
    from: fc.nat(120),
    to: fc.nat(120),
  });
  const parts = fc.array(fc.oneof(bytes, fc.string({ unit: "binary", maxLength: 60 })));
  fc.assert(fc.property(parts, fc.nat(64), (list, capacity) => {
    const buffer = new ByteBuffer(capacity);
    const expected: number[] = [];
    for (const part of list) {
      if (typeof part === "string") {
        buffer.pushText(part);
        expected.push(...new TextEncoder().encode(part));
      } else {
        const end = Math.min(Math.max(part.from, part.to), part.data.length);
        const start = Math.min(part.from, part.to, end);
        buffer.pushBytes(part.data, start, end);
        expected.push(...part.data.subarray(start, end));
      }
      assert.equal(buffer.length, expected.length);
    }
    assert.deepEqual([...buffer.view()], expected);
  }));
});

test("A whole array is copied, not kept", () => {
  const data = new Uint8Array(100).fill(7);
  const buffer = new ByteBuffer(1);
  buffer.pushBytes(data, 0, data.length);
  data.fill(0);
  assert.deepEqual(buffer.view(), new Uint8Array(100).fill(7));
});

test("After clear it starts again", () => {
  const buffer = new ByteBuffer();
  buffer.pushText("before");
  buffer.clear();
  assert.equal(buffer.length, 0);
  assert.equal(buffer.view().length, 0);
  buffer.pushText("äöü");
  assert.equal(new TextDecoder().decode(buffer.view()), "äöü");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AlignedCopy } from "./aligned_copy.ts";

const SIZE = 200_000;
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 4080, max: 4110 }),
  fc.integer({ min: 65_520, max: 65_550 }),
  fc.integer({ min: 131_060, max: 131_080 }),
);
const pattern = Uint8Array.from({ length: SIZE }, (_, i) => i * 7 + (i >> 8));

test("a copy into shared memory has the source's bytes and spares what lies around it", () => {
  const target = new Uint8Array(new SharedArrayBuffer(SIZE));
  const copier = new AlignedCopy(target);
  const starts = fc.integer({ min: 0, max: 15 });
  const places = fc.integer({ min: 1, max: 100 });
  fc.assert(fc.property(lengths, starts, places, (length, start, place) => {
    const at = place * 8;
    const end = at + Math.ceil(length / 8) * 8;
    target.fill(0xee, at - 8, end + 8);
    const source = pattern.subarray(start, start + length);
    copier.copy(source, at);
    assert.ok(source.every((byte, i) => target[at + i] === byte));
    assert.ok(target.subarray(at - 8, at).every((byte) => byte === 0xee));
    assert.ok(target.subarray(end, end + 8).every((byte) => byte === 0xee));
  }));
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PrivateCopy } from "./private_copy.ts";

const lengths = fc.oneof(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 4080, max: 4110 }),
  fc.integer({ min: 10_000, max: 20_000 }),
);

test("a copy out of shared memory is private and has the record's bytes and length", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(24_000));
  for (let i = 0; i < shared.length; i++) shared[i] = i * 7 + (i >> 8);
  const words = new Int32Array(shared.buffer);
  const copier = new PrivateCopy();
  const places = fc.integer({ min: 0, max: 100 });
  fc.assert(fc.property(lengths, places, (length, place) => {
    const start = place * 8;
    const copy = copier.copy(shared, words, start, start + length);
    assert.equal(copy.length, length);
    assert.ok(copy.buffer instanceof ArrayBuffer);
    assert.ok(copy.every((byte, i) => byte === shared[start + i]));
  }));
});

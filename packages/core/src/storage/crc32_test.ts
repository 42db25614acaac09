import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Crc32 } from "./crc32.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("The checksum of the standard's check string is the published one", () => {
  // "123456789" → CBF43926: the check value of CRC-32/ISO-HDLC in every catalogue of CRCs.
  const checksum = new Crc32();
  assert.equal(checksum.value, 0);
  checksum.update(bytes("123456789"));
  assert.equal(checksum.value, 0xcbf43926);
});

test("The checksum does not depend on how the bytes are divided", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (data, at) => {
    const whole = new Crc32();
    whole.update(data);
    const divided = new Crc32();
    divided.update(data.subarray(0, at));
    divided.update(data.subarray(at));
    assert.equal(divided.value, whole.value);
    assert.equal(whole.value, bitByBit(data));
  }));
});

/** The definition: one bit at a time, without tables. */
function bitByBit(data: Uint8Array): number {
  let state = 0xffffffffn;
  for (const byte of data) {
    state ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) state = (state >> 1n) ^ (state & 1n ? 0xedb88320n : 0n);
  }
  return Number(state ^ 0xffffffffn);
}

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainCopy } from "./plain_copy.ts";

const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) =>
  !JSON.stringify(value).includes("__proto__")
);

test("A copy equals its original and shares nothing with it", () => {
  fc.assert(fc.property(plain, (value) => {
    const text = JSON.stringify(value);
    const copy = plainCopy(value);
    assert.deepEqual(copy, value);
    spoil(value);
    assert.equal(JSON.stringify(copy), text);
  }));
});

test("What is no plain data is refused", () => {
  for (const value of [() => 1, Symbol("s"), 1n, new Map(), new Date(0), new Float64Array(1)]) {
    assert.throws(() => plainCopy({ deep: [value] }), TypeError);
  }
});

/** Changes every object and list in it. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) spoil(member);
  Object.assign(value, Array.isArray(value) ? [...value, "spoilt"] : { spoilt: true });
}

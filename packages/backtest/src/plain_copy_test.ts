import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainCopy } from "./plain_copy.ts";

const plain = fc.jsonValue({ maxDepth: 4 });

test("A copy equals its original and shares nothing with it", () => {
  fc.assert(fc.property(plain, (value) => {
    const text = JSON.stringify(value);
    const copy = plainCopy(value);
    assert.deepEqual(copy, value);
    spoil(value);
    assert.equal(JSON.stringify(copy), text);
  }));
});

test("A member named __proto__ is one like others", () => {
  const text = '{"a":{"__proto__":{"b":1}}}';
  assert.equal(JSON.stringify(plainCopy(JSON.parse(text))), text);
});

test("What is no plain data is refused", () => {
  for (const value of [() => 1, Symbol("s"), 1n, new Map(), new Date(0), new Float64Array(1)]) {
    assert.throws(() => plainCopy({ deep: [value] }), TypeError);
  }
});

test("What is undefined is left out of objects, and null in lists, as in JSON", () => {
  const value = { a: undefined, b: [undefined, 1], c: { d: undefined } };
  assert.deepEqual(plainCopy(value), JSON.parse(JSON.stringify(value)));
  assert.deepEqual(Object.keys(plainCopy(value)), ["b", "c"]);
});

test("What contains itself is refused, and what nests deeply or comes twice is not", () => {
  const circle: Record<string, unknown> = {};
  circle["list"] = [circle, circle];
  assert.throws(() => plainCopy({ circle }), { name: "TypeError", message: /contain themselves/ });
  let deep: unknown = 1;
  for (let level = 0; level < 900; level++) deep = [deep];
  assert.deepEqual(plainCopy({ deep, again: deep }), { deep, again: deep });
});

/** Changes every object and list in it. */
function spoil(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) spoil(member);
  Object.assign(value, Array.isArray(value) ? [...value, "spoilt"] : { spoilt: true });
}

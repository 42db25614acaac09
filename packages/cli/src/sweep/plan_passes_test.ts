import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { planPasses } from "./plan_passes.ts";

test("passes keep the order, lose nothing, and none is too long or empty", () => {
  const size = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(fc.integer({ min: 0, max: 500 }), size, size, (items, workers, most) => {
    const list = Array.from({ length: items }, (_, i) => i);
    const passes = planPasses(list, workers, most);
    assert.deepEqual(passes.flat(), list);
    for (const pass of passes) assert.ok(pass.length >= 1 && pass.length <= most);
  }));
});

test("every worker has as many passes as the others, nearly equal ones", () => {
  const lengths = (items: number, workers: number) =>
    planPasses(Array.from({ length: items }), workers, 50).map(({ length }) => length);
  assert.deepEqual(lengths(100, 2), [50, 50]);
  assert.deepEqual(lengths(101, 2), [25, 25, 25, 26]);
  assert.deepEqual(lengths(3, 8), [1, 1, 1]);
  assert.deepEqual(lengths(0, 2), []);
});

test("no worker, and passes of nothing, are refused", () => {
  assert.throws(() => planPasses([1], 0, 5), RangeError);
  assert.throws(() => planPasses([1], 1, 0), RangeError);
});

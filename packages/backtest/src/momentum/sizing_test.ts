import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { cashSizing, fixedSizing, randomSizing } from "./sizing.ts";

test("random sizing reaches both bounds and whole contracts between them", () => {
  const bounds = { minQuantity: 1000, maxQuantity: 1200 };
  const sizes = [0, 0.33, 0.34, 0.66, 0.67, 0.999].map((drawn) =>
    randomSizing(bounds, () => drawn).quantity(5000)
  );
  assert.deepEqual(sizes, [1000, 1000, 1100, 1100, 1200, 1200]);
});

test("random sizing stays within bounds that are fractions of a contract apart", () => {
  const bound = fc.integer({ min: 1, max: 100_000 });
  const drawn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(bound, bound, drawn, (a, b, r) => {
    const bounds = { minQuantity: Math.min(a, b), maxQuantity: Math.max(a, b) };
    const size = randomSizing(bounds, () => r).quantity(5000);
    assert.ok(Number.isInteger(size));
    assert.ok(size >= bounds.minQuantity && size <= bounds.maxQuantity);
  }));
});

test("fixed sizing takes the most", () => {
  assert.equal(fixedSizing({ minQuantity: 100, maxQuantity: 700 }).quantity(1), 700);
});

test("sizing by cash takes what the cash buys, in whole contracts and within the bounds", () => {
  const sizing = cashSizing({ minQuantity: 500, maxQuantity: 3000 }, 10_000_000);
  // $10 at $0.30 buys 33.3 contracts, at $0.47 21.3, at $0.99 10.1.
  assert.deepEqual([3000, 4700, 9900].map((price) => sizing.quantity(price)), [3000, 2100, 1000]);
});

test("sizing by cash buys nothing when the cash is not enough for the least", () => {
  const sizing = cashSizing({ minQuantity: 500, maxQuantity: 3000 }, 2_000_000);
  assert.deepEqual([sizing.quantity(4000), sizing.quantity(4001)], [500, 0]);
});

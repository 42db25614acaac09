import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FeeRounding } from "./fee_rounding.ts";
import { roundedFees } from "./fee_rounding.ts";

const ROUNDINGS: FeeRounding[] = ["cent", "cent-per-order", "direct"];
const factor = fc.tuple(fc.constantFrom(0, 175, 350, 700), fc.integer({ min: 0, max: 30_000 }))
  .map(([rate, multiplier]) => BigInt(rate) * BigInt(multiplier));
const price = fc.integer({ min: 0, max: 10_000 });
const quantity = fc.integer({ min: 0, max: 10_000_000 });
const fills = fc.array(fc.tuple(price, quantity), { minLength: 1, maxLength: 10 });

/** Compares fractions of integers, so that nothing here shares the rounding under test. */
function assertRoundedUp(amount: number, numerator: bigint, denominator: bigint, step: number) {
  assert.ok(BigInt(amount) * denominator >= numerator, "not below the exact amount");
  assert.ok(BigInt(amount - step) * denominator < numerator, "less than one step above it");
  assert.equal(amount % step, 0);
}

test("no rounding ever gives a negative fee", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ROUNDINGS), factor, fills, (rounding, factor, fills) => {
      const order = roundedFees(factor, rounding);
      for (const [price, quantity] of fills) assert.ok(order.charge(price, quantity) >= 0);
    }),
  );
});

test("cent rounds each fill to the next cent and no further", () => {
  fc.assert(
    fc.property(factor, fills, (factor, fills) => {
      const order = roundedFees(factor, "cent");
      for (const [price, quantity] of fills) {
        const raw = factor * BigInt(quantity) * BigInt(price) * BigInt(10_000 - price);
        assertRoundedUp(order.charge(price, quantity), raw, 10n ** 12n, 10_000);
      }
    }),
  );
});

test("cent-per-order charges in total the order's exact fee, rounded to the next cent", () => {
  fc.assert(
    fc.property(factor, fills, (factor, fills) => {
      const order = roundedFees(factor, "cent-per-order");
      let raw = 0n;
      let total = 0;
      for (const [price, quantity] of fills) {
        raw += factor * BigInt(quantity) * BigInt(price) * BigInt(10_000 - price);
        total += order.charge(price, quantity);
        assertRoundedUp(total, raw, 10n ** 12n, 10_000);
      }
    }),
  );
});

test("direct puts cost and fee together on the $0.0001 grid, at most two steps above exact", () => {
  fc.assert(
    fc.property(factor, price, quantity, (factor, price, quantity) => {
      const fee = roundedFees(factor, "direct").charge(price, quantity);
      assert.equal((fee + price * quantity) % 100, 0);
      const raw = factor * BigInt(quantity) * BigInt(price) * BigInt(10_000 - price);
      assert.ok(BigInt(fee) * 10n ** 12n >= raw);
      assert.ok(BigInt(fee - 200) * 10n ** 12n < raw);
    }),
  );
});

test("a larger fill never costs less", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ROUNDINGS),
      factor,
      price,
      quantity,
      quantity,
      (rounding, factor, price, one, other) => {
        const [small, large] = one < other ? [one, other] : [other, one];
        const smallFee = roundedFees(factor, rounding).charge(price, small);
        const largeFee = roundedFees(factor, rounding).charge(price, large);
        // In direct the step to the grid belongs to the cost, so cost and fee grow together.
        const cost = rounding === "direct" ? price * (large - small) : 0;
        assert.ok(largeFee + cost >= smallFee);
      },
    ),
  );
});

test("a fee of zero costs nothing but the way to the grid", () => {
  assert.equal(roundedFees(0n, "cent").charge(33, 1), 0);
  assert.equal(roundedFees(0n, "cent-per-order").charge(33, 1), 0);
  assert.equal(roundedFees(0n, "direct").charge(5_700, 27), 0);
  assert.equal(roundedFees(0n, "direct").charge(33, 100), 0);
  assert.equal(roundedFees(0n, "direct").charge(33, 1), 67);
});

test("an impossible fill is a RangeError", () => {
  for (const rounding of ROUNDINGS) {
    const order = roundedFees(7_000_000n, rounding);
    for (const price of [-1, 10_001, 0.5, NaN]) {
      assert.throws(() => order.charge(price, 100), RangeError);
    }
    for (const quantity of [-1, 0.5, NaN, Infinity]) {
      assert.throws(() => order.charge(5_000, quantity), RangeError);
    }
    const huge = roundedFees(10n ** 12n, rounding);
    assert.throws(() => huge.charge(5_000, Number.MAX_SAFE_INTEGER), RangeError);
  }
});

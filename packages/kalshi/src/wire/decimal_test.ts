import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type DecimalRule, readDecimal } from "./decimal.ts";

const most = Number.MAX_SAFE_INTEGER;

test("A decimal is read as it is written, with zeros after the unit's last digit", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 20 }),
      fc.boolean(),
      (units, decimals, zeros, negative) => {
        const digits = String(units).padStart(decimals + 1, "0");
        const cut = digits.length - decimals;
        const fraction = digits.slice(cut) + "0".repeat(zeros);
        const magnitude = digits.slice(0, cut) + (fraction === "" ? "" : `.${fraction}`);
        const rule: DecimalRule = { decimals, signed: negative, most };
        const expected = negative && units > 0 ? -units : units;
        assert.equal(readDecimal(negative ? `-${magnitude}` : magnitude, rule), expected);
      },
    ),
  );
});

test("A number is read by its shortest decimal text", () => {
  const rule: DecimalRule = { decimals: 4, signed: false, most };
  assert.equal(readDecimal(0.1 + 0.2, rule), NaN);
  assert.equal(readDecimal(0.3, rule), 3000);
  assert.equal(readDecimal(-0, rule), 0);
  assert.equal(readDecimal(1e21, rule), NaN);
  assert.equal(readDecimal(Infinity, rule), NaN);
});

test("What the rule does not take is NaN", () => {
  const rule: DecimalRule = { decimals: 2, signed: false, most: 100 };
  for (const value of ["1.001", "1.01", "-0.01", "1.", ".5", "", " 1", "1_0", "0x1", "1e0", "٣"]) {
    assert.equal(readDecimal(value, rule), NaN, value);
  }
  for (const value of [null, undefined, true, [1], { valueOf: () => 1 }, 1n]) {
    assert.equal(readDecimal(value, rule), NaN);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LogHistogram } from "./log_histogram.ts";

const anyInteger = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  fc.maxSafeInteger(),
);

test("A quantile is the value of that rank, or up to 1/32 of it farther from zero", () => {
  const shares = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.99, 1);
  fc.assert(fc.property(fc.array(anyInteger, { minLength: 1 }), shares, (values, q) => {
    const histogram = new LogHistogram();
    for (const value of values) histogram.add(value);
    const sorted = [...values].sort((a, b) => a - b);
    const exact = sorted[Math.max(1, Math.ceil(q * values.length)) - 1]!;
    const found = histogram.quantile(q)!;
    assert.equal(Math.sign(found), Math.sign(exact));
    const [near, far] = [Math.abs(exact), Math.abs(found)];
    assert.ok(far >= near && far - near <= near / 32, `${found} for ${exact}`);
    assert.equal(histogram.count, values.length);
  }));
});

test("Values up to 63 are told exactly", () => {
  const histogram = new LogHistogram();
  for (let value = -63; value <= 63; value++) histogram.add(value);
  assert.deepEqual([0, 0.5, 1].map((q) => histogram.quantile(q)), [-63, 0, 63]);
});

test("Without values there is no quantile, also after they were forgotten", () => {
  const histogram = new LogHistogram();
  assert.equal(histogram.quantile(0.5), undefined);
  histogram.add(7);
  histogram.clear();
  assert.equal(histogram.quantile(0.5), undefined);
  assert.equal(histogram.count, 0);
});

test("What is no exact integer is refused", () => {
  for (const value of [NaN, 0.5, Infinity, 2 ** 53]) {
    assert.throws(() => new LogHistogram().add(value), RangeError);
  }
});

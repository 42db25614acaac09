import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExactSum } from "./exact_sum.ts";

test("The sum is what BigInt makes of it", () => {
  const integers = fc.oneof(fc.integer(), fc.maxSafeInteger());
  fc.assert(fc.property(fc.array(fc.tuple(integers, integers)), (pairs) => {
    const sum = new ExactSum();
    let expected = 0n;
    for (const [a, b] of pairs) {
      sum.addProduct(a, b);
      sum.add(b);
      expected += BigInt(a) * BigInt(b) + BigInt(b);
    }
    assert.equal(sum.value, expected);
  }));
});

test("A sum beyond exact integers is refused as a number", () => {
  const sum = new ExactSum();
  sum.add(Number.MAX_SAFE_INTEGER);
  assert.equal(sum.toNumber(), Number.MAX_SAFE_INTEGER);
  sum.add(1);
  assert.equal(sum.value, 2n ** 53n);
  assert.throws(() => sum.toNumber(), RangeError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { returnMoments } from "./return_moments.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("moments are those that Python's statistics module gives", () => {
  // stdev for the ratio, pstdev for the standardised moments.
  const moments = returnMoments([100, -50, 30, 30, -120, 400, 10])!;
  assert.equal(moments.observations, 7);
  near(moments.sharpe, 0.3436040663720248);
  near(moments.skewness, 1.3091464097480772);
  near(moments.kurtosis, 3.7988373296735185);
});

test("one trade, none, and equal ones have no moments", () => {
  assert.equal(returnMoments([]), undefined);
  assert.equal(returnMoments([5]), undefined);
  assert.equal(returnMoments([5, 5, 5]), undefined);
});

test("turning every profit into a loss turns the signs of ratio and skewness alone", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (pnl) => {
    const moments = returnMoments(pnl);
    const turned = returnMoments(pnl.map((each) => -each));
    if (moments === undefined) return assert.equal(turned, undefined);
    // By ==: a zero may have either sign.
    assert.ok(turned!.sharpe === -moments.sharpe);
    assert.ok(turned!.skewness === -moments.skewness);
    assert.ok(turned!.kurtosis === moments.kurtosis);
  }));
});

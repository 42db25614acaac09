import assert from "node:assert/strict";
import { test } from "node:test";
import { normalProbability, normalQuantile } from "./normal_distribution.ts";

test("probabilities are those that mpmath gives with 40 digits", () => {
  const expected: readonly (readonly [number, number])[] = [
    [-8, 6.22096057427178e-16],
    [-5, 2.86651571879194e-7],
    [-3, 0.00134989803163009],
    [-1.5, 0.0668072012688581],
    [-0.1, 0.460172162722971],
    [0, 0.5],
    [0.7, 0.758036347776927],
    [2, 0.977249868051821],
    [4, 0.999968328758167],
    [6, 0.999999999013412],
  ];
  for (const [x, probability] of expected) {
    assert.ok(Math.abs(normalProbability(x) - probability) < 2e-15, `at ${x}`);
  }
  assert.equal(normalProbability(-Infinity), 0);
  assert.equal(normalProbability(Infinity), 1);
});

test("quantiles are those that mpmath gives with 40 digits", () => {
  const expected: readonly (readonly [number, number])[] = [
    [0.001, -3.09023230616781],
    [0.1, -1.2815515655446],
    [0.5, 0],
    [0.7, 0.524400512708041],
    [0.99, 2.32634787404084],
    [0.999999, 4.7534243088229],
  ];
  for (const [probability, x] of expected) {
    assert.ok(Math.abs(normalQuantile(probability) - x) < 1e-9, `at ${probability}`);
  }
});

test("a probability without a quantile is refused", () => {
  for (const probability of [0, 1, -0.1, 1.1, NaN]) {
    assert.throws(() => normalQuantile(probability), RangeError);
  }
});

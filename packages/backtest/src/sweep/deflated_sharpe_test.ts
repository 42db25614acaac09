import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedMaximumSharpe, probabilisticSharpe } from "./deflated_sharpe.ts";

const near = (actual: number, expected: number, by: number) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

test("the example of the paper comes out as printed there", () => {
  // 100 trials, variance 1/2 a year, 250 observations a year over 5 years, a Sharpe ratio of 2.5 a
  // year, skewness -3, kurtosis 10: 0.1132 and 0.9004.
  const benchmark = expectedMaximumSharpe(100, 1 / 2 / 250);
  near(benchmark, 0.1132, 5e-5);
  const returns = {
    observations: 1250,
    sharpe: 2.5 / Math.sqrt(250),
    skewness: -3,
    kurtosis: 10,
  };
  near(probabilisticSharpe(returns, benchmark), 0.9004, 5e-5);
});

test("expected maxima are those that mpmath gives with 40 digits", () => {
  near(expectedMaximumSharpe(2, 1), 0.519755344280594, 1e-12);
  near(expectedMaximumSharpe(10, 0.04), 0.31491966026915, 1e-12);
  near(expectedMaximumSharpe(1000, 0.0025), 0.162756075682636, 1e-12);
  near(expectedMaximumSharpe(1_000_000, 0.09), 1.46035801135119, 1e-9);
});

test("probabilities are those that mpmath gives with 40 digits", () => {
  const cases = [
    [0.3, 50, 0.5, 4, 0.1, 0.928072941718797],
    [-0.2, 30, -1.5, 6, 0, 0.106814103273235],
    [0.05, 1000, 0, 3, 0.08, 0.171662294816877],
  ] as const;
  for (const [sharpe, observations, skewness, kurtosis, benchmark, expected] of cases) {
    const returns = { sharpe, observations, skewness, kurtosis };
    near(probabilisticSharpe(returns, benchmark), expected, 1e-14);
  }
});

test("one trial promises nothing, and more trials never promise less", () => {
  assert.equal(expectedMaximumSharpe(1, 4), 0);
  for (let trials = 1, before = -1; trials <= 4096; trials *= 2) {
    const expected = expectedMaximumSharpe(trials, 0.01);
    assert.ok(expected > before);
    before = expected;
  }
});

test("a number of trials that there cannot be is refused", () => {
  for (const trials of [0, -1, 1.5, NaN]) {
    assert.throws(() => expectedMaximumSharpe(trials, 1), RangeError);
  }
});

test("returns without any spread around their ratio are as certain as can be", () => {
  // Sharpe 2, skewness 1, kurtosis 2: the spread 1 - 2 + 1 is 0.
  const returns = { observations: 10, sharpe: 2, skewness: 1, kurtosis: 2 };
  assert.equal(probabilisticSharpe(returns, 1), 1);
  assert.equal(probabilisticSharpe(returns, 3), 0);
  assert.equal(probabilisticSharpe(returns, 2), 0.5);
});

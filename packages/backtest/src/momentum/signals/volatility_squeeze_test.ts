import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "../market_state.ts";
import { CENT_UNITS } from "../market_units.ts";
import { volatilitySqueeze } from "./volatility_squeeze.ts";

/** The scores after each of the midpoints, which come `step` seconds apart. */
function scores(midpoints: readonly number[], step = 2, minSnapshots = 10): number[] {
  const config = {
    enabled: true,
    weight: 1,
    squeezeWindowMinutes: 2,
    compressionThreshold: 0.4,
    expansionThreshold: 0.9,
    minBaselineStdDev: 0.5,
    maxExpansionRatio: 4,
    minSnapshots,
  };
  const signal = volatilitySqueeze(config, CENT_UNITS);
  const market = new MarketState("KXA-1", CENT_UNITS, 1800);
  return midpoints.map((midpoint, index) => {
    market.onTicker(1000 + index * step, midpoint, midpoint - 1, midpoint + 1, NaN, NaN, 0, 0);
    return signal.evaluate(market).score;
  });
}

const noisy = (count: number) => Array.from({ length: count }, (_, index) => 50 + (index % 2) * 4);
const flat = (count: number) => Array.from({ length: count }, () => 52);
const rise = (count: number) => Array.from({ length: count }, (_, index) => 55 + index * 3);

test("A breakout from a squeeze is told once, in the direction of the last minute", () => {
  const up = scores([...noisy(30), ...flat(20), ...rise(6)]);
  assert.equal(up.filter((score) => score !== 0).length, 1);
  assert.ok(Math.max(...up) > 0);
  const down = scores([...noisy(30), ...flat(20), ...rise(6)].map((price) => 104 - price));
  assert.deepEqual(down.map((score) => 0 - score), up);
});

test("Without a squeeze there is no breakout", () => {
  assert.ok(scores([...noisy(50), ...rise(6)]).every((score) => score === 0));
});

test("A market that is always flat is dead, not squeezed", () => {
  assert.ok(scores([...flat(50), ...rise(6)]).every((score) => score === 0));
});

test("Fewer than two recent quotes tell nothing, whatever number is asked for", () => {
  // With a lone recent quote taken for no deviation, the sixth would squeeze and the seventh break out.
  assert.ok(scores([50, 54, 50, 54, 50, 54, 60], 2, 2).every((score) => score === 0));
});

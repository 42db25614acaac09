import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "../market_state.ts";
import { CENT_UNITS } from "../market_units.ts";
import { type SignalResult, SILENT } from "../signal.ts";
import { volumeOnset } from "./volume_onset.ts";

/** The baseline holds 9 dollars before the last 30 seconds. */
const EVENLY = { recentWindowSec: 30, end: 290 };

/** What is said when `recent` dollars are spent at the end, by trades of contracts by side. */
function said(
  recent: number,
  trades: readonly (readonly [number, number])[],
  { recentWindowSec, end } = EVENLY,
): SignalResult {
  const config = { enabled: true, weight: 1, baselineWindowMinutes: 5, onsetMultiplier: 1.5 };
  const market = new MarketState("KXA-1", CENT_UNITS, 1800);
  market.onTicker(0, 50, NaN, NaN, NaN, NaN, 0, 0);
  market.onTicker(100, 50, NaN, NaN, NaN, NaN, 0, 9);
  for (const [side, count] of trades) market.onTrade(end, 50, side, count);
  market.onTicker(end, 50, NaN, NaN, NaN, NaN, 0, 9 + recent);
  return volumeOnset({ ...config, recentWindowSec }, CENT_UNITS).evaluate(market);
}

test("One and a half times the usual dollars are an onset, on the side of most contracts", () => {
  const expected: SignalResult = { score: -0.5 / 3, confidence: 0.9 * 0.75 };
  assert.deepEqual(said(1.5, [[1, 1], [2, 3]]), expected);
  assert.deepEqual(said(1.4, [[1, 1], [2, 3]]), SILENT);
});

test("An onset is full at four times the usual dollars, and YES where the sides are equal", () => {
  assert.deepEqual(said(100, [[1, 2], [2, 2]]), { score: 1, confidence: 0.45 });
});

test("Without traded contracts nothing says where it goes", () => {
  assert.deepEqual(said(100, []), SILENT);
  assert.deepEqual(said(100, [[1, 0]]), SILENT);
});

test("A baseline that is no longer than the recent window says nothing", () => {
  // What is spent in the rest of the time would be less than nothing, in less than no time.
  assert.deepEqual(said(100, [[1, 2]], { recentWindowSec: 600, end: 500 }), SILENT);
  assert.deepEqual(said(100, [[1, 2]], { recentWindowSec: 300, end: 290 }), SILENT);
});

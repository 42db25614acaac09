import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "../market_state.ts";
import { CENT_UNITS } from "../market_units.ts";
import { type SignalResult, SILENT } from "../signal.ts";
import { priceMomentum } from "./price_momentum.ts";

/** What is said after prices at seconds, and then trades of contracts by side: 1 is YES, 2 is NO. */
function said(
  prices: readonly (readonly [number, number])[],
  trades: readonly (readonly [number, number])[] = [[1, 3], [1, 0], [2, 1]],
): SignalResult {
  const config = {
    enabled: true,
    weight: 1,
    shortWindowSec: 60,
    midWindowSec: 180,
    longWindowSec: 300,
    minTotalMoveCents: 4,
    maxAccelRatio: 4,
    minEntryPrice: 40,
    maxEntryPrice: 60,
    minTrades: 3,
  };
  const market = new MarketState("KXA-1", CENT_UNITS, 1800);
  for (const [time, price] of prices) market.onTicker(time, price, NaN, NaN, NaN, NaN, 0, 0);
  for (const [side, count] of trades) market.onTrade(market.lastTime, NaN, side, count);
  return priceMomentum(config, CENT_UNITS).evaluate(market);
}

/** 2 cents in the last minute, 3 in three, 5 in five. */
const RISING = [[0, 50], [120, 52], [240, 53], [300, 55]] as const;

test("A rise that is faster lately than overall is followed", () => {
  assert.deepEqual(said(RISING), { score: 0.5, confidence: 0.75 * 0.5 });
});

test("A fall is followed to NO while most contracts took that side", () => {
  const falling = RISING.map(([time, price]) => [time, 100 - price] as const);
  assert.deepEqual(said(falling), SILENT);
  assert.equal(said(falling, [[2, 3], [2, 0], [1, 1]]).score, -0.5);
});

test("Nothing is said of a rise that slows down, is small, turns, or goes too high", () => {
  assert.deepEqual(said([[0, 45], [120, 52], [240, 54], [300, 55]]), SILENT);
  assert.deepEqual(said([[0, 52], [120, 53], [240, 54], [300, 55]]), SILENT);
  assert.deepEqual(said([[0, 50], [120, 58], [240, 53], [300, 55]]), SILENT);
  assert.deepEqual(said(RISING.map(([time, price]) => [time, price + 6] as const)), SILENT);
});

test("Too few trades confirm nothing, whatever they hold", () => {
  assert.deepEqual(said(RISING, [[1, 300], [1, 300]]), SILENT);
});

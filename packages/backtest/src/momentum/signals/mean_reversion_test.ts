import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "../market_state.ts";
import { CENT_UNITS } from "../market_units.ts";
import { type SignalResult, SILENT } from "../signal.ts";
import { meanReversion } from "./mean_reversion.ts";

/** What is said after prices ten seconds apart, each quoted a cent around it, and trades at the end. */
function said(prices: readonly number[], trades = 3): SignalResult {
  const config = {
    enabled: true,
    weight: 1,
    anchorWindowMinutes: 5,
    deviationThresholdCents: 5,
    maxDeviationCents: 12,
    recentWindowSec: 60,
    stallWindowSec: 15,
    minRecentChangeCents: 2,
    minTrades: 3,
  };
  const market = new MarketState("KXA-1", CENT_UNITS, 1800);
  prices.forEach((price, index) => {
    market.onTicker(index * 10, price, price - 1, price + 1, NaN, NaN, 0, 0);
  });
  for (let index = 0; index < trades; index++) market.onTrade(market.lastTime, NaN, 1, 1);
  return meanReversion(config, CENT_UNITS).evaluate(market);
}

const CALM = [50, 50, 50, 50, 50, 50, 50];

test("A price that has risen and stalled is expected to fall, and the other way round", () => {
  assert.deepEqual(said([...CALM, 56, 56, 56]), { score: -0.5, confidence: 1 });
  assert.deepEqual(said([...CALM, 44, 44, 44]), { score: 0.5, confidence: 1 });
  assert.deepEqual(said([...CALM, 80, 80, 80]), { score: -1, confidence: 1 });
});

test("Nothing is said while the price still moves away, below the threshold, or without a move", () => {
  assert.deepEqual(said([...CALM, 54, 55, 56]), SILENT);
  assert.deepEqual(said([...CALM, 54, 54, 54]), SILENT);
  assert.deepEqual(said([...CALM, 56, 56, 56, 56, 56, 56, 56].slice(3)), SILENT);
});

test("Few trades make it less sure, none at all not sure of anything", () => {
  assert.equal(said([...CALM, 56, 56, 56], 1).confidence, 1 / 3);
  assert.equal(said([...CALM, 56, 56, 56], 0).confidence, 0);
});

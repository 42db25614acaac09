import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "./market_state.ts";
import { CENT_UNITS } from "./market_units.ts";
import type { SignalsConfig } from "./momentum_config.ts";
import { SignalBoard } from "./signal_board.ts";

const COMPOSER = { entryThreshold: 0.1, minSignals: 1, maxSlippageCents: 10 };

/** Price momentum alone, and the squeeze on request. */
function config(maxAccelRatio: number, squeeze = false): SignalsConfig {
  const off = { enabled: false, weight: 1 };
  return {
    spreadTightening: { ...off, spreadWindowMinutes: 5, narrowingThreshold: 0.5 },
    volumeOnset: { ...off, recentWindowSec: 30, baselineWindowMinutes: 5, onsetMultiplier: 1.5 },
    meanReversion: {
      ...off,
      anchorWindowMinutes: 5,
      deviationThresholdCents: 5,
      maxDeviationCents: 12,
      recentWindowSec: 60,
      stallWindowSec: 15,
      minRecentChangeCents: 2,
      minTrades: 3,
    },
    volatilitySqueeze: {
      enabled: squeeze,
      weight: 1,
      squeezeWindowMinutes: 5,
      compressionThreshold: 0.4,
      expansionThreshold: 1.5,
      minBaselineStdDev: 0.5,
      maxExpansionRatio: 4,
      minSnapshots: 10,
    },
    priceMomentum: {
      enabled: true,
      weight: 1,
      shortWindowSec: 60,
      midWindowSec: 180,
      longWindowSec: 300,
      minTotalMoveCents: 2,
      maxAccelRatio,
      minEntryPrice: 40,
      maxEntryPrice: 60,
      minTrades: 1,
    },
    custom: [],
  };
}

/** A price that rises by 2 cents in 30 seconds, with a buyer of YES. */
function rising(ticker: string): MarketState {
  const market = new MarketState(ticker, CENT_UNITS, 1800);
  market.onTicker(1000, 50, 49, 51, NaN, NaN, 0, 0);
  market.onTicker(1030, 52, 51, 53, NaN, NaN, 0, 0);
  market.onTrade(1030, 52, 1, 10);
  return market;
}

test("Configurations that differ in nothing a rule sees share it, others do not", () => {
  const board = new SignalBoard(CENT_UNITS);
  const rule = board.rule(config(3), COMPOSER);
  assert.equal(board.rule(config(3), { ...COMPOSER, maxSlippageCents: 1 }), rule);
  assert.notEqual(board.rule(config(4), COMPOSER), rule);
  assert.notEqual(board.rule(config(3), { ...COMPOSER, entryThreshold: 0.2 }), rule);
});

test("A rule with a signal that remembers is never shared", () => {
  const board = new SignalBoard(CENT_UNITS);
  assert.notEqual(board.rule(config(3, true), COMPOSER), board.rule(config(3, true), COMPOSER));
});

test("A signal of its own adds to a rule what the shared ones say, and nothing while it is silent", () => {
  const board = new SignalBoard(CENT_UNITS);
  let score = 0;
  const own = {
    name: "own",
    weight: 1,
    evaluate: () => ({ score, confidence: 1 }),
    inputs: () => ({}),
  };
  const rule = board.rule(config(2), COMPOSER, [own]);
  const shared = board.rule(config(2), COMPOSER);
  const said = [0, 1, -1].map((next) => {
    score = next;
    board.next();
    const composition = rule.compose(rising("KXA-1"));
    assert.deepEqual(rule.results, [{ score: 0.5, confidence: 1 }, { score, confidence: 1 }]);
    return [composition?.model, composition?.strength];
  });
  assert.deepEqual(said, [
    ["price-momentum", 0.5],
    ["price-momentum+own", 1.5],
    ["price-momentum", 0.5],
  ]);
  assert.deepEqual(rule.signals.map(({ name }) => name), ["price-momentum", "own"]);
  assert.notEqual(rule, shared);
});

test("A rule composes what its signals say of the market, each with its own parameters", () => {
  const board = new SignalBoard(CENT_UNITS);
  const rules = [1, 2, 4].map((maxAccelRatio) => board.rule(config(maxAccelRatio), COMPOSER));
  board.next();
  const strengths = rules.map((rule) => rule.compose(rising("KXA-1"))?.strength);
  assert.deepEqual(strengths, [1, 0.5, 0.25]);
  assert.deepEqual(rules[1]!.results, [{ score: 0.5, confidence: 1 }]);
  assert.deepEqual(rules[1]!.signals.map(({ name }) => name), ["price-momentum"]);
});

test("What a market was found to be holds until the board is told that one has changed", () => {
  const board = new SignalBoard(CENT_UNITS);
  const rule = board.rule(config(1), COMPOSER);
  const market = rising("KXA-1");
  board.next();
  assert.equal(rule.compose(market)?.model, "price-momentum");
  market.onTicker(1031, 40, 39, 41, NaN, NaN, 0, 0);
  assert.equal(rule.compose(market)?.model, "price-momentum");
  board.next();
  assert.equal(rule.compose(market), undefined);
});

test("Weights belong to the rule, though the signal is looked at once for all", () => {
  const board = new SignalBoard(CENT_UNITS);
  const light = config(1);
  const priceMomentum = { ...light.priceMomentum, weight: 0.5 };
  const rules = [light, { ...light, priceMomentum }].map((it) => board.rule(it, COMPOSER));
  board.next();
  assert.deepEqual(rules.map((rule) => rule.compose(rising("KXA-1"))?.strength), [1, 0.5]);
});

import type { SettlementSource } from "@ssmd/core";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EquityPoint } from "../equity_point.ts";
import { breakdownOf } from "./breakdown.ts";
import { breakdownSummary } from "./breakdown_summary.ts";
import { calibrationOf } from "./calibration.ts";
import { exposureOf } from "./exposure.ts";
import { someTrade, START } from "./report_scenario_test_support.ts";
import { figuresBy, figuresOf } from "./trade_figures.ts";

const HOUR = 3_600_000_000;

function settling(yesValues: Readonly<Record<string, number>>): SettlementSource {
  return {
    name: "test",
    settlementOf: (ticker) => {
      const yesValue = yesValues[ticker];
      return yesValue === undefined
        ? undefined
        : { yesValue, time: START, timeSource: "settlement_ts" };
    },
  };
}

function point(time: number, exposure: number): EquityPoint {
  return { time: START + time, cash: 0, equity: 0, drawdown: 0, exposure };
}

test("Trades are summed by model, by exit reason and by the UTC hour of their entry", () => {
  const trades = [
    someTrade({ group: "b", pnl: 10, entryTime: START + 23 * HOUR }),
    someTrade({ group: "a", pnl: -4, reason: "stop-loss", entryTime: START + 24 * HOUR }),
    someTrade({ group: "b", pnl: 0, touchedGap: true, entryTime: START + 47 * HOUR + 1 }),
  ];
  const { byModel, byReason, byHour, total, touchedGap } = breakdownOf(
    { trades, equity: [], data: {} },
    settling({}),
  );
  assert.deepEqual(byModel.map(({ name, trades, wins, pnl }) => [name, trades, wins, pnl]), [
    ["a", 1, 0, -4],
    ["b", 2, 1, 10],
  ]);
  assert.deepEqual(byReason.map(({ name, pnl }) => [name, pnl]), [["stop-loss", -4], [
    "take-profit",
    10,
  ]]);
  assert.deepEqual(byHour.map(({ name, trades }) => [name, trades]), [["00", 1], ["23", 2]]);
  assert.deepEqual([total.trades, total.wins, total.pnl, touchedGap.trades], [3, 1, 6, 1]);
});

test("A trade counts under each of its assumptions, once", () => {
  const trades = [someTrade({ assumptions: ["book", "quote-size"] }), someTrade()];
  const { byAssumption } = breakdownOf({ trades, equity: [], data: {} }, settling({}));
  assert.deepEqual(byAssumption.map(({ name, trades }) => [name, trades]), [
    ["book", 2],
    ["quote-size", 1],
  ]);
});

test("However trades are grouped, the groups add up to all of them", () => {
  const trade = fc.record({
    group: fc.constantFrom("a", "b", "", "__proto__", "constructor"),
    pnl: fc.integer(),
    fees: fc.nat(),
    contracts: fc.nat(),
    touchedGap: fc.boolean(),
  }).map(someTrade);
  fc.assert(fc.property(fc.array(trade), (trades) => {
    const sum = { trades: 0, wins: 0, contracts: 0, pnl: 0, fees: 0, touchedGap: 0 };
    for (const group of figuresBy(trades, ({ group }) => group)) {
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += group[key];
    }
    assert.deepEqual(sum, figuresOf(trades));
  }));
});

test("Exposure is weighted by how long it stood within the data", () => {
  const points = [point(0, 0), point(10, 500), point(30, 200), point(30, 100), point(90, 0)];
  // 500 for 20, 200 for no time, 100 for 50 until the data end at 80: 15,000 over 80 is 187.5.
  assert.deepEqual(exposureOf(points, START, START + 80), {
    max: 500,
    mean: 188,
    timeInvested: 70,
    span: 80,
  });
  assert.deepEqual(exposureOf([], START, START), { max: 0, mean: 0, timeInvested: 0, span: 0 });
});

test("Calibration compares the price of the bought side with what that side paid", () => {
  const trades = [
    someTrade({ ticker: "A", entryPrice: 800_000, contracts: 100 }),
    someTrade({ ticker: "A", side: "no", entryPrice: 200_000, contracts: 300 }),
    someTrade({ ticker: "B", entryPrice: 850_000, contracts: 100 }),
    someTrade({ ticker: "C" }),
  ];
  const { bins, ...rest } = calibrationOf(trades, settling({ A: 10_000, B: 0 }));
  // Squares 0.04, 0.04 and 0.7225: 0.8025 / 3; by contracts (0.04 + 0.12 + 0.7225) / 5.
  assert.deepEqual(rest, {
    entries: 3,
    withoutResult: 1,
    brier: 0.2675,
    brierByContracts: 0.1765,
    meanPrice: 0.616667,
    meanOutcome: 0.333333,
  });
  assert.deepEqual(
    bins.map(({ from, entries, contracts, meanPrice, meanOutcome }) => [
      from,
      entries,
      contracts,
      meanPrice,
      meanOutcome,
    ]),
    [[0.2, 1, 300, 0.2, 0], [0.8, 2, 200, 0.825, 0.5]],
  );
});

test("A market that paid a part counts as that part", () => {
  const trades = [someTrade({ ticker: "A", side: "no", entryPrice: 750_000 })];
  const { brier, meanOutcome } = calibrationOf(trades, settling({ A: 2500 }));
  assert.deepEqual([brier, meanOutcome], [0, 0.75]);
});

test("A price of a dollar or more falls into the last bin, one of nothing into the first", () => {
  const trades = [
    someTrade({ ticker: "A", entryPrice: 1_000_000 }),
    someTrade({ ticker: "A", entryPrice: 0 }),
  ];
  const { bins } = calibrationOf(trades, settling({ A: 10_000 }));
  assert.deepEqual(bins.map(({ from, to }) => [from, to]), [[0, 0.1], [0.9, 1]]);
});

test("The summary gives dollars, contracts and shares, and leaves out rates of nothing", () => {
  const input = {
    trades: [someTrade({ pnl: 320_000 }), someTrade({ pnl: -20_000 }), someTrade({ pnl: 1 })],
    equity: [point(0, 5_000_000)],
    data: { first: START, last: START + 2_000_000 },
    coverage: {
      gaps: { sequence: 2, overflow: 0, disconnect: 1, restart: 0, damage: 0 },
      markets: [{ ticker: "A", tradingTime: 1000, staleTime: 22 }],
    },
  };
  const { winRate, meanPnl, feesPaid, exposure, coverageText, byReason } = breakdownSummary(
    breakdownOf(input, settling({})),
  );
  assert.deepEqual({ winRate, meanPnl, feesPaid, exposure, coverageText, byReason }, {
    winRate: 0.666667,
    meanPnl: 0.1,
    feesPaid: 0.54,
    exposure: { max: 5, timeWeightedMean: 5, investedSeconds: 2, investedShare: 1 },
    coverageText: "97.8 % of requested market-minutes; 3 gaps; 0 trades touched a gap",
    byReason: [{
      reason: "take-profit",
      trades: 3,
      wins: 2,
      losses: 1,
      winRate: 0.666667,
      meanPnl: 0.1,
      contracts: 30,
      pnl: 0.300001,
      fees: 0.54,
      touchedGap: 0,
    }],
  });
  const nothing = breakdownSummary(breakdownOf({ trades: [], equity: [], data: {} }, settling({})));
  assert.ok(!("winRate" in nothing) && !("coverageText" in nothing));
});

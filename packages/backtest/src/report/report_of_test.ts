import assert from "node:assert/strict";
import { test } from "node:test";
import { reportHtml } from "./report_html.ts";
import { START } from "./report_scenario_test_support.ts";
import type { OriginalTrade } from "../original/original_result.ts";
import { reportOfOriginal } from "./report_of_original.ts";

const CONTEXT = {
  runId: "r",
  prices: () => [],
  gaps: [],
  sensitivity: [],
  warnings: ["said by the caller"],
  fingerprints: [],
  config: {},
  settlements: { name: "none", settlementOf: () => undefined },
};
const SECONDS = START / 1e6;

function original(more: Partial<OriginalTrade>): OriginalTrade {
  return {
    model: "volume-onset",
    ticker: "A",
    side: "yes",
    entryPrice: 40,
    exitPrice: 45,
    contracts: 10,
    entryTime: SECONDS,
    exitTime: SECONDS + 60,
    reason: "take-profit",
    pnl: 0.5,
    fees: 0,
    entryCost: 4,
    ...more,
  };
}

test("The original's doubles become exact amounts, and NO prices those of NO", () => {
  const lost = { pnl: -0.30000000000000004, fees: 0.2, exitTime: SECONDS + 120 };
  const model = reportOfOriginal({
    trades: [original({}), original({ side: "no", entryPrice: 62, exitPrice: 63, ...lost })],
    open: [original({ side: "no", entryPrice: 70 })],
    portfolio: { startingBalance: 500, balance: 497.2, totalPnl: 0.19999999999999996 },
    first: START,
    last: START + 3e9,
  }, CONTEXT);
  const [yes, no] = model.trades;
  assert.deepEqual([yes!.entryPrice, yes!.exitPrice, yes!.contracts], [400_000, 450_000, 1000]);
  assert.deepEqual([no!.entryPrice, no!.exitPrice, no!.pnl], [380_000, 370_000, -300_000]);
  assert.deepEqual([model.money.totalPnl, model.money.fees], [200_000, 200_000]);
  assert.equal(model.open[0]!.cost, 3_000_000);
  assert.match(reportHtml(model), /profile original repeats another engine/);
  assert.equal(model.warnings.at(-1), "said by the caller");
});

test("Realised equity moves at exits, exposure at entries and exits", () => {
  const model = reportOfOriginal({
    trades: [original({ pnl: -2 }), original({ entryTime: SECONDS + 60, exitTime: SECONDS + 90 })],
    open: [],
    portfolio: { startingBalance: 100, balance: 98.5, totalPnl: -1.5 },
  }, CONTEXT);
  assert.deepEqual(
    model.equity.map(({ time, equity, exposure, drawdown }) => [
      (time - START) / 1e6,
      equity / 1e6,
      exposure / 1e6,
      drawdown / 1e6,
    ]),
    [[0, 100, 4, 0], [60, 98, 0, 2], [60, 98, 4, 2], [90, 98.5, 0, 1.5]],
  );
  assert.deepEqual([model.money.drawdown, model.money.drawdownPpm], [2_000_000, 20_000]);
});

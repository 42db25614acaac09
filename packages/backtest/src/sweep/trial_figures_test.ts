import assert from "node:assert/strict";
import { test } from "node:test";
import type { OriginalResult, OriginalTrade } from "../original/original_result.ts";
import { figuresOfOriginal } from "./trial_figures.ts";

function originalOf(pnl: readonly number[]): OriginalResult {
  const trades = pnl.map((each): OriginalTrade => ({
    model: "volume-onset",
    ticker: "KXA-1",
    side: "yes",
    entryPrice: 50,
    exitPrice: 52,
    contracts: 10,
    entryTime: 1_769_000_000,
    exitTime: 1_769_000_060,
    reason: "take-profit",
    pnl: each,
    fees: 0.2,
    entryCost: 5,
  }));
  const open = { ...trades[0]!, entryTime: 1_769_000_100 };
  return {
    records: 100,
    activated: ["KXA-1"],
    entries: [...trades, open],
    trades,
    open: [open],
    models: [],
    exits: {},
    portfolio: {
      startingBalance: 500,
      balance: 500,
      totalPnl: 0,
      drawdownPercent: 0,
      halted: false,
    },
  };
}

test("dollars of profile original become exact money, trade by trade", () => {
  const figures = figuresOfOriginal(originalOf([0.1, 0.2, -0.30000000000000004]));
  assert.equal(figures.pnl, 0);
  assert.equal(figures.fees, 600_000);
  assert.deepEqual([figures.trades, figures.wins, figures.open], [3, 2, 1]);
});

test("the drawdown of profile original is the deepest fall of the summed P&L, from the start too", () => {
  assert.equal(figuresOfOriginal(originalOf([-1, -2, 5, -1.5, 0.5, -1])).maxDrawdown, 3_000_000);
  assert.equal(figuresOfOriginal(originalOf([5, -1.5, 0.5, -2.5, 1])).maxDrawdown, 3_500_000);
  assert.equal(figuresOfOriginal(originalOf([1, 2])).maxDrawdown, 0);
});

test("equal trades have no Sharpe ratio, and that is no zero", () => {
  assert.equal(figuresOfOriginal(originalOf([1, 1])).returns, undefined);
  assert.equal(figuresOfOriginal(originalOf([1, -1])).returns?.sharpe, 0);
});

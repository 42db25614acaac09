import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Decision } from "../decision.ts";
import { runBacktest, runBacktests } from "../backtest.ts";
import type { BacktestResult } from "../backtest_result.ts";
import { parseMomentumConfigWith } from "../config/override_momentum_config.ts";
import { centFees } from "../scenario_test_support.ts";
import { settlementsOf } from "../settlement.ts";
import { notesOf } from "./engine_test_support.ts";
import type { MomentumConfig } from "./momentum_config.ts";
import { momentumRuns } from "./momentum_runs.ts";
import { momentumTape } from "./tape_test_support.ts";

const DATA = process.env["SSMD_DATA"];
const withData = { skip: DATA === undefined && "SSMD_DATA is not set" };
const RECORDS = 8000;

function configs(): readonly MomentumConfig[] {
  const text = readFileSync(`${DATA}/momentum/config.json`, "utf8");
  const overrides: readonly Readonly<Record<string, unknown>>[] = [
    {},
    { "positions.takeProfitCents": 3, "execution.latencyMs": 0 },
    { "execution.entry": "maker", "execution.makerModel": "touch" },
    { "execution.takeProfit": "maker", "execution.makerModel": "through" },
    { "execution.gapPolicy": "ignore", "activation.windowMinutes": 40 },
    { "portfolio.maxContracts": 40, "portfolio.seed": 7, "portfolio.drawdownHaltPercent": 1 },
    { "signals.volatilitySqueeze.enabled": false, "composer.minSignals": 2 },
    { "portfolio.sizing": "cash", "portfolio.tradeSize": 8, "positions.timeStopMinutes": 1 },
  ];
  return overrides.map((each) => parseMomentumConfigWith(text, "config.json", each));
}

function runOf(
  config: MomentumConfig,
  records: number,
  decisions: Decision[] = [],
): Promise<BacktestResult> {
  const { followers, variants } = momentumRuns([config], centFees, {
    onDecision: () => (decision) => decisions.push(decision),
  });
  const batches = momentumTape(DATA!, records).batches(997);
  return runBacktest({ batches, settlements: settlementsOf([]), followers, ...variants[0]! });
}

test("runs among others give what they give alone", withData, async () => {
  const told = configs().map((): Decision[] => []);
  const { followers, variants } = momentumRuns(configs(), centFees, {
    onDecision: (index) => (decision) => told[index]!.push(decision),
  });
  const batches = momentumTape(DATA!, RECORDS).batches();
  const together = await runBacktests(
    { batches, settlements: settlementsOf([]), followers },
    variants,
  );
  for (const [index, config] of configs().entries()) {
    const decisions: Decision[] = [];
    assert.deepEqual(together[index], await runOf(config, RECORDS, decisions));
    assert.deepEqual(told[index], decisions);
  }
});

test("on the archived records every figure of every run fits the others", withData, async () => {
  let trades = 0;
  for (const config of configs()) {
    const result = await runOf(config, RECORDS);
    const { positions, execution } = config;
    const notes = notesOf(result);
    trades += result.trades.length;
    for (const trade of result.trades) {
      const { entryPrice, entryTime, exitTime, reason, entryCost, pnl } = trade;
      const cents = entryPrice / 10_000;
      assert.ok(cents >= positions.minPriceCents && cents <= positions.maxPriceCents);
      assert.ok(pnl >= -entryCost);
      const held = (exitTime - entryTime) / 60_000_000;
      if (reason === "take-profit") {
        assert.ok(trade.exitPrice - entryPrice >= positions.takeProfitCents * 10_000);
      } else if (reason === "time-stop") assert.ok(held >= positions.timeStopMinutes);
      else assert.equal(reason, "stop-loss");
      if (execution.latencyMs === 0) assert.ok(held <= positions.timeStopMinutes);
    }
    const closed = Object.values(notes.closed).reduce((sum, each) => sum + each, 0);
    assert.equal(closed, result.trades.length);
    assert.equal(notes.entered, result.trades.length + result.open.length);
    const refused = Object.values(notes.notEntered).reduce((sum, each) => sum + each, 0);
    assert.ok(notes.entered + refused >= notes.sent.yes + notes.sent.no);
    const { startingBalance, balance, realised, fees, openCost } = result.portfolio;
    assert.equal(balance + openCost, startingBalance + realised - fees);
    for (const model of new Set(result.trades.map(({ group }) => group))) {
      assertNoOverlap(result, model);
    }
  }
  assert.ok(trades > 100, `only ${trades} trades`);
});

test("a halted run enters nothing any more", withData, async () => {
  const [, , , , , halting] = configs();
  const result = await runOf(halting!, RECORDS);
  const { haltedAt } = notesOf(result);
  assert.ok(haltedAt !== undefined);
  const latency = 250_000;
  for (const { entryTime } of [...result.trades, ...result.open]) {
    assert.ok(entryTime <= haltedAt + latency);
  }
});

/** A model holds a market once at a time, and waits for the cooldown in between. */
function assertNoOverlap({ trades }: BacktestResult, model: string): void {
  const last = new Map<string, number>();
  for (const { group, ticker, entryTime, exitTime } of trades) {
    if (group !== model) continue;
    assert.ok(entryTime >= (last.get(ticker) ?? 0));
    last.set(ticker, exitTime);
  }
}

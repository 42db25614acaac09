/**
 * The momentum engine with a signal of one's own, on a made-up session: two configurations in one
 * reading of the data, exact ledgers, the same result every time. Runs offline and checks itself.
 */
import {
  type MomentumConfig,
  momentumRuns,
  runBacktests,
  type SignalFunction,
} from "@ssmd/backtest";
import { parseMomentumConfig } from "@ssmd/backtest/config";
import { formatMoney, importTapes, parseIsoTime, Replay } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import {
  generateSession,
  KalshiDecoder,
  kalshiFees,
  KalshiSequence,
  MarketCatalog,
  parseMarketObjects,
} from "@ssmd/kalshi";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tradePressure from "./signals/trade_pressure.ts";

const folder = await mkdtemp(join(tmpdir(), "ssmd-example-"));
try {
  // An archive: half an hour of six markets, with books, trades and tickers.
  const archive = fileArchive(folder);
  const start = parseIsoTime("2026-01-05T15:00:00Z")!;
  const session = generateSession({ seed: 11, start, minutes: 30 });
  const tape = {
    name: "made-up session",
    async *open() {
      const encoder = new TextEncoder();
      for (const line of session.lines()) yield encoder.encode(`${line}\n`);
    },
  };
  await importTapes(archive, { feed: "kalshi", stream: "books" }, [tape], {
    sequence: () => new KalshiSequence({ onLower: "restart" }),
  });
  // What REST answered about the markets: when they close, what they paid, what a trade costs.
  const catalog = new MarketCatalog();
  for (const answer of session.rest()) catalog.add(parseMarketObjects(answer));

  // The same keys as the file of `ssmd backtest --config`; a second configuration waits longer.
  const text = await readFile(new URL("./config/momentum_custom.yaml", import.meta.url), "utf8");
  const base = parseMomentumConfig(text, "momentum_custom.yaml");
  const slower: MomentumConfig = {
    ...base,
    execution: { ...base.execution, latencyMs: 2000 },
  };
  const functions = new Map<string, SignalFunction>([["trade-pressure", tradePressure]]);

  // Engines keep state, so each run needs its own.
  const run = (configs: readonly MomentumConfig[]) => {
    const fees = kalshiFees(catalog.feeSchedule(), "direct");
    const { followers, variants } = momentumRuns(configs, fees, { functions });
    const data = {
      batches: new Replay(archive, new KalshiDecoder()),
      markets: catalog.markets(),
      settlements: catalog,
      followers,
    };
    return runBacktests(data, variants);
  };
  const results = await run([base, slower]);

  for (const { models, portfolio, trades, open } of results) {
    const pnl = `P&L ${formatMoney(portfolio.totalPnl)} after ${formatMoney(portfolio.fees)} fees`;
    console.log(`latency ${models.latency / 1000} ms: ${trades.length} trades, ${pnl}`);
    for (const { ticker, side, group, reason, pnl } of trades.slice(0, 5)) {
      console.log(`  ${ticker} ${side} by ${group}, ${reason}: ${formatMoney(pnl)}`);
    }
    assert.ok(trades.some(({ group }) => group.includes("trade-pressure")), "our signal traded");
    assert.equal(open.length, 0, "every market of the session has a result");
    const { startingBalance, balance, totalPnl } = portfolio;
    assert.equal(balance, startingBalance + totalPnl, "the ledger adds up");
    assert.equal(trades.reduce((sum, { pnl }) => sum + pnl, 0), totalPnl, "and so do the trades");
  }
  assert.deepEqual(await run([base, slower]), results, "the same inputs give the same results");
  assert.deepEqual(
    await run([slower]),
    [results[1]],
    "alone a run gives what it gives with others",
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

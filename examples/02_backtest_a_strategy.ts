/**
 * A strategy of one's own, backtested on a made-up session: buy YES when it is offered for
 * less than 30 cents, hold to settlement. Runs offline and checks itself.
 */
import { runBacktest, type Strategy } from "@ssmd/backtest";
import { formatMoney, importTapes, NO_MARKET, parseIsoTime, parsePrice, Replay } from "@ssmd/core";
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
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = await mkdtemp(join(tmpdir(), "ssmd-example-"));
try {
  const archive = fileArchive(folder);
  const session = generateSession({ seed: 3, start: parseIsoTime("2026-01-05T15:00:00Z")! });
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

  // What REST answered about the markets: close times, results, the series' fees.
  const catalog = new MarketCatalog();
  for (const answer of session.rest()) catalog.add(parseMarketObjects(answer));

  const limit = parsePrice("0.30");
  const bought = new Set<string>();
  const cheapYes: Strategy = {
    name: "cheap-yes",
    parameters: { limit },
    onEvent(context, batch, row) {
      const market = batch.market[row]!;
      if (market === NO_MARKET) return;
      const ticker = batch.symbols.name(market);
      if (bought.has(ticker)) return;
      const ask = context.book(ticker)?.bestAsk("yes");
      if (ask === undefined || ask.price > limit) return;
      context.submit({ ticker, action: "buy", side: "yes", quantity: 100, limit });
    },
    onOrder(_context, { order, status }) {
      if (status !== "refused") bought.add(order.ticker);
    },
  };
  const run = () => {
    bought.clear();
    return runBacktest({
      batches: new Replay(archive, new KalshiDecoder()),
      strategy: cheapYes,
      markets: catalog.markets(),
      settlements: catalog,
      fees: kalshiFees(catalog.feeSchedule(), "direct"),
    });
  };
  const result = await run();

  assert.ok(result.trades.length > 0);
  assert.equal(result.open.length, 0, "every market of the session has a result");
  const { startingBalance, balance, totalPnl } = result.portfolio;
  assert.equal(balance, startingBalance + totalPnl, "the ledger adds up");
  assert.deepEqual(await run(), result, "the same data and strategy give the same result");
  for (const { ticker, pnl, fees } of result.trades) {
    console.log(`${ticker}: ${formatMoney(pnl)} after ${formatMoney(fees)} fees`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

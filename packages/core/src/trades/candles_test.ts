import assert from "node:assert/strict";
import { test } from "node:test";
import { CandleBuilder, candles } from "./candles.ts";
import { MICROS_PER_SECOND } from "../clock.ts";
import { EventBatch } from "../events/event_batch.ts";
import {
  EventKind,
  FLAG_BLOCK_TRADE,
  NO_PRICE,
  SIDE_NONE,
  SIDE_YES,
} from "../events/event_kind.ts";
import { SymbolTable } from "../events/symbol_table.ts";

const MINUTE = 60 * MICROS_PER_SECOND;

function newBatch(): EventBatch {
  const symbols = new SymbolTable();
  symbols.intern("A");
  symbols.intern("B");
  return new EventBatch(symbols);
}

function trade(
  batch: EventBatch,
  tsEvent: number,
  price: number,
  size: number,
  market = 0,
): number {
  return batch.push(EventKind.trade, market, tsEvent, 10 * MINUTE, SIDE_YES, price, size);
}

test("Open and close follow the archive's order, also where exchange times go back", () => {
  const batch = newBatch();
  trade(batch, MINUTE + 30, 4000, 100);
  trade(batch, MINUTE + 10, 4500, 200);
  trade(batch, MINUTE + 20, 3900, 50);
  const builder = new CandleBuilder({ market: "A", interval: MINUTE });
  builder.add(batch);
  assert.deepEqual(builder.candles(), [{
    start: MINUTE,
    open: 4000,
    high: 4500,
    low: 3900,
    close: 3900,
    volume: 350,
    notional: 4000 * 100 + 4500 * 200 + 3900 * 50,
    trades: 3,
    blockTrades: 0,
    blockVolume: 0,
  }]);
});

test("A late trade goes to its own interval, and silent intervals are absent", () => {
  const batch = newBatch();
  trade(batch, 5 * MINUTE, 5000, 1);
  trade(batch, 2 * MINUTE - 1, 4000, 1);
  trade(batch, 2 * MINUTE, 4100, 1);
  trade(batch, -1, 3000, 1);
  const builder = new CandleBuilder({ market: "A", interval: MINUTE });
  builder.add(batch);
  assert.deepEqual(builder.candles().map(({ start, close }) => [start / MINUTE, close]), [
    [-1, 3000],
    [1, 4000],
    [2, 4100],
    [5, 5000],
  ]);
});

test("Block trades are part of the candle and counted apart", () => {
  const batch = newBatch();
  trade(batch, 1, 5000, 10);
  batch.flags[trade(batch, 2, 7000, 30)]! |= FLAG_BLOCK_TRADE;
  const builder = new CandleBuilder({ market: "A", interval: MINUTE });
  builder.add(batch);
  const [candle] = builder.candles();
  assert.deepEqual([candle?.volume, candle?.trades, candle?.high], [40, 2, 7000]);
  assert.deepEqual([candle?.blockVolume, candle?.blockTrades], [30, 1]);
});

test("A trade without exchange time is placed by receive time, one without price left out", () => {
  const batch = newBatch();
  trade(batch, NaN, 5000, 10);
  trade(batch, 1, NO_PRICE, 10);
  trade(batch, 1, 5000, NaN);
  trade(batch, 1, 5000, 0);
  const builder = new CandleBuilder({ market: "A", interval: MINUTE });
  builder.add(batch);
  assert.deepEqual(builder.candles().map(({ start }) => start), [10 * MINUTE]);
  assert.equal(builder.byReceiveTime, 1);
  assert.equal(builder.skipped, 3);
});

test("Only the market's own trades count, over all batches", async () => {
  const batch = newBatch();
  async function* batches(): AsyncGenerator<EventBatch> {
    for (const time of [0, MINUTE]) {
      batch.clear();
      trade(batch, time, 5000, 1);
      trade(batch, time, 6000, 1, 1);
      batch.push(EventKind.ticker, 0, time, time, SIDE_NONE, 7000, NaN);
      yield batch;
    }
  }
  const all = await candles(batches(), { market: "A", interval: MINUTE });
  assert.deepEqual(all.map(({ start, high, trades }) => [start, high, trades]), [
    [0, 5000, 1],
    [MINUTE, 5000, 1],
  ]);
  assert.deepEqual(await candles(batches(), { market: "unknown", interval: MINUTE }), []);
});

test("An interval that is no positive integer is refused", () => {
  for (const interval of [0, -1, 0.5, NaN]) {
    assert.throws(() => new CandleBuilder({ market: "A", interval }), RangeError);
  }
});

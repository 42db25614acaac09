/**
 * The book, the candles and the average price of a recorded tape, against numbers that were computed
 * independently from it with exact arithmetic.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { BookSet } from "./book_set.ts";
import { CandleBuilder } from "../trades/candles.ts";
import { MICROS_PER_SECOND } from "../clock.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventKind, NO_PRICE, SIDE_NO, SIDE_NONE, SIDE_YES } from "../events/event_kind.ts";
import { parseMoney, parsePrice, parseQuantity } from "../fixed_point.ts";
import type { OrderBook } from "./order_book.ts";
import { SymbolTable } from "../events/symbol_table.ts";
import { VwapBuilder } from "../trades/vwap.ts";

const DATA = process.env["SSMD_DATA"];
const options = DATA === undefined ? { skip: "SSMD_DATA is not set" } : {};
const MARKET = "KXGOLD15M-26AUG102300-00";

interface Frame {
  readonly recv_ms: number;
  readonly event: { readonly type: string; readonly msg: Readonly<Record<string, unknown>> };
}

interface Reference {
  readonly vwap: string;
  readonly notional_1e6: number;
  readonly trade_volume_1e2: number;
  readonly candles_1m: Readonly<Record<string, readonly number[]>>;
  readonly book_at: Readonly<Record<string, ReferenceBook>>;
}

interface ReferenceBook {
  readonly yes_bid: number | null;
  readonly yes_bid_sz: number | null;
  readonly yes_ask: number | null;
  readonly yes_ask_sz: number | null;
  readonly n_yes: number;
  readonly n_no: number;
  readonly tot_yes: number;
  readonly tot_no: number;
  readonly sha256: string;
}

function reference(): Reference {
  return JSON.parse(readFileSync(`${DATA}/gold/reference.json`, "utf8")) as Reference;
}

/** The tape as one batch, read the plain way. */
function tape(): EventBatch {
  const symbols = new SymbolTable();
  const batch = new EventBatch(symbols);
  const id = symbols.intern(MARKET);
  const text = gunzipSync(readFileSync(`${DATA}/gold/${MARKET}.ndjson.gz`)).toString();
  for (const line of text.trimEnd().split("\n")) {
    const { recv_ms, event: { type, msg } } = JSON.parse(line) as Frame;
    const at = recv_ms * 1000;
    const time = Number(msg["ts_ms"]) * 1000;
    if (type === "orderbook_snapshot") {
      batch.push(EventKind.snapshot, id, NaN, at, SIDE_NONE, NO_PRICE, NaN);
      for (
        const [key, side] of [["yes_dollars_fp", SIDE_YES], ["no_dollars_fp", SIDE_NO]] as const
      ) {
        for (const [price, size] of (msg[key] ?? []) as [string, string][]) {
          batch.push(EventKind.level, id, NaN, at, side, parsePrice(price), parseQuantity(size));
        }
      }
    } else {
      const isDelta = type === "orderbook_delta";
      const side = msg[isDelta ? "side" : "taker_side"] === "yes" ? SIDE_YES : SIDE_NO;
      const price = parsePrice(String(msg[isDelta ? "price_dollars" : "yes_price_dollars"]));
      const size = parseQuantity(String(msg[isDelta ? "delta_fp" : "count_fp"]));
      const kind = isDelta ? EventKind.delta : EventKind.trade;
      batch.push(kind, id, time, at, side, price, size);
    }
    batch.markLast();
  }
  return batch;
}

function describe(book: OrderBook): ReferenceBook {
  return {
    yes_bid: book.bestBid("yes")?.price ?? null,
    yes_bid_sz: book.bestBid("yes")?.size ?? null,
    yes_ask: book.bestAsk("yes")?.price ?? null,
    yes_ask_sz: book.bestAsk("yes")?.size ?? null,
    n_yes: book.levelCount(SIDE_YES),
    n_no: book.levelCount(SIDE_NO),
    tot_yes: book.totalSize(SIDE_YES),
    tot_no: book.totalSize(SIDE_NO),
    sha256: createHash("sha256").update(book.canonicalText()).digest("hex"),
  };
}

test("The recorded tape gives the reference's books at each of its moments", options, () => {
  const batch = tape();
  const books = new BookSet(batch.symbols);
  let row = 0;
  for (const [ms, expected] of Object.entries(reference().book_at)) {
    while (row < batch.length && batch.tsRecv[row]! <= Number(ms) * 1000) books.apply(batch, row++);
    assert.deepEqual(describe(books.find(MARKET)!), expected);
  }
  while (row < batch.length) books.apply(batch, row++);
  const book = books.find(MARKET)!;
  assert.deepEqual([book.stale, book.inconsistencies, book.deltasBeforeSnapshot], [false, 0, 0]);
  assert.equal(book.canonicalText(), "yes|;no|");
});

test("The recorded tape gives the reference's candles, volume and average", options, () => {
  const batch = tape();
  const candles = new CandleBuilder({ market: MARKET, interval: 60 * MICROS_PER_SECOND });
  candles.add(batch);
  const built = candles.candles();
  const expected = reference();
  assert.deepEqual(
    built.map((c) => [
      String(c.start / 1000),
      [c.open, c.high, c.low, c.close, c.volume, c.trades],
    ]),
    Object.entries(expected.candles_1m),
  );
  assert.equal(built.reduce((sum, c) => sum + c.volume, 0), expected.trade_volume_1e2);
  assert.equal(built.reduce((sum, c) => sum + c.notional, 0), expected.notional_1e6);
  const average = new VwapBuilder({ market: MARKET });
  average.add(batch);
  assert.equal(average.value(), parseMoney(expected.vwap));
});

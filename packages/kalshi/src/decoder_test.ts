import { EventBatch, type MarketEvent } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiDecoder } from "./decoder.ts";

/** The events of some frames, all received at 5 µs, by both paths. */
function decode(...frames: (string | object)[]): MarketEvent[] {
  const [scanned, read] = [true, false].map((scanner) => {
    const decoder = new KalshiDecoder({ scanner });
    const batch = new EventBatch(decoder.symbols);
    for (const frame of frames) {
      const text = typeof frame === "string" ? frame : JSON.stringify(frame);
      const data = new TextEncoder().encode(text);
      decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
    }
    assert.deepEqual([...decoder.counts.unknownFields], []);
    assert.deepEqual([...decoder.counts.invalidFields], []);
    return Array.from({ length: batch.length }, (_, row) => batch.at(row));
  });
  assert.deepEqual(scanned, read);
  return scanned!;
}

const MARKET = "KXGOLDH-26AUG2711-T4615.99";
const ID = "ef793c45-beed-4096-8a3a-1c70af894be7";

test("A snapshot is followed by its levels, YES before NO, the last one marked", () => {
  const frame = {
    type: "orderbook_snapshot",
    sid: 1,
    seq: 1,
    msg: {
      market_ticker: MARKET,
      market_id: ID,
      yes_dollars_fp: [["0.0100", "1410.00"]],
      no_dollars_fp: [["0.0200", "2500.00"], ["0.0100", "0.11"]],
    },
  };
  const common = { market: MARKET, tsRecv: 5 };
  assert.deepEqual(decode(frame), [
    { ...common, kind: "snapshot", last: false },
    { ...common, kind: "level", side: "yes", price: 100, size: 141000, last: false },
    { ...common, kind: "level", side: "no", price: 200, size: 250000, last: false },
    { ...common, kind: "level", side: "no", price: 100, size: 11, last: true },
  ]);
});

test("A snapshot without ladders is one row: the book is empty", () => {
  const frame = { type: "orderbook_snapshot", sid: 1, seq: 1, msg: { market_ticker: MARKET } };
  assert.deepEqual(decode(frame), [
    { kind: "snapshot", market: MARKET, tsRecv: 5, last: true },
  ]);
});

test("A ladder is taken from its most exact form", () => {
  const levels = (msg: object) =>
    decode({ type: "orderbook_snapshot", msg: { market_ticker: MARKET, ...msg } })
      .slice(1).map(({ side, price, size }) => [side, price, size]);
  const all = {
    yes: [[1, 1]],
    yes_dollars: [["0.020", 2]],
    yes_dollars_fp: [["0.0300", "3.00"]],
    no: [[54, 20], [56, 146]],
  };
  assert.deepEqual(levels(all), [["yes", 300, 300], ["no", 5400, 2000], ["no", 5600, 14600]]);
  const { yes, yes_dollars } = all;
  assert.deepEqual(levels({ yes, yes_dollars }), [["yes", 200, 200]]);
  assert.deepEqual(levels({ yes }), [["yes", 100, 100]]);
});

test("A delta changes one level by a signed size", () => {
  const now = `{"type":"orderbook_delta","sid":1,"seq":6,"msg":{"market_ticker":"${MARKET}",` +
    `"market_id":"${ID}","price_dollars":"0.0100","delta_fp":"10.00","side":"yes",` +
    `"ts":"2026-08-27T13:56:23.996443Z","ts_ms":1787838983996}}`;
  const then =
    `{"type":"orderbook_delta","sid":2,"seq":3,"msg":{"market_ticker":"FED-23DEC-T3.00",` +
    `"price":96,"price_dollars":"0.960","delta":-54,"delta_fp":"-54.00","side":"no"}}`;
  const cents = `{"type":"orderbook_delta","msg":{"market_ticker":"FED-23DEC-T3.00","price":96,` +
    `"delta":-54,"side":"no"}}`;
  const old = { kind: "delta", market: "FED-23DEC-T3.00", tsRecv: 5, side: "no", last: true };
  assert.deepEqual(decode(now, then, cents), [
    {
      kind: "delta",
      market: MARKET,
      tsEvent: 1787838983996000,
      tsRecv: 5,
      side: "yes",
      price: 100,
      size: 1000,
      last: true,
    },
    { ...old, price: 9600, size: -5400 },
    { ...old, price: 9600, size: -5400 },
  ]);
});

test("A trade has the YES price, what the taker bought, and whether it was a block trade", () => {
  const frame = (msg: object) => ({
    type: "trade",
    sid: 11,
    msg: { market_ticker: "A-1", ...msg },
  });
  const now = {
    trade_id: "d91bc706-ee49-470d-82d8-11418bda6fed",
    yes_price_dollars: "0.3600",
    no_price_dollars: "0.6400",
    count_fp: "136.00",
    taker_side: "yes",
    taker_outcome_side: "no",
    taker_book_side: "ask",
    is_block_trade: true,
    ts: 1669149841,
    ts_ms: 1669149841500,
  };
  const march = {
    trade_id: "5d937db7-0c71-43cb-0b60-b56a4387af64",
    yes_price_dollars: "0.8900",
    no_price_dollars: "0.1100",
    count_fp: "3.00",
    taker_side: "yes",
    ts: 1773331880,
  };
  const cents = { yes_price: 36, no_price: 64, count: 136, taker_side: "no", ts: 1669149841 };
  const oldest = { price: 36, count: 136, side: "no" };
  const old = { kind: "trade", market: "A-1", tsRecv: 5, side: "no", price: 3600, size: 13600 };
  assert.deepEqual(decode(...[now, march, cents, oldest].map(frame)), [
    { ...old, tsEvent: 1669149841500000, blockTrade: true, last: true },
    { ...old, tsEvent: 1773331880000000, side: "yes", price: 8900, size: 300, last: true },
    { ...old, tsEvent: 1669149841000000, last: true },
    { ...old, last: true },
  ]);
});

test("A ticker has the last price, and its quote beside", () => {
  const msg = {
    dollar_open_interest: 309350,
    dollar_volume: 1116743,
    last_trade_size_fp: "0.11",
    market_id: ID,
    market_ticker: "KXBTC15M-26JUL191145-45",
    open_interest_fp: "618700.14",
    price_dollars: "0.9990",
    time: "2026-07-19T15:45:00.544125Z",
    ts: 1784475900,
    ts_ms: 1784475900544,
    volume_fp: "2233487.48",
    yes_ask_dollars: "1.0000",
    yes_ask_size_fp: "0.00",
    yes_bid_dollars: "0.0000",
    yes_bid_size_fp: "12.50",
  };
  assert.deepEqual(decode({ type: "ticker", sid: 1, msg }), [{
    kind: "ticker",
    market: "KXBTC15M-26JUL191145-45",
    tsEvent: 1784475900544000,
    tsRecv: 5,
    price: 9990,
    quote: {
      yesBid: 0,
      yesAsk: 10000,
      yesBidSize: 1250,
      yesAskSize: 0,
      lastSize: 11,
      volume: 223348748,
      openInterest: 61870014,
      dollarVolume: 1116743000000,
      dollarOpenInterest: 309350000000,
    },
    last: true,
  }]);
});

test("An old ticker has cents, whole contracts and NO quotes", () => {
  const msg = {
    market_ticker: "A-1",
    price: 12,
    yes_bid: 11,
    yes_ask: 12,
    no_bid: 88,
    no_ask: 89,
    volume: 351970,
    open_interest: 182646,
    ts: 1732579880,
    Clock: 6598272994,
  };
  assert.deepEqual(decode({ type: "ticker", sid: 1, msg }), [{
    kind: "ticker",
    market: "A-1",
    tsEvent: 1732579880000000,
    tsRecv: 5,
    price: 1200,
    quote: {
      yesBid: 1100,
      yesAsk: 1200,
      noBid: 8800,
      noAsk: 8900,
      volume: 35197000,
      openInterest: 18264600,
    },
    last: true,
  }]);
});

test("A market that never traded has no price, whatever its cents say", () => {
  const msg = { market_ticker: "A-1", price: 0, price_dollars: "", yes_bid_dollars: "0.3700" };
  const ticker = { kind: "ticker", market: "A-1", tsRecv: 5, quote: { yesBid: 3700 }, last: true };
  assert.deepEqual(decode({ type: "ticker", sid: 1, msg }), [ticker]);
});

test("A partial ticker gives what it has", () => {
  const msg = { market_ticker: "A-1", yes_bid_dollars: "0.0000", time: "2026-07-19T15:45:00Z" };
  const time = Date.UTC(2026, 6, 19, 15, 45) * 1000;
  assert.deepEqual(decode({ type: "ticker", sid: 1, msg }), [
    { kind: "ticker", market: "A-1", tsEvent: time, tsRecv: 5, quote: { yesBid: 0 }, last: true },
  ]);
});

test("Control replies are rows without data", () => {
  const other = { kind: "other", tsRecv: 5, last: true };
  const replies = [
    { type: "subscribed", id: 1, msg: { channel: "orderbook_delta", sid: 1 } },
    { id: 123, sid: 456, seq: 222, type: "ok", msg: { market_tickers: ["M-1", "M-2"] } },
    { id: 124, sid: 456, seq: 223, type: "ok", market_tickers: ["M-1"] },
    { id: 3, type: "ok", msg: [{ channel: "orderbook_delta", sid: 1 }] },
    { id: 102, sid: 2, seq: 7, type: "unsubscribed" },
    { id: 123, type: "error", msg: { code: 7, msg: "Unknown subscription ID" } },
  ];
  assert.deepEqual(decode(...replies), replies.map(() => other));
});

test("A batch with another symbol table is refused", () => {
  const batch = new EventBatch(new KalshiDecoder().symbols);
  assert.throws(
    () => new KalshiDecoder().decode(new Uint8Array(0), 0, 0, { id: "a", exact: true }, 5, batch),
    TypeError,
  );
});

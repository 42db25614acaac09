import {
  EventBatch,
  EventKind,
  FLAG_BLOCK_TRADE,
  NO_PRICE,
  SIDE_NONE,
  SIDE_YES,
  SymbolTable,
} from "@ssmd/core";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { GapRecorder } from "./gap_recorder.ts";
import { PriceRecorder } from "./price_recorder.ts";

const SECOND = 1_000_000;

interface Print {
  readonly ticker: string;
  readonly time: number;
  readonly price: number;
}

function record(recorder: PriceRecorder, prints: readonly Print[]): void {
  const batch = new EventBatch(new SymbolTable());
  for (const { ticker, time, price } of prints) {
    const market = batch.symbols.intern(ticker);
    const row = batch.push(EventKind.trade, market, NaN, time, SIDE_YES, price, 100);
    recorder.apply(batch, row, time);
  }
}

test("Few prices are kept as they are", () => {
  const recorder = new PriceRecorder();
  const times = [0, 1, 2, 5].map((seconds) => seconds * SECOND);
  record(recorder, times.map((time, index) => ({ ticker: "A", time, price: 5000 + index })));
  assert.deepEqual(
    recorder.points("A"),
    times.map((time, index) => ({ time, value: 5000 + index })),
  );
  assert.deepEqual(recorder.points("B"), []);
});

test("However many prices there are, the memory is bounded and no extreme is lost", () => {
  const print = fc.record({
    ticker: fc.constantFrom("A", "B", "C"),
    time: fc.integer({ min: 0, max: 1e9 }).map((ms) => ms * 1000),
    price: fc.integer({ min: 1, max: 9999 }),
  });
  fc.assert(fc.property(fc.array(print, { maxLength: 400 }), (unsorted) => {
    const prints = [...unsorted].sort((a, b) => a.time - b.time);
    const recorder = new PriceRecorder({ perMarket: 24 });
    record(recorder, prints);
    for (const ticker of ["A", "B", "C"]) {
      const mine = prints.filter((print) => print.ticker === ticker);
      const points = recorder.points(ticker);
      assert.ok(points.length <= 48);
      if (mine.length === 0) continue;
      const prices = mine.map(({ price }) => price);
      const values = points.map(({ value }) => value);
      assert.equal(Math.min(...values), Math.min(...prices));
      assert.equal(Math.max(...values), Math.max(...prices));
      for (const { time, value } of points) {
        assert.ok(mine.some((print) => print.time === time && print.price === value));
      }
      assert.ok(points.every(({ time }, index) => index === 0 || time >= points[index - 1]!.time));
    }
  }));
});

test("Many markets share the room: each keeps less detail", () => {
  const recorder = new PriceRecorder({ perMarket: 256, inAll: 20_000 });
  const prints: Print[] = [];
  for (let second = 0; second < 300; second++) {
    for (let market = 0; market < 400; market++) {
      prints.push({ ticker: `M${market}`, time: second * SECOND, price: 1 + second });
    }
  }
  record(recorder, prints);
  assert.ok(recorder.room <= 20_000, `room for ${recorder.room}`);
  assert.equal(recorder.markets, 400);
  const values = recorder.points("M399").map(({ value }) => value);
  assert.deepEqual([Math.min(...values), Math.max(...values)], [1, 300]);
});

test("Block trades, tickers before the first trade and other rows are no prices", () => {
  const recorder = new PriceRecorder();
  const batch = new EventBatch(new SymbolTable());
  const market = batch.symbols.intern("A");
  const block = batch.push(EventKind.trade, market, NaN, 1, SIDE_YES, 9000, 100);
  batch.flags[block]! |= FLAG_BLOCK_TRADE;
  batch.push(EventKind.ticker, market, NaN, 2, SIDE_NONE, 0, NaN);
  batch.push(EventKind.ticker, market, NaN, 3, SIDE_NONE, NO_PRICE, NaN);
  batch.push(EventKind.delta, market, NaN, 4, SIDE_YES, 7000, 100);
  batch.push(EventKind.ticker, market, NaN, 5, SIDE_NONE, 4200, NaN);
  for (let row = 0; row < batch.length; row++) recorder.apply(batch, row, batch.tsRecv[row]!);
  assert.deepEqual(recorder.points("A"), [{ time: 5, value: 4200 }]);
});

test("A late price counts for the newest stretch and does not set time back", () => {
  const recorder = new PriceRecorder();
  record(recorder, [
    { ticker: "A", time: 10 * SECOND, price: 5000 },
    { ticker: "A", time: 3 * SECOND, price: 6000 },
    { ticker: "A", time: 11 * SECOND, price: 5500 },
  ]);
  assert.deepEqual(recorder.points("A").map(({ value }) => value), [6000, 5000, 5500]);
});

test("A gap is kept once however many markets it names, at its time or when it became known", () => {
  const batch = new EventBatch(new SymbolTable());
  const gap = { feed: "kalshi", session: "s", tsRecv: 900 } as const;
  batch.pushGap({ ...gap, reason: "disconnect", from: 100, to: 200, markets: ["A", "B"] });
  batch.pushGap({ ...gap, reason: "sequence", from: 7, to: 9, sid: 1 });
  batch.pushGap({ ...gap, reason: "unsubscribed", from: 300, to: 300 });
  const recorder = new GapRecorder();
  for (let row = 0; row < batch.length; row++) recorder.apply(batch, row, batch.tsRecv[row]!);
  assert.deepEqual(recorder.bands, [
    { from: 100, to: 200, reason: "disconnect", markets: ["A", "B"] },
    { from: 900, to: 900, reason: "sequence" },
  ]);
  assert.equal(recorder.dropped, 0);
});

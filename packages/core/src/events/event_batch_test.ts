import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventBatch } from "./event_batch.ts";
import {
  EventKind,
  FLAG_BLOCK_TRADE,
  FLAG_LAST,
  NO_MARKET,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
} from "./event_kind.ts";
import type { Gap } from "../gap.ts";
import { QUOTE_FIELDS } from "./quote_columns.ts";
import { SymbolTable } from "./symbol_table.ts";

const GAP: Gap = {
  feed: "kalshi",
  session: "s1",
  sid: 1,
  reason: "sequence",
  from: 5,
  to: 7,
  missing: 3,
  tsRecv: 1000,
};

test("Rows keep every column while the batch grows", () => {
  const row = fc.record({
    kind: fc.constantFrom(...Object.values(EventKind)),
    market: fc.oneof(fc.nat(0xffff), fc.constant(NO_MARKET)),
    tsEvent: fc.oneof(fc.maxSafeNat(), fc.constant(NaN)),
    tsRecv: fc.maxSafeNat(),
    side: fc.constantFrom(SIDE_NONE, SIDE_YES, SIDE_NO),
    price: fc.integer({ min: NO_PRICE, max: 10_000 }),
    size: fc.oneof(fc.maxSafeInteger(), fc.constant(NaN)),
    isLast: fc.boolean(),
  });
  const rows = fc.array(row, { maxLength: 60 });
  fc.assert(fc.property(rows, fc.integer({ min: 1, max: 9 }), (list, capacity) => {
    const batch = new EventBatch(new SymbolTable(), capacity);
    list.forEach((r, i) => {
      const { kind, market, tsEvent, tsRecv, side, price, size } = r;
      assert.equal(batch.push(kind, market, tsEvent, tsRecv, side, price, size), i);
      batch.ref[i] = i * 3;
      if (r.isLast) batch.markLast();
    });
    assert.equal(batch.length, list.length);
    list.forEach(({ isLast, ...expected }, i) => {
      const { kind, market, tsEvent, tsRecv, side, price, size } = batch;
      const columns = { kind, market, tsEvent, tsRecv, side, price, size };
      const actual = Object.entries(columns).map(([name, column]) => [name, column[i]]);
      assert.deepEqual(Object.fromEntries(actual), expected);
      assert.equal(batch.ref[i], i * 3);
      assert.equal(batch.flags[i], isLast ? FLAG_LAST : 0);
    });
  }));
});

test("A reused batch shows nothing of its earlier rows", () => {
  const batch = new EventBatch(new SymbolTable(), 2);
  batch.pushGap(GAP);
  batch.pushGap(GAP);
  batch.quotes.push();
  batch.clear();
  assert.equal(batch.length, 0);
  assert.equal(batch.quotes.length, 0);
  assert.equal(batch.details.length, 0);
  assert.throws(() => batch.at(0), RangeError);
  batch.push(EventKind.other, NO_MARKET, NaN, 5, SIDE_NONE, NO_PRICE, NaN);
  batch.push(EventKind.other, NO_MARKET, NaN, 6, SIDE_NONE, NO_PRICE, NaN);
  for (const row of [0, 1]) {
    assert.equal(batch.flags[row], 0);
    assert.equal(batch.ref[row], 0);
    assert.deepEqual(batch.at(row), { kind: "other", tsRecv: 5 + row, last: false });
  }
});

test("A row is shown with what its kind has, and nothing that is absent", () => {
  const batch = new EventBatch(new SymbolTable(), 1);
  const market = batch.symbols.intern("KXGOLD-1");
  batch.push(EventKind.snapshot, market, 10, 11, SIDE_NONE, NO_PRICE, NaN);
  batch.push(EventKind.level, market, 10, 11, SIDE_YES, 4000, 100);
  batch.push(EventKind.level, market, 10, 11, SIDE_NO, 0, 0);
  batch.markLast();
  batch.push(EventKind.delta, market, NaN, 12, SIDE_NO, 9999, -100);
  const trade = batch.push(EventKind.trade, market, 20, 21, SIDE_YES, 4100, 250);
  batch.flags[trade]! |= FLAG_BLOCK_TRADE;
  batch.markLast();
  const ticker = batch.push(EventKind.ticker, market, 30, 31, SIDE_NONE, 4100, NaN);
  batch.quotes.push();
  batch.ref[ticker] = batch.quotes.push();
  batch.quotes.set(1, QUOTE_FIELDS.indexOf("yesBid"), 4000);
  batch.quotes.set(1, QUOTE_FIELDS.indexOf("openInterest"), 0);
  const base = { market: "KXGOLD-1", last: false };
  assert.deepEqual(Array.from({ length: batch.length }, (_, i) => batch.at(i)), [
    { ...base, kind: "snapshot", tsEvent: 10, tsRecv: 11 },
    { ...base, kind: "level", tsEvent: 10, tsRecv: 11, side: "yes", price: 4000, size: 100 },
    { ...base, kind: "level", tsEvent: 10, tsRecv: 11, side: "no", price: 0, size: 0, last: true },
    { ...base, kind: "delta", tsRecv: 12, side: "no", price: 9999, size: -100 },
    {
      ...base,
      kind: "trade",
      tsEvent: 20,
      tsRecv: 21,
      side: "yes",
      price: 4100,
      size: 250,
      blockTrade: true,
      last: true,
    },
    {
      ...base,
      kind: "ticker",
      tsEvent: 30,
      tsRecv: 31,
      price: 4100,
      quote: { yesBid: 4000, openInterest: 0 },
    },
  ]);
});

test("Lifecycle and other parsed frames show their frame", () => {
  const batch = new EventBatch(new SymbolTable(), 1);
  const created = { type: "market_lifecycle_v2" };
  batch.pushDetail(EventKind.lifecycle, batch.symbols.intern("A"), 1, 2, created);
  batch.pushDetail(EventKind.detail, NO_MARKET, NaN, 3, "reply");
  assert.deepEqual(batch.at(0), {
    kind: "lifecycle",
    market: "A",
    tsEvent: 1,
    tsRecv: 2,
    detail: created,
    last: false,
  });
  assert.equal(batch.at(0).detail, created);
  assert.deepEqual(batch.at(1), { kind: "detail", tsRecv: 3, detail: "reply", last: false });
});

test("A gap that names markets becomes a row for each, the last of them marked", () => {
  const batch = new EventBatch(new SymbolTable(), 1);
  const gap = { ...GAP, markets: ["A", "B", "C"] };
  batch.pushGap(gap);
  const row = { kind: "gap", tsRecv: 1000, detail: gap, last: false };
  assert.deepEqual(Array.from({ length: batch.length }, (_, i) => batch.at(i)), [
    { ...row, market: "A" },
    { ...row, market: "B" },
    { ...row, market: "C", last: true },
  ]);
});

test("A gap that names no markets is one row for every market", () => {
  const batch = new EventBatch(new SymbolTable());
  batch.pushGap(GAP);
  assert.equal(batch.length, 1);
  assert.equal(batch.market[0], NO_MARKET);
  assert.deepEqual(batch.at(0), { kind: "gap", tsRecv: 1000, detail: GAP, last: true });
});

test("A gap whose list of markets is empty concerns nobody: no row is added or marked", () => {
  const batch = new EventBatch(new SymbolTable());
  batch.push(EventKind.other, NO_MARKET, NaN, 5, SIDE_NONE, NO_PRICE, NaN);
  batch.pushGap({ ...GAP, markets: [] });
  assert.equal(batch.length, 1);
  assert.equal(batch.at(0).last, false);
});

test("Only rows that are filled can be read", () => {
  const batch = new EventBatch(new SymbolTable());
  batch.pushGap(GAP);
  for (const index of [1, -1, 0.5, NaN]) assert.throws(() => batch.at(index), RangeError);
});

test("A batch that could never grow is refused", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assert.throws(() => new EventBatch(new SymbolTable(), capacity), RangeError);
  }
});

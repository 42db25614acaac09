import assert from "node:assert/strict";
import { test } from "node:test";
import { BookSet } from "./book_set.ts";
import { EventBatch } from "../events/event_batch.ts";
import {
  EventKind,
  NO_MARKET,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
} from "../events/event_kind.ts";
import type { Gap } from "../gap.ts";
import { SymbolTable } from "../events/symbol_table.ts";

function snapshot(batch: EventBatch, market: number, at: number): void {
  batch.push(EventKind.snapshot, market, NaN, at, SIDE_NONE, NO_PRICE, NaN);
  batch.push(EventKind.level, market, NaN, at, SIDE_YES, 4500, 100);
  batch.push(EventKind.level, market, NaN, at, SIDE_NO, 5000, 200);
  batch.markLast();
}

function gap(markets?: readonly string[]): Gap {
  const named = markets === undefined ? {} : { markets };
  return { feed: "test", session: "s", reason: "sequence", from: 1, to: 2, tsRecv: 50, ...named };
}

/** Markets A, B and C, of which A and B have a book. */
function sample(): { symbols: SymbolTable; batch: EventBatch; books: BookSet } {
  const symbols = new SymbolTable();
  for (const name of ["A", "B", "C"]) symbols.intern(name);
  const batch = new EventBatch(symbols);
  snapshot(batch, 0, 1);
  snapshot(batch, 1, 2);
  const books = new BookSet(symbols);
  books.applyAll(batch);
  batch.clear();
  return { symbols, batch, books };
}

test("Each market's rows change its own book", () => {
  const { batch, books } = sample();
  batch.push(EventKind.delta, 1, NaN, 3, SIDE_YES, 4600, 7);
  batch.push(EventKind.trade, 1, NaN, 3, SIDE_YES, 4600, 7);
  for (let row = 0; row < batch.length; row++) books.apply(batch, row);
  assert.equal(books.get(0)?.canonicalText(), "yes|4500:100;no|5000:200");
  assert.equal(books.find("B")?.canonicalText(), "yes|4500:100,4600:7;no|5000:200");
  assert.equal(books.get(2), undefined);
  assert.equal(books.find("C"), undefined);
  assert.equal(books.find("never heard of"), undefined);
});

test("A gap makes the books that it names stale, and no other", () => {
  const { batch, books } = sample();
  batch.pushGap(gap(["A", "C"]));
  books.applyAll(batch);
  assert.equal(books.get(0)?.staleReason, "sequence");
  assert.equal(books.get(0)?.staleSince, 50);
  assert.equal(books.get(1)?.stale, false);
});

test("A gap that names no market makes all books stale until their own next snapshot", () => {
  const { batch, books } = sample();
  batch.pushGap(gap());
  snapshot(batch, 1, 60);
  snapshot(batch, 2, 61);
  books.applyAll(batch);
  assert.deepEqual([0, 1, 2].map((market) => books.get(market)?.stale), [true, false, false]);
});

test("A gap of a subscription that carries no books leaves them as they are", () => {
  const { batch, books } = sample();
  batch.pushGap({ ...gap(["A"]), books: false });
  batch.pushGap({ ...gap(), books: false });
  books.applyAll(batch);
  assert.equal(books.get(0)?.stale, false);
});

test("A delta without a book opens one that waits for its snapshot", () => {
  const { batch, books } = sample();
  batch.push(EventKind.delta, 2, NaN, 3, SIDE_YES, 4600, 7);
  books.applyAll(batch);
  assert.equal(books.get(2)?.deltasBeforeSnapshot, 1);
  assert.equal(books.get(2)?.stale, true);
});

test("An inconsistent delta or level leaves its book stale since its receive time", () => {
  const { batch, books } = sample();
  batch.push(EventKind.delta, 0, NaN, 70, SIDE_YES, 4500, -101);
  batch.push(EventKind.level, 1, NaN, 71, SIDE_YES, NO_PRICE, 5);
  books.applyAll(batch);
  assert.deepEqual([books.get(0)?.staleSince, books.get(0)?.inconsistencies], [70, 1]);
  assert.deepEqual([books.get(1)?.staleSince, books.get(1)?.inconsistencies], [71, 1]);
});

test("A book row that names no market makes every book stale and is counted", () => {
  const { batch, books } = sample();
  batch.push(EventKind.delta, NO_MARKET, NaN, 70, SIDE_YES, 4500, 1);
  books.applyAll(batch);
  assert.equal(books.unattributed, 1);
  assert.deepEqual([books.get(0)?.staleSince, books.get(1)?.staleSince], [70, 70]);
});

test("A batch with other symbols is refused, since its ids mean other markets", () => {
  const { books } = sample();
  const other = new EventBatch(new SymbolTable());
  other.push(EventKind.delta, 0, NaN, 3, SIDE_YES, 4600, 7);
  assert.throws(() => books.apply(other, 0), TypeError);
  assert.throws(() => books.applyAll(other), TypeError);
});

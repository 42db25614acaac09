import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderBook, SIDE_NO, SIDE_YES } from "@ssmd/core";
import { walkBook } from "./fill_model.ts";

/** YES bids 40¢ × 5 and 38¢ × 2, NO bids 55¢ × 3 and 54¢ × 4, in contracts. */
function sample(): OrderBook {
  const book = new OrderBook();
  book.snapshot();
  book.setLevel(SIDE_YES, 4000, 500);
  book.setLevel(SIDE_YES, 3800, 200);
  book.setLevel(SIDE_NO, 5500, 300);
  book.setLevel(SIDE_NO, 5400, 400);
  return book;
}

test("A buyer takes the other side's bids, best price first", () => {
  assert.deepEqual(walkBook.fill(sample(), { action: "buy", side: "yes", quantity: 500 }), [
    { price: 4500, quantity: 300 },
    { price: 4600, quantity: 200 },
  ]);
  assert.deepEqual(walkBook.fill(sample(), { action: "buy", side: "no", quantity: 100 }), [
    { price: 6000, quantity: 100 },
  ]);
});

test("A seller takes the side's own bids, best price first", () => {
  assert.deepEqual(walkBook.fill(sample(), { action: "sell", side: "yes", quantity: 600 }), [
    { price: 4000, quantity: 500 },
    { price: 3800, quantity: 100 },
  ]);
});

test("A thin book fills a part", () => {
  const fills = walkBook.fill(sample(), { action: "buy", side: "yes", quantity: 10_000 });
  assert.equal(fills.reduce((sum, { quantity }) => sum + quantity, 0), 700);
});

test("A limit is a price that is still taken", () => {
  const buy = { action: "buy", side: "yes", quantity: 500 } as const;
  assert.equal(walkBook.fill(sample(), { ...buy, limit: 4600 }).length, 2);
  assert.equal(walkBook.fill(sample(), { ...buy, limit: 4599 }).length, 1);
  assert.equal(walkBook.fill(sample(), { ...buy, limit: 4499 }).length, 0);
  const sell = { action: "sell", side: "yes", quantity: 600 } as const;
  assert.equal(walkBook.fill(sample(), { ...sell, limit: 3800 }).length, 2);
  assert.equal(walkBook.fill(sample(), { ...sell, limit: 3801 }).length, 1);
});

test("A stale or an empty book fills nothing", () => {
  const stale = sample();
  stale.markStale("sequence");
  const empty = new OrderBook();
  empty.snapshot();
  for (const book of [stale, empty]) {
    assert.deepEqual(walkBook.fill(book, { action: "buy", side: "yes", quantity: 1 }), []);
  }
});

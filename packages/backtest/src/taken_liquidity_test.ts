import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderBook, SIDE_NO, SIDE_YES } from "@ssmd/core";
import type { Order } from "./fill_model.ts";
import { TakenLiquidity } from "./taken_liquidity.ts";

function sample(): OrderBook {
  const book = new OrderBook();
  book.snapshot();
  book.setLevel(SIDE_YES, 4000, 500);
  book.setLevel(SIDE_NO, 5500, 300);
  book.setLevel(SIDE_NO, 5400, 400);
  return book;
}

const buyYes: Order = { action: "buy", side: "yes", quantity: 350 };

test("What an order took is gone for the next one, and the recorded book is as it was", () => {
  const book = sample();
  const taken = new TakenLiquidity();
  taken.take("A", book, buyYes, [{ price: 4500, quantity: 300 }, { price: 4600, quantity: 50 }]);
  const left = taken.remaining("A", book);
  assert.deepEqual(left.asks("yes"), [{ price: 4600, size: 350 }]);
  assert.deepEqual(left.bestAsk("yes"), { price: 4600, size: 350 });
  assert.deepEqual(left.bids("no"), [{ price: 5400, size: 350 }]);
  assert.deepEqual(left.bestBid("yes"), { price: 4000, size: 500 });
  assert.deepEqual(book.bestAsk("yes"), { price: 4500, size: 300 });
});

test("Taking more of a level adds up, also by selling into it", () => {
  const book = sample();
  const taken = new TakenLiquidity();
  taken.take("A", book, buyYes, [{ price: 4500, quantity: 100 }]);
  const sellNo: Order = { action: "sell", side: "no", quantity: 150 };
  taken.take("A", book, sellNo, [{ price: 5500, quantity: 150 }]);
  assert.deepEqual(taken.remaining("A", book).bestBid("no"), { price: 5500, size: 50 });
});

test("A level whose displayed size has changed counts as new", () => {
  const book = sample();
  const taken = new TakenLiquidity();
  taken.take("A", book, buyYes, [{ price: 4500, quantity: 300 }]);
  book.applyDelta(SIDE_NO, 5500, 1);
  assert.deepEqual(taken.remaining("A", book).bestAsk("yes"), { price: 4500, size: 301 });
});

test("Other markets are not touched, and the book's staleness shows through", () => {
  const book = sample();
  const taken = new TakenLiquidity();
  taken.take("A", book, buyYes, [{ price: 4500, quantity: 300 }]);
  assert.deepEqual(taken.remaining("B", book).bestAsk("yes"), { price: 4500, size: 300 });
  assert.equal(taken.remaining("A", book).stale, false);
  book.markStale("sequence");
  assert.equal(taken.remaining("A", book).stale, true);
});

test("A fill at a price that the book does not show takes nothing from it", () => {
  const book = sample();
  const taken = new TakenLiquidity();
  taken.take("A", book, buyYes, [{ price: 4250, quantity: 300 }]);
  assert.deepEqual(taken.remaining("A", book).asks("yes"), book.asks("yes"));
});

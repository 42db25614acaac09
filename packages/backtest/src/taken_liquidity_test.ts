import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderBook, QuoteColumns, SIDE_NO, SIDE_YES } from "@ssmd/core";
import type { Order } from "./fill_model.ts";
import { MarketDisplay } from "./market_display.ts";
import { ObservedMarket } from "./observed_market.ts";
import { TakenLiquidity } from "./taken_liquidity.ts";

function sample(): OrderBook {
  const book = new OrderBook();
  book.snapshot();
  book.setLevel(SIDE_YES, 4000, 500);
  book.setLevel(SIDE_NO, 5500, 300);
  book.setLevel(SIDE_NO, 5400, 400);
  return book;
}

/** `book` as a run sees it. */
function displayOf(book: OrderBook, ticker = "A"): MarketDisplay {
  const market = new ObservedMarket(ticker, 0);
  market.book = book;
  return new MarketDisplay(market, 1000, false);
}

const buyYes: Order = { action: "buy", side: "yes", quantity: 350 };

test("What an order took is gone for the next one, and the recorded book is as it was", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  taken.take(shown, buyYes, [{ price: 4500, quantity: 300 }, { price: 4600, quantity: 50 }], 0);
  const left = taken.remaining(shown, 0);
  assert.deepEqual(left.asks("yes"), [{ price: 4600, size: 350 }]);
  assert.deepEqual(left.bestAsk("yes"), { price: 4600, size: 350 });
  assert.deepEqual(left.bids("no"), [{ price: 5400, size: 350 }]);
  assert.deepEqual(left.bestBid("yes"), { price: 4000, size: 500 });
  assert.deepEqual(book.bestAsk("yes"), { price: 4500, size: 300 });
});

test("Taking more of a level adds up, also by selling into it", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  taken.take(shown, buyYes, [{ price: 4500, quantity: 100 }], 0);
  const sellNo: Order = { action: "sell", side: "no", quantity: 150 };
  taken.take(shown, sellNo, [{ price: 5500, quantity: 150 }], 0);
  assert.deepEqual(taken.remaining(shown, 0).bestBid("no"), { price: 5500, size: 50 });
});

test("What a level grows by can be taken, and when it shrinks others took of what was left", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  const left = () => taken.remaining(shown, 0).bids("no")[0];
  taken.take(shown, buyYes, [{ price: 4500, quantity: 200 }], 0);
  book.applyDelta(SIDE_NO, 5500, 50);
  assert.deepEqual(left(), { price: 5500, size: 150 });
  book.applyDelta(SIDE_NO, 5500, -150);
  assert.deepEqual(left(), { price: 5500, size: 100 });
  book.applyDelta(SIDE_NO, 5500, -120);
  assert.deepEqual(left(), { price: 5500, size: 80 });
});

test("A level that loses one contract after another is not bought anew each time", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  let bought = 0;
  for (let time = 0; time < 5; time++) {
    const ask = taken.remaining(shown, time).bestAsk("yes");
    if (ask?.price === 4500) {
      taken.take(shown, buyYes, [{ price: 4500, quantity: ask.size }], time);
      bought += ask.size;
    }
    book.applyDelta(SIDE_NO, 5500, -1);
  }
  assert.equal(bought, 300);
});

test("A level that has changed counts as new after a minute, one that has not stays taken", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  const bestAsk = (time: number) => taken.remaining(shown, time).bestAsk("yes");
  taken.take(shown, buyYes, [{ price: 4500, quantity: 300 }], 0);
  assert.equal(bestAsk(900_000_000)?.price, 4600);
  book.applyDelta(SIDE_NO, 5500, -1);
  assert.equal(bestAsk(59_999_999)?.price, 4600);
  assert.deepEqual(bestAsk(60_000_000), { price: 4500, size: 299 });
});

test("Other markets are not touched, and the book's staleness shows through", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  taken.take(shown, buyYes, [{ price: 4500, quantity: 300 }], 0);
  assert.deepEqual(taken.remaining(displayOf(book, "B"), 0).bestAsk("yes"), {
    price: 4500,
    size: 300,
  });
  assert.equal(taken.remaining(shown, 0).stale, false);
  book.markStale("sequence");
  assert.equal(taken.remaining(shown, 0).stale, true);
});

test("A fill at a price that the book does not show takes nothing from it", () => {
  const book = sample();
  const shown = displayOf(book);
  const taken = new TakenLiquidity();
  taken.take(shown, buyYes, [{ price: 4250, quantity: 300 }], 0);
  assert.deepEqual(taken.remaining(shown, 0).asks("yes"), book.asks("yes"));
});

test("Of a level only its share may be taken, in all orders together", () => {
  const shown = displayOf(sample());
  const taken = new TakenLiquidity(250_000);
  assert.deepEqual(taken.remaining(shown, 0).asks("yes"), [
    { price: 4500, size: 75 },
    { price: 4600, size: 100 },
  ]);
  taken.take(shown, buyYes, [{ price: 4500, quantity: 50 }], 0);
  assert.deepEqual(taken.remaining(shown, 0).bestAsk("yes"), { price: 4500, size: 25 });
});

test("What was taken from a quote comes back a minute later with another price or size, not with a new ticker", () => {
  const market = new ObservedMarket("A", 0);
  const shown = new MarketDisplay(market, 1000, false);
  const quotes = new QuoteColumns();
  const say = (...cells: readonly number[]) => {
    const row = quotes.push();
    for (const [field, value] of cells.entries()) quotes.set(row, field, value);
    market.quote.update(quotes, row);
  };
  const taken = new TakenLiquidity();
  const left = (time = 0) => taken.remaining(shown, time).bestAsk("yes")?.size;
  say(4000, 4500);
  taken.take(shown, buyYes, [{ price: 4500, quantity: 350 }], 0);
  assert.equal(left(), 650);
  say(4100, 4500);
  assert.equal(left(60_000_000), 650);
  say(4100, 4600);
  say(4100, 4500);
  assert.deepEqual([left(), left(60_000_000)], [650, 1000]);
  const sellYes: Order = { action: "sell", side: "yes", quantity: 350 };
  taken.take(shown, sellYes, [{ price: 4100, quantity: 350 }], 0);
  assert.equal(taken.remaining(shown, 0).bestBid("yes")?.size, 650);
  say(4000, 4500);
  say(4100, 4500);
  assert.equal(taken.remaining(shown, 60_000_000).bestBid("yes")?.size, 1000);
});

test("What was taken survives being saved as JSON", () => {
  const shown = displayOf(sample());
  const taken = new TakenLiquidity();
  taken.take(shown, buyYes, [{ price: 4500, quantity: 300 }, { price: 4600, quantity: 50 }], 0);
  const again = new TakenLiquidity();
  again.restore(JSON.parse(JSON.stringify(taken.save())));
  assert.deepEqual(again.remaining(shown, 0).asks("yes"), [{ price: 4600, size: 350 }]);
});

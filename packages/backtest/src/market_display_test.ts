import assert from "node:assert/strict";
import { test } from "node:test";
import {
  OrderBook,
  QUOTE_FIELDS,
  QuoteColumns,
  type QuoteField,
  SIDE_NO,
  SIDE_YES,
} from "@ssmd/core";
import { MarketDisplay } from "./market_display.ts";
import { ObservedMarket } from "./observed_market.ts";

/** A market whose last ticker says this. */
function quoted(fields: Partial<Record<QuoteField, number>>): ObservedMarket {
  const market = new ObservedMarket("A", 0);
  const quotes = new QuoteColumns();
  const row = quotes.push();
  for (const [index, field] of QUOTE_FIELDS.entries()) {
    const value = fields[field];
    if (value !== undefined) quotes.set(row, index, value);
  }
  market.quote.update(quotes, row);
  return market;
}

const display = (market: ObservedMarket) => new MarketDisplay(market, 1000, false);

test("A ticker is a book of one level a side, of YES bids and NO bids", () => {
  const shown = display(quoted({ yesBid: 4000, yesAsk: 4500, yesBidSize: 300, yesAskSize: 200 }));
  assert.equal(shown.source, "quote");
  assert.equal(shown.stale, false);
  assert.deepEqual(shown.bids("yes"), [{ price: 4000, size: 300 }]);
  assert.deepEqual(shown.asks("yes"), [{ price: 4500, size: 200 }]);
  assert.deepEqual(shown.bestBid("no"), { price: 5500, size: 200 });
  assert.deepEqual(shown.bestAsk("no"), { price: 6000, size: 300 });
  assert.deepEqual(shown.bids("yes", 0), []);
  assert.deepEqual([shown.sizeAt("yes", 4100), shown.sizeAt("yes", 4000)], [0, 300]);
  assert.equal(shown.sizeAt("yes", 3900), undefined);
});

test("A size that the ticker does not give is assumed, and known as such", () => {
  const shown = display(quoted({ yesBid: 4000, yesAsk: 4500, yesBidSize: 300 }));
  assert.deepEqual(shown.bestAsk("yes"), { price: 4500, size: 1000 });
  assert.deepEqual([shown.knowsSize("yes"), shown.knowsSize("no")], [true, false]);
});

test("NO prices stand in where the ticker gives no YES prices", () => {
  const shown = display(quoted({ noBid: 5500, noAsk: 6000 }));
  assert.deepEqual([shown.bestPrice("yes"), shown.bestPrice("no")], [4000, 5500]);
});

test("Prices of $0 and $1, sizes of 0 and absent prices are no level", () => {
  for (
    const fields of [
      { yesBid: 0, yesAsk: 10_000 },
      { yesBid: 10_000, yesAsk: 0 },
      { yesBid: 4000, yesAsk: 4500, yesBidSize: 0, yesAskSize: 0 },
      {},
    ]
  ) {
    const shown = display(quoted(fields));
    assert.deepEqual([shown.bids("yes"), shown.bids("no")], [[], []]);
    assert.equal(shown.bestAsk("yes"), undefined);
    assert.equal(shown.source, "quote");
  }
});

test("The recorded book comes first, but not before its first snapshot", () => {
  const market = quoted({ yesBid: 4000, yesAsk: 4500 });
  const shown = display(market);
  const book = new OrderBook();
  market.book = book;
  assert.deepEqual([shown.source, shown.stale, shown.bestPrice("yes")], ["quote", false, 4000]);
  book.snapshot();
  book.setLevel(SIDE_YES, 4200, 100);
  book.setLevel(SIDE_NO, 5400, 100);
  assert.deepEqual([shown.source, shown.stale, shown.bestPrice("yes")], ["book", false, 4200]);
  assert.deepEqual(shown.bestAsk("yes"), { price: 4600, size: 100 });
  assert.deepEqual([shown.sizeAt("yes", 4000), shown.knowsSize("yes")], [0, true]);
  book.markStale("sequence");
  assert.deepEqual([shown.source, shown.stale], ["book", true]);
});

test("A quote is stale from a gap until the next ticker, and a trusting run does not mind", () => {
  const market = quoted({ yesBid: 4000, yesAsk: 4500 });
  market.quote.markStale();
  assert.equal(display(market).stale, true);
  assert.equal(new MarketDisplay(market, 1000, true).stale, false);
  assert.deepEqual(display(market).bestBid("yes"), { price: 4000, size: 1000 });
  assert.equal(new MarketDisplay(new ObservedMarket("B", 1), 1000, true).stale, true);
});

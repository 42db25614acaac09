import type { RowFact } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bookFrame, checkDay, type Lines, quote, trade, warnings } from "./quality_test_support.ts";

/** Asserts what is counted of the rows beside what the first, flawless quote gives. */
async function assertFacts(lines: Lines, facts: Partial<Record<RowFact, number>>): Promise<void> {
  const day = await checkDay([quote(0), ...lines]);
  assert.deepEqual(day.facts, facts);
  const perMarket = day.markets.reduce(
    (sum, market) => sum + Object.values(market.facts).reduce((all, count) => all + count, 0),
    0,
  );
  assert.equal(perMarket, Object.values(facts).reduce((all, count) => all + count, 0));
}

test("A flawless day in cents is clean", async () => {
  const day = await checkDay([quote(0), trade(1), quote(2, { volume: 1003 })]);
  assert.deepEqual([day.verdict, day.facts, warnings(day)], ["clean", {}, {}]);
  assert.deepEqual([day.records, day.frames, day.files[0]!.records], [3, 3, 3]);
});

test("Quotes without bid, ask or volume are counted, as are trades without price, side or count", async () => {
  await assertFacts([
    quote(1, { yes_bid: undefined }),
    quote(2, { yes_ask: undefined }),
    quote(3, { yes_ask: null }),
    quote(4, { volume: undefined }),
    trade(5, { yes_price: undefined }),
    trade(6, { taker_side: undefined }),
    trade(7, { count: undefined }),
  ], {
    missingBid: 1,
    missingAsk: 2,
    missingVolume: 1,
    missingPrice: 1,
    missingSide: 1,
    missingSize: 1,
  });
});

test("A market that never traded has no last price, which is a note", async () => {
  await assertFacts([quote(1, { price: undefined }), quote(2, { price: 0 })], { withoutPrice: 2 });
  assert.equal((await checkDay([quote(0, { price: 0 })])).verdict, "clean");
});

test("A bid above the ask is crossed, and one at it is not", async () => {
  await assertFacts([
    quote(1, { yes_bid: 53 }),
    quote(2, { yes_bid: 52 }),
    quote(3, { no_bid: 49, no_ask: 48 }),
  ], { crossedQuotes: 2 });
});

test("The prices with which the exchange says that a side is empty are no errors", async () => {
  await assertFacts([
    quote(1, { yes_bid: 0 }),
    quote(2, { yes_ask: 100 }),
    quote(3, { yes_bid: 0, yes_ask: 100 }),
    quote(4, { yes_bid: 3, yes_ask: 0 }),
  ], {});
});

test("Prices at or below nothing and at or above a dollar are counted", async () => {
  await assertFacts([
    trade(1, { yes_price: 0 }),
    trade(2, { yes_price: 100 }),
    quote(3, { price: 100 }),
    quote(4, { yes_bid: 100 }),
    trade(5, { yes_price: 1 }),
    trade(6, { yes_price: 99 }),
  ], { priceOutOfRange: 4 });
});

test("A price that no unit can hold is missing, and named with its field", async () => {
  const day = await checkDay([quote(0), trade(1, { yes_price: 150 })]);
  assert.deepEqual(day.facts, { missingPrice: 1 });
  assert.deepEqual(day.invalidFields, { "trade.yes_price": 1 });
  assert.deepEqual(warnings(day), { missingPrice: 1, invalidFields: 1 });
});

test("A volume that decreases is counted once, from the value before it", async () => {
  await assertFacts([
    quote(1, { volume: 900 }),
    quote(2, { volume: 950 }),
    quote(3, { volume: 950 }),
    quote(4, { market_ticker: "B", volume: 5 }),
  ], { volumeDecreases: 1 });
});

test("Times that go back are counted per market and kind, and rows without time apart", async () => {
  await assertFacts([
    quote(10),
    quote(9),
    quote(9),
    trade(5),
    quote(3, { market_ticker: "B" }),
    quote(11, { ts: undefined }),
    trade(4),
  ], { eventTimeBack: 2, withoutEventTime: 1 });
});

test("Deltas before a snapshot and rows that do not fit are told apart", async () => {
  const ladder = [[40, 10]];
  await assertFacts([
    bookFrame(1, "delta", { price: 40, delta: 5, side: "yes", ts: "2026-01-05T00:00:01Z" }),
    bookFrame(2, "snapshot", { yes: ladder, no: [[50, 10]] }),
    bookFrame(3, "delta", { price: 40, delta: -11, side: "yes", ts: "2026-01-05T00:00:02Z" }),
  ], { deltasBeforeSnapshot: 1, inconsistencies: 1 });
});

test("A fresh book whose best bids add up to more than a dollar is crossed, and for how long", async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 0, 0, second)).toISOString();
  const day = await checkDay([
    quote(0),
    bookFrame(1, "snapshot", { yes: [[40, 10]], no: [[60, 10]], ts: at(1) }),
    bookFrame(2, "delta", { price: 61, delta: 5, side: "no", ts: at(2) }),
    bookFrame(3, "delta", { price: 62, delta: 5, side: "no", ts: at(3) }),
    bookFrame(4, "delta", { price: 62, delta: -5, side: "no", ts: at(5) }),
    bookFrame(5, "delta", { price: 61, delta: -5, side: "no", ts: at(6) }),
    bookFrame(6, "delta", { price: 41, delta: 5, side: "yes", ts: at(7) }),
    quote(9),
  ]);
  assert.deepEqual(day.facts, { crossedBooks: 2 });
  assert.equal(day.markets[0]!.crossedTime, (6 - 2 + 9 - 7) * 1_000_000);
});

test("A level at no price is counted", async () => {
  await assertFacts([
    bookFrame(1, "snapshot", { yes: [[0, 10], [40, 1]], no: [[100, 10]] }),
  ], { priceOutOfRange: 2, crossedBooks: 1 });
});

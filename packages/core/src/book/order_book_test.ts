import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_PRICE, SIDE_NO, SIDE_NONE, SIDE_YES } from "../events/event_kind.ts";
import { OrderBook } from "./order_book.ts";

/** YES bids 45 and 44 cents, NO bids 52 and 50 cents. */
function sample(): OrderBook {
  const book = new OrderBook();
  book.snapshot();
  book.setLevel(SIDE_YES, 4400, 300);
  book.setLevel(SIDE_YES, 4500, 100);
  book.setLevel(SIDE_NO, 5200, 700);
  book.setLevel(SIDE_NO, 5000, 50);
  return book;
}

test("A new book is stale until its first snapshot, and drops and counts deltas", () => {
  const book = new OrderBook();
  assert.equal(book.applyDelta(SIDE_YES, 4500, 100), false);
  assert.equal(book.applyDelta(SIDE_YES, 4500, 100), false);
  assert.equal(book.stale, true);
  assert.equal(book.staleReason, "no snapshot");
  assert.equal(book.deltasBeforeSnapshot, 2);
  assert.equal(book.inconsistencies, 0);
  assert.equal(book.bestBid("yes"), undefined);
  assert.equal(book.canonicalText(), "yes|;no|");
  book.markStale("sequence", 17);
  assert.deepEqual([book.staleReason, book.staleSince], ["no snapshot", undefined]);
  book.snapshot();
  assert.equal(book.stale, false);
  assert.equal(book.canonicalText(), "yes|;no|");
});

test("Asks are the other side's bids seen from $1", () => {
  const book = sample();
  assert.deepEqual(book.bids("yes"), [{ price: 4500, size: 100 }, { price: 4400, size: 300 }]);
  assert.deepEqual(book.asks("yes"), [{ price: 4800, size: 700 }, { price: 5000, size: 50 }]);
  assert.deepEqual(book.bestAsk("no"), { price: 5500, size: 100 });
  assert.deepEqual(book.bestBid("no"), { price: 5200, size: 700 });
  assert.deepEqual(book.asks("no", 1), [{ price: 5500, size: 100 }]);
  assert.deepEqual(book.bids("no", 0), []);
});

test("The numeric accessors give the same without objects", () => {
  const book = sample();
  assert.equal(book.bestBidPrice(SIDE_YES), 4500);
  assert.equal(book.bestBidSize(SIDE_NO), 700);
  assert.equal(book.levelCount(SIDE_NO), 2);
  assert.equal(book.totalSize(SIDE_YES), 400);
  assert.equal(book.sizeAt(SIDE_YES, 4400), 300);
  assert.equal(book.sizeAt(SIDE_YES, 4300), 0);
  assert.equal(new OrderBook().bestBidPrice(SIDE_YES), NO_PRICE);
  assert.equal(new OrderBook().levelCount(SIDE_YES), 0);
});

test("A delta adds, removes a level at zero and moves the best price", () => {
  const book = sample();
  book.applyDelta(SIDE_YES, 4500, -100);
  assert.deepEqual(book.bestBid("yes"), { price: 4400, size: 300 });
  book.applyDelta(SIDE_YES, 4600, 5);
  assert.deepEqual(book.bestBid("yes"), { price: 4600, size: 5 });
  assert.equal(book.canonicalText(), "yes|4400:300,4600:5;no|5000:50,5200:700");
  assert.equal(book.stale, false);
});

test("A snapshot replaces everything, and an empty one leaves a fresh empty book", () => {
  const book = sample();
  book.markStale("sequence", 17);
  book.snapshot();
  assert.equal(book.stale, false);
  assert.equal(book.staleReason, undefined);
  assert.equal(book.staleSince, undefined);
  assert.equal(book.canonicalText(), "yes|;no|");
});

test("A gap leaves the book stale until its next snapshot, while deltas still apply", () => {
  const book = sample();
  book.markStale("disconnect", 17);
  book.markStale("overflow", 18);
  assert.equal(book.applyDelta(SIDE_YES, 4500, 1), true);
  assert.equal(book.stale, true);
  assert.equal(book.staleReason, "disconnect");
  assert.equal(book.staleSince, 17);
  assert.equal(book.sizeAt(SIDE_YES, 4500), 101);
});

test("A delta below zero removes its level and leaves the book stale", () => {
  const book = sample();
  assert.equal(book.applyDelta(SIDE_YES, 4500, -101), false);
  assert.equal(book.staleReason, "inconsistency");
  assert.equal(book.inconsistencies, 1);
  assert.deepEqual(book.bestBid("yes"), { price: 4400, size: 300 });
  book.markStale("sequence", 20);
  assert.equal(book.staleReason, "inconsistency");
  assert.equal(book.staleSince, 20);
});

test("Absent and impossible values are inconsistencies and change nothing else", () => {
  const wrong: readonly [number, number, number][] = [
    [SIDE_NONE, 4500, 1],
    [SIDE_YES, NO_PRICE, 1],
    [SIDE_YES, 10_001, 1],
    [SIDE_YES, 10_100, 1],
    [SIDE_NO, -100, 1],
    [SIDE_YES, 45.5, 1],
    [SIDE_YES, 4500, NaN],
    [SIDE_NO, 4500, 0.5],
    [SIDE_NO, 4500, 2 ** 53],
  ];
  for (const [side, price, size] of wrong) {
    for (const change of ["applyDelta", "setLevel"] as const) {
      const book = sample();
      assert.equal(book[change](side, price, size), false);
      assert.equal(book.inconsistencies, 1);
      assert.equal(book.stale, true);
      assert.equal(book.canonicalText(), sample().canonicalText());
    }
  }
});

test("Sizes are exact up to 2^53 − 1 a side and refused beyond", () => {
  const book = new OrderBook();
  book.snapshot();
  assert.equal(book.applyDelta(SIDE_YES, 100, Number.MAX_SAFE_INTEGER - 1), true);
  assert.equal(book.applyDelta(SIDE_YES, 200, 1), true);
  assert.equal(book.totalSize(SIDE_YES), Number.MAX_SAFE_INTEGER);
  assert.equal(book.applyDelta(SIDE_YES, 300, 1), false);
  assert.equal(book.canonicalText(), `yes|100:${Number.MAX_SAFE_INTEGER - 1},200:1;no|`);
});

test("A level without a snapshot is an inconsistency", () => {
  const book = new OrderBook();
  assert.equal(book.setLevel(SIDE_YES, 100, 1), false);
  assert.equal(book.inconsistencies, 1);
  assert.equal(book.staleReason, "no snapshot");
});

test("A book that was saved as JSON goes on as it would have", () => {
  const change = fc.tuple(
    fc.constantFrom("snapshot", "set", "add", "stale"),
    fc.constantFrom(SIDE_YES, SIDE_NO),
    fc.integer({ min: 0, max: 100 }).map((cents) => cents * 100 + (cents % 7 === 0 ? 10 : 0)),
    fc.integer({ min: -50, max: 100 }),
  );
  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
  const perform = (book: OrderBook, [kind, side, price, size]: Change) => {
    if (kind === "snapshot") book.snapshot();
    else if (kind === "set") book.setLevel(side, price, size);
    else if (kind === "add") book.applyDelta(side, price, size);
    else book.markStale("sequence", size);
  };
  const changes = fc.array(change);
  fc.assert(fc.property(changes, changes, (before, after) => {
    const book = new OrderBook();
    for (const each of before) perform(book, each);
    const again = new OrderBook();
    again.restore(JSON.parse(JSON.stringify(book.save())));
    for (const each of after) for (const one of [book, again]) perform(one, each);
    assert.deepEqual(again.save(), book.save());
    assert.equal(again.canonicalText(), book.canonicalText());
  }));
});

test("Levels that no book can hold are not restored", () => {
  const saved = new OrderBook().save();
  const wrong = { ...saved, yes: [[4000, 10]] } as const;
  assert.throws(() => new OrderBook().restore(wrong), /Cannot restore a book with 10 at 4000/);
});

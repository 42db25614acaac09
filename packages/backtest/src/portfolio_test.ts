import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChargedFill } from "./charged_fill.ts";
import { Portfolio, type PositionKey } from "./portfolio.ts";

const fill = fc.record({
  price: fc.integer({ min: 0, max: 10_000 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  fee: fc.integer({ min: 0, max: 50_000 }),
  assumption: fc.constant("book" as const),
});
const where = fc.record({
  ticker: fc.constantFrom("A", "B"),
  side: fc.constantFrom("yes" as const, "no" as const),
  group: fc.constantFrom("", "A"),
});
const step = fc.oneof(
  fc.record({
    kind: fc.constant("buy" as const),
    where,
    fills: fc.array(fill, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("sell" as const), where, fill }),
  fc.record({
    kind: fc.constant("settle" as const),
    where,
    yesValue: fc.integer({ min: 0, max: 10_000 }),
  }),
);
const mark = fc.integer({ min: 0, max: 10_000 });

/** One random order or settlement; what the ledger refuses must leave it as it was. */
function perform(
  portfolio: Portfolio,
  each: typeof step extends fc.Arbitrary<infer T> ? T : never,
) {
  const { ticker } = each.where;
  const before = JSON.stringify([portfolio, portfolio.cash, portfolio.positions]);
  try {
    if (each.kind === "buy") portfolio.buy(each.where, 1, 1, each.fills);
    else if (each.kind === "sell") portfolio.sell(each.where, 1, 1, [each.fill]);
    else portfolio.settle(ticker, each.yesValue, 1);
  } catch (error) {
    assert.ok(error instanceof RangeError);
    assert.equal(JSON.stringify([portfolio, portfolio.cash, portfolio.positions]), before);
  }
}

test("Cash and positions equal start, realised and unrealised less fees after every event", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.array(mark), (steps, marks) => {
    const portfolio = new Portfolio(50_000_000);
    for (const each of steps) {
      perform(portfolio, each);
      const { startingBalance, cash, realised, fees, positions } = portfolio;
      const cost = positions.reduce((sum, position) => sum + position.cost, 0);
      assert.equal(cash + cost, startingBalance + realised - fees);
      assert.equal(portfolio.openCost, cost);
      const prices = new Map(positions.map((position, i) => [position, marks[i] ?? 5000]));
      const unrealised = positions.reduce(
        (sum, position) => sum + prices.get(position)! * position.quantity - position.cost,
        0,
      );
      const worth = positions.reduce((sum, each) => sum + prices.get(each)! * each.quantity, 0);
      assert.equal(portfolio.equity(worth), startingBalance + realised + unrealised - fees);
      assert.ok(cash >= 0);
      assert.ok(positions.every((position) => position.quantity > 0 && position.cost >= 0));
    }
  }));
});

/** The key of a position, such as `A yes`, with its group behind. */
function key(text: string): PositionKey {
  const [ticker = "", side, group = ""] = text.split(" ");
  return { ticker, side: side === "yes" ? "yes" : "no", group };
}

/** A fill that was shown in a book. */
function filled(price: number, quantity: number, fee = 0): ChargedFill {
  return { price, quantity, fee, assumption: "book" };
}

test("A sale realises its share of the cost, and the last one the rest", () => {
  const portfolio = new Portfolio(1_000_000);
  // 3 units at 1/3 of a cent each would not divide: $0.0033 × 3 + $0.0001 × 1 = 100 units of money.
  portfolio.buy(key("A yes"), 1, 1, [filled(33, 3), filled(1, 1)]);
  const first = portfolio.sell(key("A yes"), 2, 2, [filled(50, 3)]);
  assert.equal(portfolio.realised, 150 - 75);
  assert.equal(first.cost, 25);
  const last = portfolio.sell(key("A yes"), 3, 3, [filled(50, 1)]);
  assert.equal(last.quantity, 0);
  assert.equal(portfolio.realised, 200 - 100);
  assert.equal(portfolio.position(key("A yes")), undefined);
});

test("YES and NO of a market are two positions, and settlement pays both", () => {
  const portfolio = new Portfolio(100_000_000);
  portfolio.buy(key("A yes"), 1, 1, [filled(4000, 1000, 10)]);
  portfolio.buy(key("A no"), 2, 2, [filled(5000, 500, 10)]);
  portfolio.buy(key("B no"), 3, 3, [filled(5000, 500)]);
  const closed = portfolio.settle("A", 3000, 4);
  assert.deepEqual(closed.map(({ ticker, side }) => [ticker, side]), [["A", "yes"], ["A", "no"]]);
  assert.equal(portfolio.realised, (3000 - 4000) * 1000 + (7000 - 5000) * 500);
  assert.deepEqual(portfolio.positions.map(({ ticker }) => ticker), ["B"]);
  assert.equal(portfolio.fees, 20);
});

test("Positions of two groups are apart, whatever their names, and are settled in opening order", () => {
  const portfolio = new Portfolio(100_000_000);
  const keys = [
    { ticker: "A", side: "yes", group: "B C" },
    { ticker: "A B", side: "yes", group: "C" },
    { ticker: "A", side: "yes", group: "" },
  ] as const;
  for (const [index, each] of keys.entries()) {
    portfolio.buy(each, index, index, [filled(5000, 100 * (index + 1))]);
  }
  assert.deepEqual(keys.map((each) => portfolio.position(each)?.quantity), [100, 200, 300]);
  const closed = portfolio.settle("A", 10_000, 9);
  assert.deepEqual(closed.map(({ group }) => group), ["B C", ""]);
});

test("What cannot be paid or is not held is refused by name", () => {
  const portfolio = new Portfolio(1_000_000);
  const tooMuch = [filled(10_000, 100, 1)];
  assert.throws(() => portfolio.buy(key("A yes"), 1, 1, tooMuch), /Cannot pay 1000001/);
  assert.throws(
    () => portfolio.sell(key("A yes"), 1, 1, tooMuch),
    /Cannot sell 100 of A yes: 0 held/,
  );
  assert.equal(portfolio.cash, 1_000_000);
  for (const balance of [-1, 0.5, NaN]) assert.throws(() => new Portfolio(balance), RangeError);
});

test("A ledger that was saved as JSON goes on as it would have", () => {
  fc.assert(fc.property(fc.array(step), fc.array(step), (before, after) => {
    const portfolio = new Portfolio(50_000_000);
    for (const each of before) perform(portfolio, each);
    const again = Portfolio.restore(JSON.parse(JSON.stringify(portfolio.save())));
    for (const each of after) for (const ledger of [portfolio, again]) perform(ledger, each);
    assert.deepEqual(again.save(), portfolio.save());
  }));
});

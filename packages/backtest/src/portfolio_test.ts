import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Portfolio } from "./portfolio.ts";

const fill = fc.record({
  price: fc.integer({ min: 0, max: 10_000 }),
  quantity: fc.integer({ min: 1, max: 5_000 }),
  fee: fc.integer({ min: 0, max: 50_000 }),
});
const where = fc.record({
  ticker: fc.constantFrom("A", "B"),
  side: fc.constantFrom("yes" as const, "no" as const),
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
  const { ticker, side } = each.where;
  const before = JSON.stringify([portfolio, portfolio.cash, portfolio.positions]);
  try {
    if (each.kind === "buy") portfolio.buy(ticker, side, 1, each.fills);
    else if (each.kind === "sell") portfolio.sell(ticker, side, 1, [each.fill]);
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
      const prices = new Map(positions.map((position, i) => [position, marks[i] ?? 5000]));
      const unrealised = positions.reduce(
        (sum, position) => sum + prices.get(position)! * position.quantity - position.cost,
        0,
      );
      assert.equal(
        portfolio.equity((position) => prices.get(position)!),
        startingBalance + realised + unrealised - fees,
      );
      assert.ok(cash >= 0);
      assert.ok(positions.every((position) => position.quantity > 0 && position.cost >= 0));
    }
  }));
});

test("A sale realises its share of the cost, and the last one the rest", () => {
  const portfolio = new Portfolio(1_000_000);
  // 3 units at 1/3 of a cent each would not divide: $0.0033 × 3 + $0.0001 × 1 = 100 units of money.
  portfolio.buy("A", "yes", 1, [{ price: 33, quantity: 3, fee: 0 }, {
    price: 1,
    quantity: 1,
    fee: 0,
  }]);
  const first = portfolio.sell("A", "yes", 2, [{ price: 50, quantity: 3, fee: 0 }]);
  assert.equal(portfolio.realised, 150 - 75);
  assert.equal(first.cost, 25);
  const last = portfolio.sell("A", "yes", 3, [{ price: 50, quantity: 1, fee: 0 }]);
  assert.equal(last.quantity, 0);
  assert.equal(portfolio.realised, 200 - 100);
  assert.equal(portfolio.position("A", "yes"), undefined);
});

test("YES and NO of a market are two positions, and settlement pays both", () => {
  const portfolio = new Portfolio(100_000_000);
  portfolio.buy("A", "yes", 1, [{ price: 4000, quantity: 1000, fee: 10 }]);
  portfolio.buy("A", "no", 2, [{ price: 5000, quantity: 500, fee: 10 }]);
  portfolio.buy("B", "no", 3, [{ price: 5000, quantity: 500, fee: 0 }]);
  const closed = portfolio.settle("A", 3000, 4);
  assert.deepEqual(closed.map(({ ticker, side }) => [ticker, side]), [["A", "yes"], ["A", "no"]]);
  assert.equal(portfolio.realised, (3000 - 4000) * 1000 + (7000 - 5000) * 500);
  assert.deepEqual(portfolio.positions.map(({ ticker }) => ticker), ["B"]);
  assert.equal(portfolio.fees, 20);
});

test("What cannot be paid or is not held is refused by name", () => {
  const portfolio = new Portfolio(1_000_000);
  const tooMuch = [{ price: 10_000, quantity: 100, fee: 1 }];
  assert.throws(() => portfolio.buy("A", "yes", 1, tooMuch), /Cannot pay 1000001/);
  assert.throws(() => portfolio.sell("A", "yes", 1, tooMuch), /Cannot sell 100 of A yes: 0 held/);
  assert.equal(portfolio.cash, 1_000_000);
  for (const balance of [-1, 0.5, NaN]) assert.throws(() => new Portfolio(balance), RangeError);
});

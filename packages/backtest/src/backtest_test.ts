import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND, SsmdError } from "@ssmd/core";
import { summaryJson, tradesJsonl } from "./result_text.ts";
import { centFees, market, noFees, once, replay, Scenario } from "./scenario_test_support.ts";
import type { OrderResult, Strategy, StrategyContext } from "./strategy.ts";

const seconds = (time: number): number => time / MICROS_PER_SECOND;

/** Runs one order at 50 s on a book with 6 contracts of NO at 97¢ and 3 at 98¢. */
async function order(
  place: (context: StrategyContext) => OrderResult,
  more: Parameters<typeof replay>[3] = {},
) {
  const tape = new Scenario()
    .snapshot(10, "A", [[3, 6], [2, 3]], [[95, 100]])
    .other(90);
  let outcome: OrderResult | undefined;
  const strategy = once(50, (context) => {
    outcome = place(context);
  });
  const result = await replay(tape, strategy, [market("A", 100, 105)], more);
  return { outcome: outcome!, result };
}

test("A run's trade is what a hand makes of it", async () => {
  // 10 contracts of NO at 97¢ cost $9.70; the fee is 7 % × 10 × 0.97 × 0.03 = $0.02037, up to $0.03.
  const tape = new Scenario()
    .snapshot(10, "A", [[3, 344]], [[95, 445]])
    .delta(20, "A", "no", 94, 5)
    .delta(80, "A", "yes", 3, -344);
  const strategy = once(50, (context) => {
    context.buy("A", "no", 1000);
  });
  const result = await replay(tape, strategy, [market("A", 100, 105, 0)], { fees: centFees });
  assert.deepEqual(result.trades, [{
    ticker: "A",
    side: "no",
    entryPrice: 970_000,
    exitPrice: 1_000_000,
    contracts: 1000,
    entryTime: 50_000_000,
    exitTime: 105_000_000,
    reason: "settlement",
    pnl: 270_000,
    fees: 30_000,
    entryCost: 9_730_000,
    touchedGap: false,
    fills: [
      { time: 50_000_000, action: "buy", price: 9700, quantity: 1000, fee: 30_000 },
      { time: 105_000_000, action: "settle", price: 10_000, quantity: 1000, fee: 0 },
    ],
  }]);
  assert.deepEqual(result.portfolio, {
    startingBalance: 10_000_000_000,
    balance: 10_000_270_000,
    equity: 10_000_270_000,
    openCost: 0,
    realised: 300_000,
    fees: 30_000,
    totalPnl: 270_000,
  });
  assert.deepEqual(result.models, {
    fills: "walk-book",
    fees: "quadratic, up to a cent",
    settlements: "market-info",
  });
});

test("A thin book fills a part and says how much is missing", async () => {
  const { outcome, result } = await order((context) => context.buy("A", "no", 1000));
  assert.deepEqual(outcome, {
    status: "partial",
    fills: [{ price: 9700, quantity: 600, fee: 0 }, { price: 9800, quantity: 300, fee: 0 }],
    missing: 100,
  });
  assert.equal(result.orders.partial, 1);
  assert.equal(result.trades[0]?.entryPrice, 973_333);
  assert.equal(result.trades[0]?.pnl, 9_000_000 - 5_820_000 - 2_940_000);
});

test("Displayed contracts are not sold twice to the same run", async () => {
  const results: OrderResult[] = [];
  await order((context) => {
    for (const _ of [1, 2, 3]) results.push(context.buy("A", "no", 500));
    return results[2]!;
  });
  assert.deepEqual(results.map(({ status }) => status), ["filled", "partial", "refused"]);
});

test("Each refusal has its reason, is counted, and changes nothing", async () => {
  const unknownFee = {
    ...noFees,
    order: () => {
      throw new SsmdError("unknown_fee", "Cannot charge A: no schedule");
    },
  };
  const cases: readonly [string, Parameters<typeof order>[0], Parameters<typeof order>[1]?][] = [
    ["unknown market", (context) => context.buy("B", "no", 100)],
    ["no liquidity", (context) => context.buy("A", "no", 100, { limit: 9600 })],
    ["not held", (context) => context.sell("A", "no", 100)],
    ["cash", (context) => context.buy("A", "no", 100), { startingBalance: 969_999 }],
    ["unknown fee", (context) => context.buy("A", "no", 100), { fees: unknownFee }],
  ];
  for (const [reason, place, more] of cases) {
    const { outcome, result } = await order(place, more);
    assert.deepEqual(outcome, { status: "refused", reason });
    assert.equal(Object.entries(result.orders.refused).find(([, n]) => n > 0)?.[0], reason);
    assert.equal(result.portfolio.balance, result.portfolio.startingBalance);
  }
  const enough = await order((context) => context.buy("A", "no", 100), {
    startingBalance: 970_000,
  });
  assert.equal(enough.outcome.status, "filled");
});

test("A fee counts for what the cash can pay", async () => {
  const { outcome } = await order((context) => context.buy("A", "no", 100), {
    startingBalance: 970_000,
    fees: centFees,
  });
  assert.deepEqual(outcome, { status: "refused", reason: "cash" });
});

test("A market trades from its open until its close or its settlement, the earlier", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 100]], [[40, 100]]).other(300);
  const statuses: string[] = [];
  const strategy: Strategy = {
    name: "every ten seconds",
    start: (context) => {
      for (const at of [20, 30, 79, 80, 99, 100]) context.setTimer(at * MICROS_PER_SECOND, "");
    },
    onTimer: (context) => {
      const result = context.buy("A", "yes", 100);
      statuses.push(result.status === "refused" ? result.reason : result.status);
    },
  };
  const info = { ...market("A", 100, 80), openTime: 30 * MICROS_PER_SECOND };
  await replay(tape, strategy, [info]);
  assert.deepEqual(statuses, ["closed", "filled", "filled", "closed", "closed", "closed"]);
});

test("A stale book and a market without rows fill nothing", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).gap(20, "sequence", ["A"]);
  const reasons: unknown[] = [];
  const strategy = once(50, (context) => {
    for (const ticker of ["A", "B"]) reasons.push(context.buy(ticker, "yes", 100));
  });
  const result = await replay(tape, strategy, [market("A", 100), market("B", 100)]);
  assert.deepEqual(reasons, [
    { status: "refused", reason: "stale book" },
    { status: "refused", reason: "no book" },
  ]);
  assert.equal(result.orders.refused["stale book"], 1);
});

test("A wrong quantity or timer is the strategy's mistake", async () => {
  for (const quantity of [0, -100, 0.5, NaN]) {
    await assert.rejects(order((context) => context.buy("A", "no", quantity)), RangeError);
  }
  const endless = once(Infinity, () => {});
  await assert.rejects(replay(new Scenario(), endless, []), RangeError);
});

test("Selling closes a position for the reason it gives", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(90);
  const strategy = once(50, (context) => {
    context.buy("A", "yes", 300);
    context.sell("A", "yes", 100, { reason: "half" });
    assert.equal(context.position("A", "yes")?.quantity, 200);
    context.sell("A", "yes", 200, { reason: "stop" });
    assert.deepEqual(context.positions, []);
  });
  const markets = [market("A", 100, 105, 1)];
  const result = await replay(tape, strategy, markets, { fees: centFees });
  const [trade] = result.trades;
  assert.deepEqual([trade?.reason, trade?.entryPrice, trade?.exitPrice], [
    "stop",
    600_000,
    500_000,
  ]);
  // 3 × (50¢ − 60¢), and fees of 5.04¢, 1.75¢ and 3.5¢, each up to a cent: 6 + 2 + 4.
  assert.deepEqual([trade?.pnl, trade?.fees, trade?.entryCost], [-420_000, 120_000, 1_860_000]);
  assert.equal(result.trades.length, 1);
});

test("A market with a result is settled also after the data, a scalar one at its value", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]);
  const strategy = once(10, (context) => {
    context.buy("A", "yes", 100);
  });
  const result = await replay(tape, strategy, [market("A", 100, 86_400, 0.3)]);
  assert.equal(result.trades[0]?.exitTime, 86_400_000_000);
  assert.equal(result.trades[0]?.exitPrice, 300_000);
  assert.deepEqual(result.open, []);
});

test("A market without a result stays open, and nobody says what it is worth", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(200);
  const strategy = once(20, (context) => {
    context.buy("A", "yes", 100);
  });
  const result = await replay(tape, strategy, [market("A", 100)], { fees: centFees });
  assert.deepEqual(result.open, [
    { ticker: "A", side: "yes", contracts: 100, cost: 600_000, entryTime: 20_000_000 },
  ]);
  assert.deepEqual(result.trades, []);
  assert.equal(result.portfolio.equity, undefined);
  assert.equal(result.portfolio.openCost, 600_000);
  assert.equal(result.portfolio.totalPnl, -20_000);
});

test("Impossible settlements and markets given twice are refused", async () => {
  const never = once(0, () => {});
  const twice = [market("A", 1), market("A", 2)];
  await assert.rejects(replay(new Scenario(), never, twice), /Cannot run with A given twice/);
  const wrong = [market("A", 100, 105, 1.5)];
  await assert.rejects(replay(new Scenario(), never, wrong), /Cannot settle A at 15000/);
});

test("A strategy cannot look up what a market will pay", async () => {
  let seen: unknown;
  const strategy: Strategy = {
    name: "peek",
    start: (context) => {
      seen = [context.market("A"), context.markets, context.market("B")];
    },
  };
  await replay(new Scenario(), strategy, [market("A", 100, 105, 1)]);
  const open = { ticker: "A", closeTime: 100_000_000 };
  assert.deepEqual(seen, [open, [open], undefined]);
});

test("Each row reaches the strategy after it was applied, at its receive time", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], []).delta(20, "A", "yes", 51, 1);
  const seen: unknown[] = [];
  const strategy: Strategy = {
    name: "watch",
    onEvent(context, batch, row) {
      const best = context.book("A")?.bestBid("yes")?.price;
      seen.push([seconds(context.now), batch.at(row).kind, best]);
    },
  };
  await replay(tape, strategy, []);
  assert.deepEqual(seen, [
    [10, "snapshot", undefined],
    [10, "level", 5000],
    [20, "delta", 5100],
  ]);
});

test("The same data and strategy give the same result and the same bytes", async () => {
  const run = () => {
    const tape = new Scenario()
      .snapshot(10, "A", [[3, 6], [2, 3]], [[95, 100]])
      .snapshot(11, "B", [[60, 6]], [[35, 100]])
      .gap(12, "disconnect")
      .snapshot(13, "B", [[60, 6]], [[35, 100]])
      .delta(90, "B", "yes", 61, 4);
    const strategy: Strategy = {
      name: "greedy",
      onEvent: (context) => {
        for (const { ticker } of context.markets) context.buy(ticker, "yes", 100);
      },
    };
    const markets = [market("A", 100, 105), market("B", 100, 104, 1)];
    return replay(tape, strategy, markets, { fees: centFees });
  };
  const [first, second] = [await run(), await run()];
  assert.deepEqual(first, second);
  assert.equal(summaryJson(first), summaryJson(second));
  assert.equal(tradesJsonl(first), tradesJsonl(second));
  assert.ok(first.trades.length > 0);
});

test("A run can be ended between two batches", async () => {
  const tape = new Scenario().other(10);
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(replay(tape, { name: "none" }, [], { signal }), /enough/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND, SsmdError } from "@ssmd/core";
import { summaryJson, tradesJsonl } from "./result_text.ts";
import type { NewOrder, OrderReport } from "./order.ts";
import {
  buying,
  centFees,
  market,
  noFees,
  once,
  replay,
  Scenario,
  selling,
  sending,
} from "./scenario_test_support.ts";
import type { Strategy } from "./strategy.ts";

const seconds = (time: number): number => time / MICROS_PER_SECOND;

/** Runs orders at 50 s on a book with 6 contracts of NO at 97¢ and 3 at 98¢. */
async function order(
  orders: readonly NewOrder[],
  more: Parameters<typeof replay>[3] = {},
) {
  const tape = new Scenario()
    .snapshot(10, "A", [[3, 6], [2, 3]], [[95, 100]])
    .other(90);
  const { strategy, reports } = sending(orders.map((each) => [50, each] as const));
  const result = await replay(tape, strategy, [market("A", 100, 105)], more);
  return { reports, result };
}

/** What a report says beside its order. */
function outcome({ status, fills, missing, refusal }: OrderReport) {
  const filled = fills.map(({ price, quantity, fee }) => [price, quantity, fee] as const);
  return refusal === undefined ? { status, filled, missing } : refusal;
}

test("A run's trade is what a hand makes of it", async () => {
  // 10 contracts of NO at 97¢ cost $9.70; the fee is 7 % × 10 × 0.97 × 0.03 = $0.02037, up to $0.03.
  const tape = new Scenario()
    .snapshot(10, "A", [[3, 344]], [[95, 445]])
    .delta(20, "A", "no", 94, 5)
    .delta(80, "A", "yes", 3, -344);
  const strategy = once(50, (context) => {
    context.submit(buying("A", "no", 10));
  });
  const result = await replay(tape, strategy, [market("A", 100, 105, 0)], { fees: centFees });
  assert.deepEqual(result.trades, [{
    ticker: "A",
    side: "no",
    group: "",
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
    assumptions: ["book", "settlement"],
    entryOrder: 1,
    fills: [
      {
        time: 50_000_000,
        action: "buy",
        order: 1,
        price: 9700,
        quantity: 1000,
        fee: 30_000,
        assumption: "book",
      },
      {
        time: 105_000_000,
        action: "settle",
        price: 10_000,
        quantity: 1000,
        fee: 0,
        assumption: "settlement",
      },
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
    makers: "queue",
    latency: 0,
    gaps: "halt",
    fees: "quadratic, up to a cent",
    settlements: "market-info",
  });
});

test("A thin book fills a part and says how much is missing", async () => {
  const { reports, result } = await order([buying("A", "no", 10)]);
  assert.deepEqual(reports.map(outcome), [
    { status: "partial", filled: [[9700, 600, 0], [9800, 300, 0]], missing: 100 },
  ]);
  assert.equal(result.orders.partial, 1);
  assert.equal(result.trades[0]?.entryPrice, 973_333);
  assert.equal(result.trades[0]?.pnl, 9_000_000 - 5_820_000 - 2_940_000);
});

test("Displayed contracts are not sold twice to the same run", async () => {
  const { reports } = await order([5, 5, 5].map((contracts) => buying("A", "no", contracts)));
  assert.deepEqual(reports.map(({ status }) => status), ["filled", "partial", "refused"]);
});

test("Each refusal has its reason, is counted, and changes nothing", async () => {
  const unknownFee = {
    ...noFees,
    order: () => {
      throw new SsmdError("unknown_fee", "Cannot charge A: no schedule");
    },
  };
  const cases: readonly [string, NewOrder, Parameters<typeof order>[1]?][] = [
    ["unknown market", buying("B", "no", 1)],
    ["no liquidity", buying("A", "no", 1, 96)],
    ["not held", selling("A", "no", 1)],
    ["cash", buying("A", "no", 1), { startingBalance: 969_999 }],
    ["unknown fee", buying("A", "no", 1), { fees: unknownFee }],
  ];
  for (const [reason, each, more] of cases) {
    const { reports, result } = await order([each], more);
    assert.deepEqual(reports.map(outcome), [reason]);
    assert.equal(Object.entries(result.orders.refused).find(([, n]) => n > 0)?.[0], reason);
    assert.equal(result.portfolio.balance, result.portfolio.startingBalance);
    assert.deepEqual(result.equity, []);
  }
  const enough = await order([buying("A", "no", 1)], { startingBalance: 970_000 });
  assert.equal(enough.reports[0]?.status, "filled");
});

test("A fee counts for what the cash can pay", async () => {
  const { reports } = await order([buying("A", "no", 1)], {
    startingBalance: 970_000,
    fees: centFees,
  });
  assert.deepEqual(reports.map(outcome), ["cash"]);
});

test("A market trades from its open until its close or its settlement, the earlier", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 100]], [[40, 100]]).other(300);
  const times = [20, 30, 79, 80, 99, 100];
  const { strategy, reports } = sending(times.map((at) => [at, buying("A", "yes", 1)] as const));
  const info = { ...market("A", 100, 80), openTime: 30 * MICROS_PER_SECOND };
  await replay(tape, strategy, [info]);
  assert.deepEqual(reports.map(({ status, refusal }) => refusal ?? status), [
    "closed",
    "filled",
    "filled",
    "closed",
    "closed",
    "closed",
  ]);
});

test("A stale book and a market without rows fill nothing", async () => {
  const tape = new Scenario()
    .snapshot(10, "A", [[50, 9]], [[40, 9]])
    .gap(20, "sequence", ["A"])
    .other(90);
  const { strategy, reports } = sending([[50, buying("A", "yes", 1)], [50, buying("B", "yes", 1)]]);
  const result = await replay(tape, strategy, [market("A", 100), market("B", 100)]);
  assert.deepEqual(reports.map(({ refusal }) => refusal), ["stale book", "no book"]);
  assert.equal(result.orders.refused["stale book"], 1);
});

test("A wrong quantity, limit, cancellation or timer is the strategy's mistake", async () => {
  for (const contracts of [0, -1, 0.005, NaN]) {
    await assert.rejects(order([buying("A", "no", contracts)]), RangeError);
  }
  const maker = { liquidity: "maker" } as const;
  await assert.rejects(order([{ ...buying("A", "no", 1), ...maker }]), /it has no limit/);
  for (const cents of [0, 100, 0.001]) {
    await assert.rejects(order([{ ...buying("A", "no", 1, cents), ...maker }]), RangeError);
  }
  const cancelling = once(10, (context) => context.cancel(1));
  await assert.rejects(replay(new Scenario(), cancelling, []), /Cannot cancel order 1: 0 were/);
  const endless = once(Infinity, () => {});
  await assert.rejects(replay(new Scenario(), endless, []), RangeError);
});

test("Selling closes a position for the reason it gives", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(90);
  const { strategy } = sending([
    [50, buying("A", "yes", 3)],
    [51, { ...selling("A", "yes", 1), reason: "half" }],
    [52, { ...selling("A", "yes", 2), reason: "stop" }],
  ]);
  const held: unknown[] = [];
  const watching: Strategy = {
    ...strategy,
    onOrder: (context) => {
      held.push(context.position("A", "yes")?.quantity);
    },
  };
  const markets = [market("A", 100, 105, 1)];
  const result = await replay(tape, watching, markets, { fees: centFees });
  assert.deepEqual(held, [300, 200, undefined]);
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
    context.submit(buying("A", "yes", 1));
  });
  const result = await replay(tape, strategy, [market("A", 100, 86_400, 0.3)]);
  assert.equal(result.trades[0]?.exitTime, 86_400_000_000);
  assert.equal(result.trades[0]?.exitPrice, 300_000);
  assert.deepEqual(result.open, []);
});

test("A market without a result stays open, at what it could be sold for", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(200);
  const strategy = once(20, (context) => {
    context.submit(buying("A", "yes", 1));
  });
  const result = await replay(tape, strategy, [market("A", 100)], { fees: centFees });
  assert.deepEqual(result.open, [
    {
      ticker: "A",
      side: "yes",
      group: "",
      contracts: 100,
      cost: 600_000,
      entryTime: 20_000_000,
      mark: 5000,
    },
  ]);
  assert.deepEqual(result.trades, []);
  assert.equal(result.portfolio.equity, 10_000_000_000 - 100_000 - 20_000);
  assert.equal(result.portfolio.openCost, 600_000);
  assert.equal(result.portfolio.totalPnl, -20_000);
});

test("A market that never showed a bid is open, and nobody says what it is worth", async () => {
  const tape = new Scenario().snapshot(10, "A", [], [[40, 9]]).other(200);
  const { strategy } = sending([[20, buying("A", "yes", 1)]]);
  const result = await replay(tape, strategy, [market("A", 100)]);
  assert.equal(result.open[0]?.mark, undefined);
  assert.equal(result.portfolio.equity, undefined);
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
        for (const { ticker } of context.markets) context.submit(buying(ticker, "yes", 1));
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

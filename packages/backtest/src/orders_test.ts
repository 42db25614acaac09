import assert from "node:assert/strict";
import { test } from "node:test";
import { FLAG_BLOCK_TRADE, MICROS_PER_SECOND } from "@ssmd/core";
import type { Decision } from "./decision.ts";
import { bookWalker } from "./fill_model.ts";
import { queueMaker, touchMaker } from "./maker_model.ts";
import type { NewOrder, OrderReport } from "./order.ts";
import {
  buying,
  centFees,
  market,
  once,
  replay,
  resting,
  Scenario,
  selling,
  sending,
} from "./scenario_test_support.ts";
import type { Strategy } from "./strategy.ts";

const at = (seconds: number): number => seconds * MICROS_PER_SECOND;

/** What happened to orders: when in seconds, which, how it went, and the fills. */
function told(reports: readonly OrderReport[]) {
  return reports.map(({ id, time, status, refusal, fills, missing }) => [
    time / MICROS_PER_SECOND,
    id,
    refusal ?? status,
    fills.map(({ price, quantity, assumption }) => [price, quantity, assumption]),
    missing,
  ]);
}

/** Sends orders over a tape and gives what was told of them. */
async function run(
  tape: Scenario,
  orders: readonly (readonly [at: number, order: NewOrder])[],
  more: Parameters<typeof replay>[3] = {},
) {
  const { strategy, reports } = sending(orders);
  const result = await replay(tape, strategy, [market("A", 100, 105), market("B", 100, 105)], more);
  return { reports: told(reports), result };
}

const wide = () => new Scenario().snapshot(10, "A", [[40, 5]], [[50, 5]]);

test("An order meets the book that is there when it arrives, rows of that moment included", async () => {
  const tape = wide().delta(21, "A", "no", 50, -5).delta(21, "A", "no", 45, 3)
    .delta(21.001, "A", "no", 49, 9);
  const latency = at(1);
  const { reports } = await run(tape, [[20, buying("A", "yes", 1)]], { latency });
  assert.deepEqual(reports, [[21, 1, "filled", [[5500, 100, "book"]], 0]]);
});

test("Without latency an order arrives when the strategy's callback has returned", async () => {
  const seen: unknown[] = [];
  const strategy: Strategy = {
    ...once(20, (context) => {
      context.submit(buying("A", "yes", 1));
      context.submit(selling("A", "yes", 1));
      seen.push(["sent", context.positions.length]);
    }),
    onOrder(context, { id, status }) {
      seen.push([id, status, context.positions.length]);
      if (id === 2) context.submit(buying("A", "yes", 1));
    },
    onEvent: (context) => {
      if (context.now === at(30)) seen.push("row");
    },
  };
  await replay(wide().other(30), strategy, [market("A", 100)]);
  assert.deepEqual(seen, [
    ["sent", 0],
    [1, "filled", 1],
    [2, "filled", 0],
    [3, "filled", 1],
    "row",
  ]);
});

test("Without latency an order is there before the next row, even one of the same moment", async () => {
  const prices: unknown[] = [];
  const strategy: Strategy = {
    name: "first",
    onEvent(context) {
      if (context.now === at(20) && context.positions.length === 0 && prices.length === 0) {
        context.submit(buying("A", "yes", 1));
      }
    },
    onOrder: (_context, { fills }) => void prices.push(fills[0]?.price),
  };
  const tape = wide().other(20).delta(20, "A", "no", 50, -5).delta(20, "A", "no", 45, 5).other(30);
  await replay(tape, strategy, [market("A", 100)]);
  assert.deepEqual(prices, [5000]);
});

test("At the same time an order arrives before a timer, which sees what became of it", async () => {
  const held: unknown[] = [];
  const strategy: Strategy = {
    name: "both",
    start: (context) => context.setTimer(at(20), "send"),
    onTimer(context, { tag }) {
      if (tag === "look") {
        held.push(context.positions.length);
        return;
      }
      context.setTimer(at(21), "look");
      context.submit(buying("A", "yes", 1));
    },
  };
  await replay(wide().other(50), strategy, [market("A", 100)], { latency: at(1) });
  assert.deepEqual(held, [1]);
});

test("Orders in a circle are an error, not an endless run", async () => {
  const strategy: Strategy = {
    ...once(20, (context) => void context.submit(buying("A", "yes", 1))),
    onOrder: (context) => void context.submit(buying("A", "yes", 1)),
  };
  await assert.rejects(
    replay(wide().other(30), strategy, [market("A", 100)]),
    /Cannot move on from 20000000/,
  );
});

test("Where there is no book, orders are filled against the last quote, and the fill says so", async () => {
  const tape = new Scenario().ticker(10, "A", [40, 45], 5, 3).ticker(10, "B", [40, 45]).other(30);
  const { reports, result } = await run(tape, [
    [20, buying("A", "yes", 9)],
    [21, buying("B", "no", 20)],
  ]);
  assert.deepEqual(reports, [
    [20, 1, "partial", [[4500, 300, "quote"]], 600],
    [21, 2, "partial", [[6000, 1000, "quote-size"]], 1000],
  ]);
  assert.deepEqual(result.trades.map(({ assumptions }) => assumptions), [
    ["quote", "settlement"],
    ["quote-size", "settlement"],
  ]);
});

test("What a quote without a size is good for, and the share that is taken, can be chosen", async () => {
  const tape = new Scenario().ticker(10, "A", [40, 45]).other(30);
  const fills = bookWalker({ unknownQuoteSize: 400, maxParticipation: 250_000 });
  const { reports, result } = await run(tape, [[20, buying("A", "yes", 9)]], { fills });
  assert.deepEqual(reports, [[20, 1, "partial", [[4500, 100, "quote-size"]], 800]]);
  assert.equal(
    result.models.fills,
    "walk-book, 25 % of a level, 4 contracts where a quote has no size",
  );
  assert.throws(() => bookWalker({ maxParticipation: 0 }), RangeError);
  assert.throws(() => bookWalker({ unknownQuoteSize: -1 }), RangeError);
});

test("A resting bid is filled once the queue before it has traded away", async () => {
  const tape = wide()
    // The taker of NO sells YES: it hits the bids for YES.
    .trade(21, "A", "no", 40, 4)
    .trade(22, "A", "yes", 40, 9)
    .trade(23, "A", "no", 41, 9)
    .trade(24, "A", "no", 40, 9, FLAG_BLOCK_TRADE)
    .trade(25, "A", "no", 40, 2)
    .trade(26, "A", "no", 40, 9);
  const { reports, result } = await run(tape, [[20, resting(buying("A", "yes", 3, 40))]]);
  assert.deepEqual(reports, [
    [20, 1, "resting", [], 300],
    [25, 1, "partial", [[4000, 100, "queue"]], 200],
    [26, 1, "filled", [[4000, 200, "queue"]], 0],
  ]);
  assert.deepEqual(result.trades[0]?.assumptions, ["queue", "settlement"]);
});

test("A bid for NO is hit by takers of YES, at $1 less its price", async () => {
  const tape = wide().trade(21, "A", "no", 50, 9).trade(22, "A", "yes", 50, 6);
  const { reports } = await run(tape, [[20, resting(buying("A", "no", 3, 50))]]);
  assert.deepEqual(reports.slice(1), [[22, 1, "partial", [[5000, 100, "queue"]], 200], [
    100,
    1,
    "cancelled",
    [],
    200,
  ]]);
});

test("An offer of YES stands in the queue of the bids for NO", async () => {
  const tape = wide().delta(20, "A", "no", 44, 2).trade(30, "A", "yes", 56, 3);
  const { reports, result } = await run(tape, [
    [15, buying("A", "yes", 5)],
    [25, resting({ ...selling("A", "yes", 5, 56), reason: "gain" })],
  ]);
  assert.deepEqual(reports.slice(1), [
    [25, 2, "resting", [], 500],
    [30, 2, "partial", [[5600, 100, "queue"]], 400],
    [100, 2, "cancelled", [], 400],
  ]);
  assert.equal(result.trades[0]?.fills.length, 3);
});

test("A snapshot in the middle of its frame is no empty queue", async () => {
  const tape = wide().snapshot(25, "A", [[40, 5]], [[50, 5]]).trade(30, "A", "no", 40, 6);
  const { reports } = await run(tape, [[20, resting(buying("A", "yes", 3, 40))]]);
  assert.deepEqual(reports[1], [30, 1, "partial", [[4000, 100, "queue"]], 200]);
});

test("A trade at the close fills nothing that rests", async () => {
  const tape = wide().trade(100, "A", "no", 39, 9);
  const { reports } = await run(tape, [[20, resting(buying("A", "yes", 3, 40))]]);
  assert.deepEqual(reports.map(([time, , status]) => [time, status]), [
    [20, "resting"],
    [100, "cancelled"],
  ]);
});

test("A trade at a price that is worse for the taker fills at the order's price, without a queue", async () => {
  const tape = wide().trade(21, "A", "no", 39, 2);
  const { reports } = await run(tape, [[20, resting(buying("A", "yes", 3, 40))]]);
  assert.deepEqual(reports[1], [21, 1, "partial", [[4000, 200, "through"]], 100]);
});

test("A trade's contracts fill one of the run's orders each: the better price, then the older", async () => {
  const tape = wide().trade(30, "A", "no", 40, 5);
  const orders = [40, 41, 40].map((cents, index) =>
    [20 + index, resting(buying("A", "yes", 2, cents))] as const
  );
  const { reports } = await run(tape, orders, { makers: touchMaker });
  assert.deepEqual(reports.slice(3, 6), [
    [30, 2, "filled", [[4100, 200, "through"]], 0],
    [30, 1, "filled", [[4000, 200, "touch"]], 0],
    [30, 3, "partial", [[4000, 100, "touch"]], 100],
  ]);
  const queued = await run(wide().trade(30, "A", "no", 40, 8), orders, { makers: queueMaker });
  // 8 contracts: 2 for the better price, 5 for those ahead at 40¢, 1 for the older of two orders.
  assert.deepEqual(queued.reports.slice(3, 5), [
    [30, 2, "filled", [[4100, 200, "through"]], 0],
    [30, 1, "partial", [[4000, 100, "queue"]], 100],
  ]);
  assert.equal(queued.reports[5]?.[2], "cancelled");
});

test("A resting order that would take is refused, one tick away it rests", async () => {
  const { reports } = await run(wide().other(30), [
    [20, resting(buying("A", "yes", 1, 50))],
    [21, resting(buying("A", "yes", 1, 49))],
    [22, resting(buying("A", "no", 1, 60))],
    [23, resting(buying("A", "no", 1, 59))],
  ]);
  assert.deepEqual(reports.slice(0, 4).map(([, , status]) => status), [
    "would take",
    "resting",
    "would take",
    "resting",
  ]);
});

test("A resting bid is filled by an ask that comes to its price without a trade, at its own price", async () => {
  const tape = wide().delta(30, "A", "no", 55, 2).delta(31, "A", "no", 53, 9).other(50);
  const { reports } = await run(tape, [[20, resting(buying("A", "yes", 5, 46))]]);
  assert.deepEqual(reports.map(([at, , status]) => [at, status]), [
    [20, "resting"],
    [30, "partial"],
    [100, "cancelled"],
  ]);
});

test("A resting bid holds back its price and its fee, and frees them with what is gone", async () => {
  const cash: number[] = [];
  const { strategy } = sending([[20, resting(buying("A", "yes", 2, 40))]]);
  const watching: Strategy = { ...strategy, onOrder: (context) => void cash.push(context.cash) };
  const tape = wide().trade(30, "A", "no", 39, 1).other(50);
  const startingBalance = 1_000_000;
  await replay(tape, watching, [market("A", 40)], { startingBalance, fees: centFees });
  // 2 × 40¢ + 4¢ (3.36¢ rounded up); then 1 × 40¢ + 2¢ paid and as much held back; then that is free.
  assert.deepEqual(cash, [160_000, 160_000, 580_000]);
  const { reports } = await run(wide().other(30), [
    [20, resting(buying("A", "yes", 2, 40))],
    [21, buying("A", "yes", 1)],
  ], { startingBalance, fees: centFees });
  assert.deepEqual(reports[1]?.[2], "cash");
});

test("Contracts that are on offer cannot be sold again until that is cancelled", async () => {
  const reports: OrderReport[] = [];
  const strategy: Strategy = {
    name: "twice",
    start: (context) => {
      for (const seconds of [20, 21, 22, 23]) context.setTimer(at(seconds), String(seconds));
    },
    onTimer(context, { tag }) {
      if (tag === "20") context.submit(buying("A", "yes", 3));
      if (tag === "21") context.submit(resting(selling("A", "yes", 2, 60)));
      if (tag === "22") context.submit(selling("A", "yes", 2));
      if (tag !== "23") return;
      context.cancel(2);
      context.submit(selling("A", "yes", 3));
    },
    onOrder: (_context, report) => {
      reports.push(report);
    },
  };
  for (const latency of [0, 100_000]) {
    reports.length = 0;
    await replay(wide().other(90), strategy, [market("A", 100)], { latency });
    assert.deepEqual(reports.map(({ id, status, refusal }) => [id, refusal ?? status]), [
      [1, "filled"],
      [2, "resting"],
      [3, "not held"],
      [2, "cancelled"],
      [4, "filled"],
    ]);
  }
});

test("Groups hold their contracts apart", async () => {
  const { reports, result } = await run(wide().other(30), [
    [20, { ...buying("A", "yes", 1), group: "a" }],
    [21, { ...selling("A", "yes", 1), group: "b" }],
    [22, { ...selling("A", "yes", 1), group: "a", reason: "done" }],
  ]);
  assert.deepEqual(reports.map(([, , status]) => status), ["filled", "not held", "filled"]);
  assert.deepEqual(result.trades.map(({ group, reason }) => [group, reason]), [["a", "done"]]);
});

test("A settlement cancels what rests before it pays, and tells a strategy that held something", async () => {
  const log: unknown[] = [];
  const strategy: Strategy = {
    ...sending([[20, buying("A", "yes", 1)], [21, resting(buying("B", "yes", 1, 40))]]).strategy,
    onOrder: (_context, { status }) => void log.push(status),
    onSettled: (context, ticker) => void log.push([ticker, context.positions.length]),
  };
  const tape = wide().snapshot(10, "B", [[40, 5]], [[50, 5]]).other(30);
  const markets = [market("A", 500, 105, 1), market("B", 500, 105, 1)];
  await replay(tape, strategy, markets);
  assert.deepEqual(log, ["filled", "resting", ["A", 0], "cancelled"]);
});

test("What arrives after the last record is refused, and what is held is paid all the same", async () => {
  const { strategy, reports } = sending([
    [20, buying("A", "yes", 1)],
    [29, buying("A", "yes", 1)],
    [29.001, buying("A", "yes", 1)],
    [29.5, resting(buying("A", "yes", 1, 40))],
    [40, selling("A", "yes", 2)],
  ]);
  const result = await replay(wide().other(30), strategy, [market("A", 100, 105, 1)], {
    latency: at(1),
  });
  assert.deepEqual(told(reports), [
    [21, 1, "filled", [[5000, 100, "book"]], 0],
    [30, 2, "filled", [[5000, 100, "book"]], 0],
    [30.001, 3, "after the data", [], 100],
    [30.5, 4, "after the data", [], 100],
    [41, 5, "after the data", [], 200],
  ]);
  assert.equal(result.orders.refused["after the data"], 3);
  assert.deepEqual(result.trades.map(({ exitTime, reason, pnl }) => [exitTime, reason, pnl]), [
    // 2 contracts for 50¢ each pay $1 each.
    [at(105), "settlement", 1_000_000],
  ]);
  assert.deepEqual(result.open, []);
});

test("Orders on their way or resting when the run ends are pending", async () => {
  const { strategy, reports } = sending([[20, resting(buying("A", "yes", 1, 40))]]);
  const result = await replay(wide().other(30), strategy, undefined);
  assert.deepEqual(reports.map(({ status }) => status), ["resting"]);
  assert.deepEqual([result.orders.submitted, result.orders.pending], [1, 1]);
});

test("Without given markets every market in the data is traded, and settled as the source says", async () => {
  const { strategy } = sending([[20, buying("A", "yes", 1)], [20, buying("B", "yes", 1)]]);
  const settlement = { yesValue: 10_000, time: at(60), timeSource: "settlement_ts" } as const;
  const tape = wide().ticker(15, "B", [40, 45]).other(90);
  const result = await replay(tape, strategy, undefined, {
    settlements: {
      name: "one",
      settlementOf: (ticker) => ticker === "A" ? settlement : undefined,
    },
  });
  assert.deepEqual(result.trades.map(({ ticker, exitTime }) => [ticker, exitTime]), [[
    "A",
    at(60),
  ]]);
  assert.deepEqual(result.open.map(({ ticker }) => ticker), ["B"]);
  assert.deepEqual(result.markets, {
    given: 2,
    withData: 2,
    withoutData: 0,
    settled: 1,
    notGiven: 0,
  });
  assert.deepEqual(result.coverage.markets.map(({ ticker }) => ticker), ["A", "B"]);
});

test("A settlement that comes up with its market cancels what rests in it, at its time", async () => {
  const strategy: Strategy = {
    name: "rest",
    onEvent(context) {
      if (context.now === at(20)) context.submit(resting(buying("A", "yes", 1, 40)));
    },
    onOrder: (context, { status }) => void told.push([context.now / MICROS_PER_SECOND, status]),
  };
  const told: unknown[] = [];
  const settlement = { yesValue: 0, time: at(60), timeSource: "settlement_ts" } as const;
  await replay(wide().other(20).other(90), strategy, undefined, {
    settlements: { name: "one", settlementOf: () => settlement },
  });
  assert.deepEqual(told, [[20, "resting"], [60, "cancelled"]]);
});

test("A market that was paid before anything of it was seen is closed", async () => {
  const { strategy, reports } = sending([[20, buying("A", "yes", 1)]]);
  const settlement = { yesValue: 0, time: at(5), timeSource: "settlement_ts" } as const;
  await replay(wide().other(30), strategy, undefined, {
    settlements: { name: "early", settlementOf: () => settlement },
  });
  assert.deepEqual(reports.map(({ refusal }) => refusal), ["closed"]);
});

test("Decisions say why an order was given, what it met and how its fees came about", async () => {
  const because = { signal: { score: 0.5 } };
  const order = { ...buying("A", "yes", 6), because, group: "g" };
  const fees = {
    name: "told",
    order: () => ({
      charge: () => 100,
      describe: (price: number, quantity: number) => `${quantity} at ${price}`,
    }),
  };
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision) => decisions.push(decision);
  const more = { onDecision, latency: at(1), fees };
  const tape = () => wide().delta(20.5, "A", "no", 49, 7).other(30);
  await run(tape(), [[20, order]], more);
  assert.deepEqual(decisions, [{
    order: 1,
    time: at(20),
    ticker: "A",
    action: "buy",
    side: "yes",
    group: "g",
    because,
    arrival: at(21),
    book: {
      source: "book",
      stale: false,
      yes: [{ price: 4000, size: 500 }],
      no: [{ price: 5000, size: 500 }, { price: 4900, size: 700 }],
    },
    status: "filled",
    fees: ["500 at 5000", "100 at 5100"],
  }]);
});

test("A decision keeps its reason as it was when the order was given", async () => {
  const because = { score: 1 };
  const strategy = once(20, (context) => {
    context.submit({ ...buying("A", "yes", 1), because });
    because.score = 2;
  });
  const tape = wide().other(30);
  const decisions: Decision[] = [];
  await replay(tape, strategy, [market("A", 100)], {
    onDecision: (decision) => decisions.push(decision),
  });
  assert.deepEqual(decisions.map((decision) => decision.because), [{ score: 1 }]);
});

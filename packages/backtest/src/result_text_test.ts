import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionLine, summaryJson, tradesJsonl } from "./result_text.ts";
import { buying, centFees, market, once, replay, Scenario } from "./scenario_test_support.ts";

/**
 * 10 contracts of NO in A: 6 at 97¢ (fee 1.22¢, up to 2) and 4 at 98¢ (0.55¢, up to 1) cost $9.74
 * and pay $10. Half a contract of NO in B at 50¢ (0.875¢, up to 1) stays open.
 */
async function sample() {
  const tape = new Scenario()
    .snapshot(10, "A", [[3, 6], [2, 4]], [[95, 445]])
    .snapshot(10, "B", [[50, 1]], [[40, 1]])
    .gap(30, "sequence", ["A"]);
  const strategy = once(20, (context) => {
    context.submit(buying("A", "no", 10));
    context.submit(buying("B", "no", 0.5));
    context.markSkipped("C", "too quiet");
    context.markSkipped("D", "too loud");
    context.markSkipped("E", "too quiet");
  });
  const markets = [market("A", 40, 50.123456), market("B", 100)];
  return await replay(tape, { ...strategy, parameters: { edge: 3 } }, markets, { fees: centFees });
}

test("A trade is one line of JSON in dollars, contracts and UTC", async () => {
  const lines = tradesJsonl(await sample());
  assert.equal(
    lines,
    '{"ticker":"A","side":"no","group":"","entryPrice":0.974,"exitPrice":1,"contracts":10,' +
      '"entryTime":"1970-01-01T00:00:20Z","exitTime":"1970-01-01T00:00:50.123456Z",' +
      '"reason":"settlement","pnl":0.23,"fees":0.03,"entryCost":9.77,"touchedGap":true,' +
      '"assumptions":["book","settlement"],"entryOrder":1,"fills":[' +
      '{"time":"1970-01-01T00:00:20Z","action":"buy","price":0.97,"contracts":6,"fee":0.02,' +
      '"assumption":"book","order":1},' +
      '{"time":"1970-01-01T00:00:20Z","action":"buy","price":0.98,"contracts":4,"fee":0.01,' +
      '"assumption":"book","order":1},' +
      '{"time":"1970-01-01T00:00:50.123456Z","action":"settle","price":1,"contracts":10,"fee":0,' +
      '"assumption":"settlement"}' +
      "]}\n",
  );
});

test("The summary has its keys in a fixed order and money in dollars", async () => {
  const text = summaryJson(await sample());
  assert.ok(text.endsWith("}\n"));
  const summary = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(
    Object.entries(summary),
    Object.entries({
      strategy: { name: "once", parameters: { edge: 3 } },
      models: {
        fills: "walk-book",
        makers: "queue",
        latencySeconds: 0,
        gaps: "halt",
        fees: "quadratic, up to a cent",
        settlements: "market-info",
      },
      clock: "receive",
      data: {
        from: "1970-01-01T00:00:10Z",
        to: "1970-01-01T00:00:30Z",
        frames: 3,
        events: {
          other: 0,
          snapshot: 2,
          level: 5,
          delta: 0,
          trade: 0,
          ticker: 0,
          lifecycle: 0,
          detail: 0,
          gap: 1,
        },
        late: 0,
      },
      markets: { given: 2, withData: 2, withoutData: 0, settled: 1, notGiven: 0 },
      portfolio: {
        startingBalance: 10_000,
        balance: 9999.97,
        // Half a contract of NO, at 40¢.
        equity: 10_000.17,
        openCost: 0.25,
        realised: 0.26,
        fees: 0.04,
        totalPnl: 0.22,
        drawdownPercent: 0.0033,
        halted: false,
      },
      trades: {
        count: 1,
        wins: 1,
        losses: 0,
        touchedGap: 1,
        assumptions: {
          "book": 1,
          "quote": 0,
          "quote-size": 0,
          "queue": 0,
          "through": 0,
          "touch": 0,
          "settlement": 1,
        },
      },
      // 10 contracts for $9.77 could have been sold for 95¢ each, and B's half for 20¢.
      drawdown: { money: 0.33, share: 0.000033 },
      open: [{
        ticker: "B",
        side: "no",
        group: "",
        contracts: 0.5,
        cost: 0.25,
        entryTime: "1970-01-01T00:00:20Z",
        mark: 0.4,
      }],
      orders: {
        submitted: 2,
        filled: 2,
        partial: 0,
        cancelled: 0,
        pending: 0,
        refused: {
          "unknown market": 0,
          "closed": 0,
          "no book": 0,
          "stale book": 0,
          "no liquidity": 0,
          "not held": 0,
          "unknown fee": 0,
          "cash": 0,
          "would take": 0,
          "excluded": 0,
          "after the data": 0,
        },
      },
      skipped: { "too loud": 1, "too quiet": 2 },
      // The markets say when they close, and not since when that was known.
      hindsightCloses: 2,
      timersDropped: 0,
      coverage: {
        gaps: { sequence: 1, overflow: 0, disconnect: 0, restart: 0, damage: 0 },
        marketSeconds: 40,
        staleSeconds: 0,
        fresh: 1,
        deltasBeforeSnapshot: 0,
        inconsistencies: 0,
        unattributed: 0,
      },
    }),
  );
});

test("Nothing is bought after the last record: what is displayed then is not known", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]);
  const strategy = once(20, (context) => {
    context.submit(buying("A", "yes", 1));
  });
  const result = await replay(tape, strategy, [market("A", 100, 105, 1)]);
  assert.deepEqual([result.trades.length, result.orders.refused["after the data"]], [0, 1]);
});

test("What the caller knows of the run goes first", async () => {
  const text = summaryJson(await sample(), { runId: "r1", engine: "0" });
  assert.deepEqual(Object.keys(JSON.parse(text)).slice(0, 3), ["runId", "engine", "strategy"]);
});

test("A decision is one line of JSON, with the book that its order met", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9], [48, 2]], [[40, 9]]).other(30);
  const strategy = once(20, (context) => {
    context.submit({ ...buying("A", "yes", 1), group: "g", because: { score: 0.25 } });
    context.submit(buying("B", "yes", 1));
  });
  const markets = [market("A", 100), market("B", 100)];
  let lines = "";
  await replay(tape, strategy, markets, {
    onDecision: (decision) => {
      lines += decisionLine(decision);
    },
  });
  assert.equal(
    lines,
    '{"order":1,"time":"1970-01-01T00:00:20Z","ticker":"A","action":"buy","side":"yes","group":"g",' +
      '"because":{"score":0.25},"arrival":"1970-01-01T00:00:20Z","book":{"source":"book",' +
      '"stale":false,"yes":[[0.5,9],[0.48,2]],"no":[[0.4,9]]},"status":"filled","fees":[]}\n' +
      '{"order":2,"time":"1970-01-01T00:00:20Z","ticker":"B","action":"buy","side":"yes","group":"",' +
      '"because":{},"arrival":"1970-01-01T00:00:20Z","status":"refused","refusal":"no book","fees":[]}\n',
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryJson, tradesJsonl } from "./result_text.ts";
import { centFees, market, once, replay, Scenario } from "./scenario_test_support.ts";

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
    context.buy("A", "no", 1000);
    context.buy("B", "no", 50);
    context.markSkipped("C", "too quiet");
    context.markSkipped("B", "too loud");
    context.markSkipped("A", "too quiet");
  });
  const markets = [market("A", 40, 50.123456), market("B", 100)];
  return await replay(tape, { ...strategy, parameters: { edge: 3 } }, markets, { fees: centFees });
}

test("A trade is one line of JSON in dollars, contracts and UTC", async () => {
  const lines = tradesJsonl(await sample());
  assert.equal(
    lines,
    '{"ticker":"A","side":"no","entryPrice":0.974,"exitPrice":1,"contracts":10,' +
      '"entryTime":"1970-01-01T00:00:20Z","exitTime":"1970-01-01T00:00:50.123456Z",' +
      '"reason":"settlement","pnl":0.23,"fees":0.03,"entryCost":9.77,"touchedGap":true,"fills":[' +
      '{"time":"1970-01-01T00:00:20Z","action":"buy","price":0.97,"contracts":6,"fee":0.02},' +
      '{"time":"1970-01-01T00:00:20Z","action":"buy","price":0.98,"contracts":4,"fee":0.01},' +
      '{"time":"1970-01-01T00:00:50.123456Z","action":"settle","price":1,"contracts":10,"fee":0}' +
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
      models: { fills: "walk-book", fees: "quadratic, up to a cent", settlements: "market-info" },
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
        openCost: 0.25,
        realised: 0.26,
        fees: 0.04,
        totalPnl: 0.22,
      },
      trades: { count: 1, wins: 1, losses: 0, touchedGap: 1, enteredAfterData: 0 },
      open: [{
        ticker: "B",
        side: "no",
        contracts: 0.5,
        cost: 0.25,
        entryTime: "1970-01-01T00:00:20Z",
      }],
      orders: {
        filled: 2,
        partial: 0,
        refused: {
          "unknown market": 0,
          "closed": 0,
          "no book": 0,
          "stale book": 0,
          "no liquidity": 0,
          "not held": 0,
          "unknown fee": 0,
          "cash": 0,
        },
      },
      skipped: { "too loud": 1, "too quiet": 2 },
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

test("A purchase after the last record is counted as one", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]);
  const strategy = once(20, (context) => {
    context.buy("A", "yes", 100);
  });
  const result = await replay(tape, strategy, [market("A", 100, 105, 1)]);
  const { trades } = JSON.parse(summaryJson(result)) as { trades: Record<string, number> };
  assert.deepEqual([trades["count"], trades["enteredAfterData"]], [1, 1]);
});

test("What the caller knows of the run goes first", async () => {
  const text = summaryJson(await sample(), { runId: "r1", engine: "0" });
  assert.deepEqual(Object.keys(JSON.parse(text)).slice(0, 3), ["runId", "engine", "strategy"]);
});

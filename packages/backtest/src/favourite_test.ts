import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { favourite } from "./favourite.ts";
import { centFees, closesOf, market, noFees, replay, Scenario } from "./scenario_test_support.ts";
import { settlementsOf } from "./settlement.ts";
import { Simulation } from "./simulation.ts";

test("It buys the likelier side five minutes before the close and holds to settlement", async () => {
  const tape = new Scenario()
    .snapshot(100, "A", [[3, 344]], [[95, 445]])
    .snapshot(100, "B", [[60, 20]], [[35, 20]])
    .delta(700, "A", "yes", 2, 10)
    .delta(701, "A", "yes", 4, 10);
  const markets = [market("A", 1000, 1005, 0), market("B", 1000, 1005, 0)];
  const result = await replay(tape, favourite(), markets, { fees: centFees });
  assert.deepEqual(
    result.trades.map(({ ticker, side, entryTime, entryPrice, pnl }) => [
      ticker,
      side,
      entryTime / MICROS_PER_SECOND,
      entryPrice,
      pnl,
    ]),
    // NO of A for 97¢ pays $1 at a fee of 3¢; YES of B for 65¢ pays nothing at a fee of 16¢.
    [["A", "no", 700, 970_000, 270_000], ["B", "yes", 700, 650_000, -6_660_000]],
  );
  assert.deepEqual(result.skipped, []);
  assert.deepEqual(result.strategy, {
    name: "favourite",
    parameters: { beforeCloseSeconds: 300, contracts: 10 },
  });
});

test("At equal bids the favourite is YES", async () => {
  const tape = new Scenario().snapshot(100, "A", [[48, 20]], [[48, 20]]).other(900);
  const result = await replay(tape, favourite(), [market("A", 1000, 1005, 1)]);
  assert.equal(result.trades[0]?.side, "yes");
});

test("It says for each market why it did not trade", async () => {
  const tape = new Scenario()
    .snapshot(100, "ONE-SIDED", [], [[95, 1]])
    .snapshot(100, "EMPTY", [], [])
    .snapshot(100, "STALE", [[50, 1]], [])
    .snapshot(100, "DEAR", [[50, 100]], [[40, 100]])
    .gap(200, "sequence", ["STALE"])
    .other(900);
  const tickers = ["ONE-SIDED", "EMPTY", "STALE", "NO-DATA", "DEAR"];
  const markets = [{ ticker: "ENDLESS" }, ...tickers.map((ticker) => market(ticker, 1000, 1005))];
  const result = await replay(tape, favourite(), markets, { startingBalance: 1_000_000 });
  assert.deepEqual(result.skipped.map(({ ticker, reason }) => [ticker, reason]), [
    ["ENDLESS", "no close time"],
    ["ONE-SIDED", "one-sided book"],
    ["EMPTY", "empty book"],
    ["STALE", "stale book"],
    ["NO-DATA", "no book"],
    ["DEAR", "cash"],
  ]);
  assert.deepEqual(result.trades, []);
});

test("How long before the close and how much can be chosen", async () => {
  const tape = new Scenario().snapshot(100, "A", [[60, 20]], [[35, 20]]).other(950);
  const options = { beforeClose: 60 * MICROS_PER_SECOND, quantity: 300 };
  const result = await replay(tape, favourite(options), [market("A", 1000, 1005, 1)]);
  assert.equal(result.trades[0]?.entryTime, 940 * MICROS_PER_SECOND);
  assert.equal(result.trades[0]?.contracts, 300);
});

test("A market that closed before the data is not traded with later knowledge", async () => {
  const tape = new Scenario().snapshot(900, "A", [[60, 20]], [[35, 20]]);
  const result = await replay(tape, favourite(), [market("A", 1000, 1005, 1)]);
  assert.deepEqual(result.skipped.map(({ reason }) => reason), ["no book"]);
});

test("A favourite that was bought before a restart is not bought again when its close moves", () => {
  const data = { settlements: settlementsOf([]) };
  const first = new Scenario().lifecycle(50, "A", 1000).snapshot(100, "A", [[60, 50]], [[35, 50]])
    .other(800);
  const before = new Simulation(data, [{ strategy: favourite(), fees: noFees }]);
  before.onBatch(first.batch);
  const saved = JSON.parse(JSON.stringify(before.save()));
  const { symbols } = first.batch;
  const variants = [{ strategy: favourite(), fees: noFees }];
  const after = new Simulation(data, variants, { saved, symbols });
  after.onBatch(new Scenario(symbols).lifecycle(900, "A", 2000).other(1900).batch);
  const [result] = after.finish();
  assert.deepEqual(result?.open.map(({ contracts }) => contracts), [1000]);
  assert.equal(result?.orders.submitted, 1);
});

test("While its order is on the way the favourite is not ordered again", async () => {
  const tape = new Scenario().snapshot(100, "A", [[60, 50]], [[35, 50]]).other(950);
  const info = { ...market("A", 1000), ...closesOf([5, 1000], [200, 1500], [300, 1000]) };
  const result = await replay(tape, favourite(), [info], { latency: MICROS_PER_SECOND });
  assert.equal(result.orders.submitted, 1);
  assert.deepEqual(result.open.map(({ contracts }) => contracts), [1000]);
});

test("A market that is only announced is not worth a word where no markets are given", async () => {
  const tape = new Scenario().lifecycle(10, "A", 1000).lifecycle(10, "B", 1000)
    .lifecycle(10, "C", 1000).snapshot(100, "A", [[60, 50]], [[35, 50]])
    .snapshot(100, "B", [], []).other(950);
  const result = await replay(tape, favourite(), undefined);
  assert.deepEqual(result.open.map(({ ticker }) => ticker), ["A"]);
  assert.deepEqual(result.skipped.map(({ ticker, reason }) => [ticker, reason]), [
    ["B", "empty book"],
  ]);
});

test("Only the last word about a market stands, and none about one that is traded after all", async () => {
  const tape = new Scenario().lifecycle(10, "A", 1000).lifecycle(10, "B", 1000)
    .snapshot(100, "A", [[60, 50]], [[35, 50]]).snapshot(100, "B", [[60, 50]], [])
    .snapshot(100, "C", [[60, 50]], [])
    // Looked at again at 1200, when its book has two sides.
    .lifecycle(800, "C", 1500).snapshot(900, "C", [[60, 50]], [[35, 50]]).other(1300);
  const tickers = ["A", "B", "D"].map((ticker) => ({ ticker }));
  const result = await replay(tape, favourite(), [...tickers, {
    ...market("C", 2000),
    ...closesOf([5, 1000]),
  }]);
  assert.deepEqual(result.skipped.map(({ ticker, reason }) => [ticker, reason]), [
    ["D", "no close time"],
    ["B", "one-sided book"],
  ]);
  assert.deepEqual(
    result.open.map(({ ticker, entryTime }) => [ticker, entryTime / MICROS_PER_SECOND]),
    [["A", 700], ["C", 1200]],
  );
});

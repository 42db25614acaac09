import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { favourite } from "./favourite.ts";
import { centFees, market, replay, Scenario } from "./scenario_test_support.ts";

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

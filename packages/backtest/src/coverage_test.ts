import assert from "node:assert/strict";
import { test } from "node:test";
import { EventKind, MICROS_PER_SECOND } from "@ssmd/core";
import type { FillModel } from "./fill_model.ts";
import { buying, market, once, replay, Scenario } from "./scenario_test_support.ts";

const at = (seconds: number): number => seconds * MICROS_PER_SECOND;

/** Buys YES in A at 20 s, and says whether the trade touched a gap. */
async function touched(tape: Scenario, close = 100): Promise<boolean | undefined> {
  const strategy = once(20, (context) => {
    context.submit(buying("A", "yes", 1));
  });
  const result = await replay(tape, strategy, [market("A", close, 105)]);
  return result.trades[0]?.touchedGap;
}

const opening = () => new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]);
const again = (tape: Scenario, time: number) => tape.snapshot(time, "A", [[50, 9]], [[40, 9]]);

test("A trade touched a gap when the book was stale between entry and exit", async () => {
  assert.equal(await touched(opening().gap(30, "sequence", ["A"])), true);
  assert.equal(await touched(again(opening().gap(30, "sequence", ["A"]), 31)), true);
  assert.equal(await touched(again(opening().gap(30, "disconnect"), 31)), true);
  assert.equal(await touched(opening().delta(30, "A", "yes", 50, -10)), true);
});

test("Gaps before the entry, of other markets and after the close do not touch a trade", async () => {
  assert.equal(await touched(opening().other(90)), false);
  assert.equal(await touched(again(opening().gap(12, "sequence", ["A"]), 13).other(90)), false);
  assert.equal(await touched(again(opening().gap(12, "sequence", ["A"]), 20).other(90)), false);
  assert.equal(await touched(opening().gap(30, "sequence", ["B"])), false);
  assert.equal(await touched(again(opening().gap(101, "disconnect"), 102)), false);
});

test("A trade that a fill model made on a stale book touched a gap", async () => {
  const bold: FillModel = { name: "bold", fill: () => [{ price: 6000, quantity: 100 }] };
  const strategy = once(20, (context) => {
    context.submit(buying("A", "yes", 1));
  });
  const tape = opening().gap(15, "sequence", ["A"]).other(90);
  const result = await replay(tape, strategy, [market("A", 100, 105)], {
    fills: bold,
    gaps: "ignore",
  });
  assert.equal(result.trades[0]?.touchedGap, true);
});

test("A market's stale time counts within the data and its own trading time", async () => {
  // The data run from 5 to 90 s. A opens at 8 with a stale book, is fresh at 10, is stale from 30 to 50, and
  // closes at 80; B never closes and is stale but from 60 to 70.
  const tape = new Scenario().other(5)
    .snapshot(6, "A", [[50, 9]], [])
    .gap(7, "sequence", ["A"])
    .snapshot(10, "A", [[50, 9]], [])
    .gap(30, "sequence", ["A"])
    .gap(35, "overflow", ["A"]);
  again(tape, 50)
    .snapshot(60, "B", [], [])
    .gap(70, "restart")
    .snapshot(71, "A", [], [])
    .gap(85, "restart")
    .other(90);
  const a = { ...market("A", 80), openTime: at(8) };
  const result = await replay(tape, { name: "none" }, [a, { ticker: "B" }, { ticker: "C" }]);
  assert.deepEqual(result.coverage.markets, [
    { ticker: "A", tradingTime: at(72), staleTime: at(2 + 20 + 1) },
    { ticker: "B", tradingTime: at(85), staleTime: at(55 + 20) },
  ]);
  assert.deepEqual(result.coverage.gaps, {
    sequence: 2,
    overflow: 1,
    disconnect: 0,
    restart: 2,
    damage: 0,
  });
  assert.deepEqual(result.markets, {
    given: 3,
    withData: 2,
    withoutData: 1,
    settled: 0,
    notGiven: 0,
  });
});

test("That the recorder stopped watching makes a book stale and is no gap in the data", async () => {
  const tape = opening().gap(20, "unsubscribed", ["A"]).other(30);
  const result = await replay(tape, { name: "none" }, [market("A", 100)]);
  assert.ok(Object.values(result.coverage.gaps).every((count) => count === 0));
  assert.equal(result.coverage.markets[0]?.staleTime, at(10));
});

test("A gap that names many markets is one gap", async () => {
  const tape = new Scenario().gap(10, "sequence", ["A", "B", "C"]).gap(11, "sequence", ["A"]);
  const result = await replay(tape, { name: "none" }, [market("A", 100)]);
  assert.equal(result.coverage.gaps.sequence, 2);
  assert.equal(result.data.events.gap, 4);
  assert.equal(result.markets.notGiven, 2);
});

test("A market that was only announced is neither data nor a market without an object", async () => {
  const tape = opening().lifecycle(15, "B").lifecycle(15, "C").other(30);
  const result = await replay(tape, { name: "none" }, [market("A", 100), market("B", 100)]);
  assert.equal(result.markets.notGiven, 0);
  assert.deepEqual([result.markets.withData, result.markets.withoutData], [1, 1]);
});

test("Rows are counted by kind and frames once", async () => {
  const tape = opening().delta(20, "B", "yes", 50, 1).other(30);
  const result = await replay(tape, { name: "none" }, [market("A", 100)]);
  assert.equal(result.data.frames, 3);
  assert.deepEqual(Object.keys(result.data.events), Object.keys(EventKind));
  const { snapshot, level, delta, other, trade } = result.data.events;
  assert.deepEqual([snapshot, level, delta, other, trade], [1, 2, 1, 1, 0]);
  assert.deepEqual([result.data.first, result.data.last], [at(10), at(30)]);
  assert.equal(result.markets.notGiven, 1);
  assert.equal(result.coverage.deltasBeforeSnapshot, 1);
});

test("A delta that does not fit is counted", async () => {
  const tape = opening().delta(20, "A", "yes", 50, -10);
  const result = await replay(tape, { name: "none" }, []);
  assert.equal(result.coverage.inconsistencies, 1);
});

test("A run without data says so", async () => {
  const result = await replay(new Scenario(), { name: "none" }, [market("A", 100)]);
  assert.equal(result.data.first, undefined);
  assert.equal(result.data.frames, 0);
  assert.equal(result.markets.withoutData, 1);
  assert.deepEqual(result.coverage.markets, []);
});

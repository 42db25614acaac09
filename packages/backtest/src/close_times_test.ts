import { MICROS_PER_SECOND } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { runBacktest } from "./backtest.ts";
import { favourite } from "./favourite.ts";
import { touchMaker } from "./maker_model.ts";
import type { NewOrder } from "./order.ts";
import { rowsOf } from "./random_tape_test_support.ts";
import {
  buying,
  closesOf,
  market,
  noFees,
  once,
  replay,
  Scenario,
  sending,
} from "./scenario_test_support.ts";
import { settlementsOf } from "./settlement.ts";
import { Simulation } from "./simulation.ts";
import type { Strategy } from "./strategy.ts";

const seconds = (time: number | undefined) => time === undefined ? time : time / MICROS_PER_SECOND;

/** Writes down, in seconds, what it knows of A's close at the start, at 10 s and when told. */
function listening(): { readonly strategy: Strategy; readonly heard: unknown[] } {
  const heard: unknown[] = [];
  const strategy: Strategy = {
    name: "listening",
    start(context) {
      const atStart = [context.markets[0]?.closeTime, context.market("A")?.closeTime];
      heard.push(["start", ...atStart.map(seconds), seconds(context.closeTime("A"))]);
      context.setTimer(10 * MICROS_PER_SECOND, "");
    },
    onTimer(context) {
      heard.push([seconds(context.now), seconds(context.closeTime("A"))]);
    },
    onCloseTime(context, ticker) {
      heard.push([seconds(context.now), ticker, seconds(context.closeTime(ticker))]);
    },
  };
  return { strategy, heard };
}

test("A strategy is told of a close when it became known, and nothing of it before", async () => {
  const tape = new Scenario().lifecycle(9, "A").lifecycle(20, "A", 40).lifecycle(21, "A", 40)
    .lifecycle(22, "B", 40).other(45);
  const { strategy, heard } = listening();
  const info = { ...market("A", 50), ...closesOf([5, 100], [10, 90], [30, 50], [45, 50]) };
  await replay(tape, strategy, [info]);
  assert.deepEqual(heard, [
    ["start", 100, 100, 100],
    [10, "A", 90],
    [10, 90],
    [20, "A", 40],
    [30, "A", 50],
  ]);
});

test("Without market information closes are those that the data announce", async () => {
  const tape = new Scenario().lifecycle(9, "A", 70).lifecycle(20, "A", 60);
  const { strategy, heard } = listening();
  const run = { batches: tape.batches(), strategy, fees: noFees };
  await runBacktest({ ...run, settlements: settlementsOf([]) });
  assert.deepEqual(heard, [
    ["start", undefined, undefined, undefined],
    [9, "A", 70],
    [10, 70],
    [20, "A", 60],
  ]);
});

test("Nothing trades after the last word about the close, though nobody has known it yet", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(60);
  const info = { ...market("A", 30), ...closesOf([5, 100], [40, 30]) };
  const orders: [number, NewOrder][] = [[29, buying("A", "yes", 1)], [30, buying("A", "yes", 1)]];
  const { strategy, reports } = sending(orders);
  await replay(tape, strategy, [info]);
  assert.deepEqual(reports.map(({ status, refusal }) => refusal ?? status), ["filled", "closed"]);
});

test("Where the close is only announced, resting orders end at the announced one of then", async () => {
  const bid = { ...buying("A", "yes", 1, 45), liquidity: "maker" } as const;
  const tape = () => new Scenario().snapshot(10, "A", [[44, 9]], [[40, 9]]);
  const ended = async (tape: Scenario) => {
    const { strategy, reports } = sending([[20, bid]]);
    const run = { batches: tape.other(90).batches(), strategy, fees: noFees, makers: touchMaker };
    await runBacktest({ ...run, settlements: settlementsOf([]) });
    return reports.map(({ status, time }) => `${status} ${seconds(time)}`);
  };
  assert.deepEqual(await ended(tape()), ["resting 20"]);
  assert.deepEqual(await ended(tape().lifecycle(15, "A", 50)), ["resting 20", "cancelled 50"]);
  assert.deepEqual(await ended(tape().lifecycle(25, "A", 50)), ["resting 20", "cancelled 50"]);
  const later = tape().lifecycle(15, "A", 50).lifecycle(40, "A", 80);
  assert.deepEqual(await ended(later), ["resting 20", "cancelled 80"]);
  const sooner = tape().lifecycle(15, "A", 50).lifecycle(40, "A", 35);
  assert.deepEqual(await ended(sooner), ["resting 20", "cancelled 40"]);
});

test("A result names the markets that were entered on a close that nobody can date", async () => {
  const tape = new Scenario();
  for (const ticker of ["A", "B", "C", "D"]) tape.snapshot(10, ticker, [[50, 9]], [[40, 9]]);
  tape.lifecycle(12, "C", 100).other(50);
  const markets = [
    market("A", 100),
    { ...market("B", 100), ...closesOf([20, 100]) },
    market("C", 100),
    { ...market("D", 100), ...closesOf([21, 100]) },
  ];
  const strategy = once(20, (context) => {
    for (const ticker of ["D", "C", "B", "A"]) context.submit(buying(ticker, "yes", 1));
  });
  const { hindsightCloses } = await replay(tape, strategy, markets);
  assert.deepEqual(hindsightCloses, ["D", "A"]);
});

test("What is entered before any close was known was not entered by hindsight", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).lifecycle(30, "A", 100)
    .other(50);
  for (const markets of [undefined, [{ ticker: "A" }]]) {
    const strategy = once(20, (context) => {
      context.submit(buying("A", "yes", 1));
    });
    const { open, hindsightCloses } = await replay(tape, strategy, markets);
    assert.deepEqual([open.length, hindsightCloses], [1, []]);
  }
});

test("A close that went to and fro is saved and restored as it is", () => {
  const { strategy } = sending([[20, { ...buying("A", "yes", 1, 45), liquidity: "maker" }]]);
  const tape = new Scenario().lifecycle(9, "A", 80).snapshot(10, "A", [[44, 9]], [[40, 9]])
    .other(30).lifecycle(40, "A", 60).lifecycle(41, "A", 80);
  const { batch } = tape;
  const variants = [{ strategy, fees: noFees }];
  const data = { settlements: settlementsOf([]) };
  const simulation = new Simulation(data, variants);
  simulation.onBatch(batch);
  const saved = JSON.parse(JSON.stringify(simulation.save()));
  assert.deepEqual(saved.runs[0].agenda.closes.length, 3);
  const again = new Simulation(data, variants, { saved, symbols: batch.symbols });
  assert.deepEqual(JSON.parse(JSON.stringify(again.save())), saved);
});

test("Announced markets do not pile up; those with data stay closed until they are paid", () => {
  const day = 86_400;
  const tape = new Scenario();
  for (let each = 0; each < 50; each++) tape.lifecycle(10 + each, `M${each}`, 200 + each);
  tape.lifecycle(80, "PAID", 300).lifecycle(80, "OPEN", 300)
    .snapshot(100, "PAID", [[50, 9]], [[40, 9]]).snapshot(100, "OPEN", [[50, 9]], [[40, 9]])
    .other(day + 220).other(day + 400).other(2 * day);
  const { batch } = tape;
  const data = { settlements: settlementsOf([market("PAID", 300, 400, 1)]) };
  const orders: [number, NewOrder][] = [[2 * day - 1, buying("OPEN", "yes", 1)]];
  const { strategy, reports } = sending(orders);
  const simulation = new Simulation(data, [{ strategy, fees: noFees }]);
  const sizes: number[] = [];
  for (let row = 0; row < batch.length; row++) {
    simulation.onBatch(rowsOf(batch, row, row + 1));
    const saved = JSON.parse(JSON.stringify(simulation.save()));
    sizes.push(saved.closes.length);
    const again = new Simulation(data, [{ strategy: sending(orders).strategy, fees: noFees }], {
      saved,
      symbols: batch.symbols,
    });
    again.onBatch(rowsOf(batch, row + 1, batch.length));
    assert.deepEqual(again.save().closes.map(({ ticker }) => ticker), ["OPEN"]);
  }
  assert.deepEqual(sizes.slice(-4), [52, 32, 1, 1]);
  assert.deepEqual(simulation.save().closes.map(({ ticker }) => ticker), ["OPEN"]);
  assert.deepEqual(reports.map(({ refusal }) => refusal), ["closed"]);
});

test("The favourite is bought once, before the close that is known by then", async () => {
  const tape = () => new Scenario().snapshot(100, "A", [[60, 50]], [[35, 50]]);
  const entries = async (tape: Scenario, info: ReturnType<typeof market>) => {
    const { trades } = await replay(tape.other(1990), favourite(), [info]);
    return trades.map(({ entryTime, contracts }) => [seconds(entryTime), contracts / 100]);
  };
  const early = { ...market("A", 700, 2000), ...closesOf([5, 1500], [500, 700]) };
  assert.deepEqual(await entries(tape(), early), [[500, 10]], "what 700 asks for has passed");
  const late = { ...market("A", 1500, 2000), ...closesOf([5, 1000], [600, 1500], [1300, 1400]) };
  assert.deepEqual(await entries(tape(), late), [[1200, 10]]);
  const back = { ...market("A", 1000, 2000), ...closesOf([5, 1000], [200, 1500], [300, 1000]) };
  assert.deepEqual(await entries(tape(), back), [[700, 10]]);
  const announced = tape().lifecycle(600, "A", 950);
  assert.deepEqual(await entries(announced, market("A", 1000, 2000)), [[650, 10]]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { buying, market, replay, Scenario } from "./scenario_test_support.ts";
import type { Strategy, StrategyContext } from "./strategy.ts";

const at = (seconds: number): number => seconds * MICROS_PER_SECOND;

/** Writes down what reaches the strategy, and when in seconds. */
function recorder(
  start: (context: StrategyContext) => void,
  onTimer: (context: StrategyContext, tag: string) => void = () => {},
): { strategy: Strategy; log: string[] } {
  const log: string[] = [];
  const strategy: Strategy = {
    name: "recorder",
    start,
    onEvent: (context) => {
      log.push(`row at ${context.now / MICROS_PER_SECOND}`);
    },
    onTimer: (context, { tag }) => {
      log.push(`${tag} at ${context.now / MICROS_PER_SECOND}`);
      onTimer(context, tag);
    },
  };
  return { strategy, log };
}

test("A timer fires before the first later record, and after those of its own time", async () => {
  const { strategy, log } = recorder((context) => context.setTimer(at(20), "timer"));
  await replay(new Scenario().other(10).other(20).other(20).other(30), strategy, []);
  assert.deepEqual(log, ["row at 10", "row at 20", "row at 20", "timer at 20", "row at 30"]);
});

test("The clock shows the timer's own time, and the book what was received until then", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 1]], []).delta(30, "A", "yes", 60, 1);
  let best: number | undefined;
  const { strategy, log } = recorder(
    (context) => context.setTimer(at(20.5), "timer"),
    (context) => {
      best = context.book("A")?.bestBid("yes")?.price;
    },
  );
  await replay(tape, strategy, []);
  assert.ok(log.includes("timer at 20.5"));
  assert.equal(best, 5000);
});

test("Timers that are due fire by time, and in the order they were set at the same time", async () => {
  const { strategy, log } = recorder((context) => {
    context.setTimer(at(15), "second");
    context.setTimer(at(12), "first");
    context.setTimer(at(15), "third");
  });
  await replay(new Scenario().other(10).other(20), strategy, []);
  assert.deepEqual(log, [
    "row at 10",
    "first at 12",
    "second at 15",
    "third at 15",
    "row at 20",
  ]);
});

test("A timer for the past means now, in the order it was set", async () => {
  const { strategy, log } = recorder(
    (context) => context.setTimer(at(15), "set"),
    (context, tag) => {
      if (tag !== "set") return;
      context.setTimer(at(14), "past");
      context.setTimer(at(3), "long past");
      context.setTimer(at(15), "now");
    },
  );
  await replay(new Scenario().other(10).other(20), strategy, []);
  assert.deepEqual(log, [
    "row at 10",
    "set at 15",
    "past at 15",
    "long past at 15",
    "now at 15",
    "row at 20",
  ]);
});

test("Timers before the first record and after the last one fire at their time", async () => {
  const { strategy, log } = recorder((context) => {
    assert.equal(context.now, 0);
    context.setTimer(at(5), "early");
    context.setTimer(at(10), "with the first");
    context.setTimer(at(99), "late");
  });
  await replay(new Scenario().other(10), strategy, []);
  assert.deepEqual(log, ["early at 5", "row at 10", "with the first at 10", "late at 99"]);
});

test("A timer that sets the next one ends with what is due when the data end", async () => {
  const { strategy, log } = recorder(
    (context) => context.setTimer(at(10), "tick"),
    (context) => context.setTimer(context.now + at(10), "tick"),
  );
  const result = await replay(new Scenario().other(15), strategy, [market("A", 20, 45)]);
  assert.deepEqual(log, [
    "tick at 10",
    "row at 15",
    "tick at 20",
    "tick at 30",
    "tick at 40",
  ]);
  assert.equal(result.timersDropped, 1);
});

test("At the same time a settlement comes before a timer, which sees what was paid", async () => {
  const tape = new Scenario().snapshot(10, "A", [[50, 9]], [[40, 9]]).other(30);
  const cash: number[] = [];
  const { strategy } = recorder(
    (context) => {
      context.setTimer(at(105), "at the settlement");
      context.setTimer(at(20), "buy");
    },
    (context, tag) => {
      if (tag === "buy") context.submit(buying("A", "yes", 1));
      else cash.push(context.cash);
    },
  );
  const noting: Strategy = { ...strategy, onOrder: (context) => cash.push(context.cash) };
  await replay(tape, noting, [market("A", 100, 105, 1)], { startingBalance: 1_000_000 });
  assert.deepEqual(cash, [400_000, 1_400_000]);
});

test("Timers in a circle are an error, not an endless run", async () => {
  const { strategy } = recorder(
    (context) => context.setTimer(at(10), "again"),
    (context) => context.setTimer(context.now, "again"),
  );
  const quiet: Strategy = { ...strategy, onTimer: (context) => context.setTimer(0, "again") };
  await assert.rejects(replay(new Scenario().other(15), quiet, []), /Cannot move on from 10000000/);
});

test("A row that was received before the clock's time does not set it back, and is counted", async () => {
  const { strategy, log } = recorder(() => {});
  const result = await replay(new Scenario().other(10).other(9).other(11), strategy, []);
  assert.deepEqual(log, ["row at 10", "row at 10", "row at 11"]);
  assert.equal(result.data.late, 1);
});

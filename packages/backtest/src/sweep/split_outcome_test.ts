import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseTrial, type SplitOutcome, totalOfTests, walkForwardJson } from "./split_outcome.ts";
import { trialOf } from "./trial_test_support.ts";
import type { Segment } from "./walk_forward.ts";

const segment = (day: string, missing = false): Segment => ({
  from: day,
  to: day,
  days: missing ? [] : [day],
  missing: missing ? [day] : [],
});
const SPLIT = { train: segment("2026-03-01"), test: segment("2026-03-02") };

test("the best on the training days is chosen, with what that is worth", () => {
  const trials = [trialOf("a", {}, [5, -1]), trialOf("b", {}, [9, -2]), trialOf("c", {}, [])];
  const choice = chooseTrial(SPLIT, trials, "pnl");
  assert.ok(typeof choice === "object");
  assert.equal(choice.trial.id, "b");
  assert.equal(choice.selection.trials, 3);
});

test("not to trade is chosen when everything else lost", () => {
  const trials = [trialOf("loser", {}, [-5]), trialOf("idle", {}, [])];
  const choice = chooseTrial(SPLIT, trials, "pnl");
  assert.ok(typeof choice === "object");
  assert.equal(choice.trial.id, "idle");
});

test("a split without data or trades says so", () => {
  const traded = [trialOf("a", {}, [1])];
  const missing = segment("2026-03-01", true);
  assert.equal(chooseTrial({ ...SPLIT, train: missing }, [], "pnl"), "no data to train on");
  assert.equal(chooseTrial({ ...SPLIT, test: missing }, traded, "pnl"), "no data to test on");
  assert.equal(chooseTrial(SPLIT, [trialOf("a", {}, [])], "pnl"), "no trial traded");
});

test("the total is the sum of the tests alone", () => {
  const outcome = (cents: readonly number[]): SplitOutcome => ({
    split: SPLIT,
    choice: { trial: trialOf("x", {}, [10_000]), selection: { trials: 1, comparable: 0 } },
    tested: trialOf("y", {}, cents),
  });
  const skipped: SplitOutcome = { split: SPLIT, skipped: "no trial traded" };
  assert.deepEqual(totalOfTests([outcome([10, -3]), skipped, outcome([-20, 5, 5])]), {
    splits: 3,
    tested: 2,
    trades: 5,
    wins: 3,
    open: 0,
    pnl: -0.03,
    fees: 0.1,
    touchedGap: 0,
  });
});

test("the JSON has every split with its days, its choice and its test, or why there is none", () => {
  const trials = [trialOf("a", { p: 1 }, [5, -1]), trialOf("b", { p: 2 }, [9, -2])];
  const choice = chooseTrial(SPLIT, trials, "pnl");
  assert.ok(typeof choice === "object");
  const text = walkForwardJson(
    [
      { split: SPLIT, choice, tested: trialOf("t", { p: 2 }, [-4]) },
      {
        split: { ...SPLIT, test: segment("2026-03-02", true) },
        skipped: "no data to test on",
      },
    ],
    ["2026-03-03"],
    "pnl",
    { sweepId: "s" },
  );
  const value = JSON.parse(text);
  assert.deepEqual(Object.keys(value), ["sweepId", "metric", "total", "unusedDays", "splits"]);
  assert.deepEqual(value.splits[0].chosen, { p: 2 });
  assert.equal(value.splits[0].trained.pnl, 0.07);
  assert.equal(value.splits[0].tested.pnl, -0.04);
  assert.match(value.splits[0].verdict, /^The best of 2 trials shows/);
  assert.deepEqual(value.splits[1], {
    train: { from: "2026-03-01", to: "2026-03-01", missingDays: [] },
    test: { from: "2026-03-02", to: "2026-03-02", missingDays: ["2026-03-02"] },
    skipped: "no data to test on",
  });
});

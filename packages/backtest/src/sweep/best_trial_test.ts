import assert from "node:assert/strict";
import { test } from "node:test";
import { rankTrials } from "./best_trial.ts";
import { trialOf } from "./trial_test_support.ts";

const ids = (trials: readonly { id: string }[]) => trials.map(({ id }) => id).join("");

test("trials are ranked by P&L, equal ones in the order of the grid", () => {
  const trials = [
    trialOf("a", {}, [-5]),
    trialOf("b", {}, []),
    trialOf("c", {}, [300, -100]),
    trialOf("d", {}, [3, -3]),
  ];
  assert.equal(ids(rankTrials(trials, "pnl")), "cbda");
});

test("by Sharpe ratio a steady small gain comes before a wild large one, and no ratio last", () => {
  const trials = [
    trialOf("a", {}, [400]),
    trialOf("b", {}, [300, -100]),
    trialOf("c", {}, []),
    trialOf("d", {}, [10, 11]),
    trialOf("e", {}, [-10, -11]),
  ];
  assert.equal(ids(rankTrials(trials, "sharpe")), "dbeac");
});

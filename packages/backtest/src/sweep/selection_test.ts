import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeSelection, selectionSentence } from "./selection.ts";
import { trialOf } from "./trial_test_support.ts";

test("the same gains are worth less as the best of more trials", () => {
  const best = trialOf("best", {}, [40, -10, 20, 15, -20, 30, 5]);
  const others = [[10, -10, 5], [-20, 10, -5], [3, 8, -12, 4]];
  let before = 1;
  for (const count of [1, 2, 10, 100]) {
    const rest = Array.from({ length: count - 1 }, (_, i) => trialOf(`${i}`, {}, others[i % 3]!));
    const { probability, trials } = judgeSelection(best, [best, ...rest]);
    assert.equal(trials, count);
    assert.ok(probability! < before, `${count} trials: ${probability}`);
    before = probability!;
  }
});

test("the judgement is the one that the formulas give by hand", () => {
  // Ratios by hand: [1, 3] has 2/√2 = √2, [-1, 3] has 1/√8; their sample variance is 0.5625.
  // N = 2: √V · γ Φ⁻¹(1 − 1/(2e)) = 0.75 · 0.519755344280594 (mpmath).
  const trials = [trialOf("a", {}, [1, 3]), trialOf("b", {}, [-1, 3])];
  const judged = judgeSelection(trials[0]!, trials);
  assert.ok(Math.abs(judged.expectedSharpe! - 0.75 * 0.519755344280594) < 1e-9);
  assert.ok(Math.abs(judged.sharpe! - Math.SQRT2) < 1e-12);
});

test("trials without a ratio count as trials all the same", () => {
  const trials = [trialOf("a", {}, [1, 3]), trialOf("b", {}, []), trialOf("c", {}, [5])];
  assert.deepEqual(
    { ...judgeSelection(trials[0]!, trials), probability: 0 },
    {
      trials: 3,
      comparable: 1,
      expectedSharpe: 0,
      sharpe: judgeSelection(trials[0]!, trials).sharpe!,
      probability: 0,
    },
  );
});

test("the sentence says how many trials, what luck gives, and the odds", () => {
  const selection = { trials: 100, comparable: 98, expectedSharpe: 0.2, sharpe: 0.25 };
  assert.equal(
    selectionSentence({ ...selection, probability: 0.7123 }),
    "The best of 100 trials shows a Sharpe ratio of 0.250 a trade, where luck alone lets the best of as many show 0.200; the probability that its true ratio is above that is 71.2 % (deflated Sharpe ratio).",
  );
  assert.equal(
    selectionSentence({ trials: 7, comparable: 0 }),
    "The best of 7 trials has too few trades to tell an edge from luck.",
  );
  assert.match(
    selectionSentence({ ...selection, trials: 1, probability: 0.9 }),
    /^The one trial shows a Sharpe ratio of 0\.250 a trade/,
  );
});

import { rankTrials, type SweepMetric } from "./best_trial.ts";
import { judgeSelection, type Selection, selectionSentence } from "./selection.ts";
import type { Trial } from "./trial.ts";
import { roundedSelection, trialRow } from "./trials_table.ts";
import type { Segment, Split } from "./walk_forward.ts";

/** Why a split tells nothing. */
export type SplitSkip = "no data to train on" | "no data to test on" | "no trial traded";

/** A trial that was chosen for being the best on the training days. */
export interface Choice {
  /** The trial, with what it came to on the training days. */
  readonly trial: Trial;
  /** What it is worth to be the best of so many. */
  readonly selection: Selection;
}

/** What one split of a walk-forward came to. */
export interface SplitOutcome {
  /** The days. */
  readonly split: Split;
  /** What was chosen; absent with `skipped`. */
  readonly choice?: Choice;
  /** The chosen configuration on the test days; absent with `skipped`. */
  readonly tested?: Trial;
  /** Why nothing was tested. */
  readonly skipped?: SplitSkip;
}

/**
 * Which of the `trials` on the training days of `split` is to be tested, or why none is. That can be
 * one that did not trade, when all others lost.
 */
export function chooseTrial(
  split: Split,
  trials: readonly Trial[],
  metric: SweepMetric,
): Choice | SplitSkip {
  if (split.train.days.length === 0) return "no data to train on";
  if (split.test.days.length === 0) return "no data to test on";
  const best = rankTrials(trials, metric)[0];
  // Without any trade the first of equals would be chosen by its place in the grid.
  if (best === undefined || trials.every(({ figures }) => figures.trades === 0)) {
    return "no trial traded";
  }
  return { trial: best, selection: judgeSelection(best, trials) };
}

/** What the tested trials of all splits came to together: days that chose nothing. */
export interface WalkForwardTotal {
  /** Splits, those without a test included. */
  readonly splits: number;
  /** Splits with a test. */
  readonly tested: number;
  /** Closed positions. */
  readonly trades: number;
  /** Closed positions with a gain. */
  readonly wins: number;
  /** Positions that nothing closed. */
  readonly open: number;
  /** Dollars. */
  readonly pnl: number;
  /** Dollars. */
  readonly fees: number;
  /** Trades whose market was stale in between. */
  readonly touchedGap: number;
}

/**
 * The sum over the tests, exact. Each begins with the starting balance anew. Where a step is shorter
 * than the test, days are tested several times and count as often.
 */
export function totalOfTests(outcomes: readonly SplitOutcome[]): WalkForwardTotal {
  const figures = outcomes.flatMap(({ tested }) => tested === undefined ? [] : [tested.figures]);
  const sum = (of: (each: (typeof figures)[number]) => number) =>
    figures.reduce((total, each) => total + of(each), 0);
  return {
    splits: outcomes.length,
    tested: figures.length,
    trades: sum(({ trades }) => trades),
    wins: sum(({ wins }) => wins),
    open: sum(({ open }) => open),
    pnl: sum(({ pnl }) => pnl) / 1_000_000,
    fees: sum(({ fees }) => fees) / 1_000_000,
    touchedGap: sum(({ touchedGap }) => touchedGap),
  };
}

/**
 * The walk-forward as JSON, in the order of time, units as in `TrialRow`; the members of `about` go
 * first. Equal outcomes give equal bytes.
 */
export function walkForwardJson(
  outcomes: readonly SplitOutcome[],
  unused: readonly string[],
  metric: SweepMetric,
  about: Readonly<Record<string, unknown>> = {},
): string {
  const value = {
    ...about,
    metric,
    total: totalOfTests(outcomes),
    unusedDays: unused,
    splits: outcomes.map(({ split, choice, tested, skipped }) => ({
      train: days(split.train),
      test: days(split.test),
      ...(skipped === undefined ? {} : { skipped }),
      ...(choice === undefined ? {} : {
        chosen: choice.trial.parameters,
        trained: { id: choice.trial.id, ...trialRow(choice.trial.figures) },
        selection: roundedSelection(choice.selection),
        verdict: selectionSentence(choice.selection),
      }),
      ...(tested === undefined ? {} : { tested: { id: tested.id, ...trialRow(tested.figures) } }),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function days({ from, to, missing }: Segment): unknown {
  return { from, to, missingDays: missing };
}

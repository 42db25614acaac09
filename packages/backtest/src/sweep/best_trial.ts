import type { Trial, TrialFigures } from "./trial.ts";

/** By what trials are compared: more is better. */
export type SweepMetric = "pnl" | "sharpe";

/**
 * The trials from best to worst. Equal ones keep their order; a trial without a Sharpe ratio comes
 * after all that have one.
 */
export function rankTrials(trials: readonly Trial[], metric: SweepMetric): Trial[] {
  const figure = metric === "pnl" ? pnlOf : sharpeOf;
  // Sorting is stable, but −∞ less −∞ is no number.
  return [...trials].sort((a, b) => {
    const [left, right] = [figure(a.figures), figure(b.figures)];
    return left === right ? 0 : left > right ? -1 : 1;
  });
}

function pnlOf({ pnl }: TrialFigures): number {
  return pnl;
}

function sharpeOf({ returns }: TrialFigures): number {
  return returns?.sharpe ?? -Infinity;
}

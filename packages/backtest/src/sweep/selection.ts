import { expectedMaximumSharpe, probabilisticSharpe } from "./deflated_sharpe.ts";
import type { Trial } from "./trial.ts";

/** What it is worth that a trial is the best of many. */
export interface Selection {
  /** How many trials there were. */
  readonly trials: number;
  /** How many of them have a Sharpe ratio: at least 2 trades that are not equal. */
  readonly comparable: number;
  /** The Sharpe ratio a trade that the best of as many without any edge would show. */
  readonly expectedSharpe?: number;
  /** The Sharpe ratio a trade of the chosen trial. */
  readonly sharpe?: number;
  /**
   * The deflated Sharpe ratio: the probability that the chosen trial's true ratio is above
   * `expectedSharpe`. Absent without a ratio.
   */
  readonly probability?: number;
}

/**
 * Judges that `chosen` is the best of `trials`. All of them count as trials, also those without
 * trades; the variance of the ratios is the sample variance over those that have one, 0 for one.
 */
export function judgeSelection(chosen: Trial, trials: readonly Trial[]): Selection {
  const ratios = trials.flatMap(({ figures }) => figures.returns?.sharpe ?? []);
  const counts = { trials: trials.length, comparable: ratios.length };
  const returns = chosen.figures.returns;
  if (returns === undefined) return counts;
  const expectedSharpe = expectedMaximumSharpe(trials.length, sampleVariance(ratios));
  return {
    ...counts,
    expectedSharpe,
    sharpe: returns.sharpe,
    probability: probabilisticSharpe(returns, expectedSharpe),
  };
}

/** One sentence on what being the best of so many is worth. */
export function selectionSentence(selection: Selection): string {
  const { trials, expectedSharpe, sharpe, probability } = selection;
  if (expectedSharpe === undefined || sharpe === undefined || probability === undefined) {
    return `The best of ${trials} trials has too few trades to tell an edge from luck.`;
  }
  const shown = `a Sharpe ratio of ${sharpe.toFixed(3)} a trade`;
  const odds = `${(probability * 100).toFixed(1)} %`;
  if (trials === 1) {
    return `The one trial shows ${shown}; the probability that its true ratio is above 0 is ${odds}.`;
  }
  return `The best of ${trials} trials shows ${shown}, where luck alone lets the best of as many show ${
    expectedSharpe.toFixed(3)
  }; the probability that its true ratio is above that is ${odds} (deflated Sharpe ratio).`;
}

function sampleVariance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) * (each - mean), 0);
  return squares / (values.length - 1);
}

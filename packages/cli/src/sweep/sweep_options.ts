import { SsmdError } from "@ssmd/core";
import {
  parseWalkForward,
  type SweepGrid,
  type SweepMetric,
  trialCount,
  type WalkForward,
} from "@ssmd/backtest";
import { availableParallelism } from "node:os";
import { parseCount } from "../arguments.ts";
import { grouped } from "../ui/numbers.ts";

/** The options of `ssmd sweep` that say how trials are run and compared, as they are written. */
export interface TrialOptions {
  /** By what the best is chosen. */
  readonly metric: SweepMetric;
  /** How many threads. */
  readonly jobs?: string;
  /** How many trials at most share one reading of the data. */
  readonly perPass: string;
  /** How many trials are too many to begin without being told. */
  readonly maxTrials: string;
  /** `train=3d,test=1d[,step=1d]`. */
  readonly walkForward?: string;
}

/** {@link TrialOptions}, understood. */
export interface TrialSettings {
  /** By what the best is chosen. */
  readonly metric: SweepMetric;
  /** How many threads. */
  readonly jobs: number;
  /** How many trials at most share one reading of the data. */
  readonly perPass: number;
  /** The lengths of a walk-forward. */
  readonly walkForward?: WalkForward;
}

/**
 * Reads the options for a grid. Throws `SsmdError` `invalid_input`, also for a grid of more trials
 * than `--max-trials`.
 */
export function trialSettings(options: TrialOptions, grid: SweepGrid): TrialSettings {
  const { metric, jobs, perPass, maxTrials, walkForward } = options;
  const most = parseCount(maxTrials);
  const count = trialCount(grid);
  if (count > most) {
    throw new SsmdError(
      "invalid_input",
      `Cannot begin a sweep of ${grouped(count)} trials (${
        grid.axes.map(({ values }) => values.length).join(" × ")
      }): more than --max-trials ${grouped(most)}; name fewer values, or a higher limit`,
    );
  }
  return {
    metric,
    jobs: jobs === undefined ? availableParallelism() : parseCount(jobs),
    perPass: parseCount(perPass),
    ...(walkForward === undefined ? {} : { walkForward: parseWalkForward(walkForward) }),
  };
}

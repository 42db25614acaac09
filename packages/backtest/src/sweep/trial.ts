import type { Money } from "@ssmd/core";
import type { ReturnMoments } from "./return_moments.ts";
import type { TrialParameters } from "./sweep_grid.ts";

/** One configuration of a sweep and what it came to. */
export interface Trial {
  /** Identifies it as the run id of its own run does: by data, configuration and engine. */
  readonly id: string;
  /** What tells it from the others. */
  readonly parameters: TrialParameters;
  /** What it came to. */
  readonly figures: TrialFigures;
}

/** What a run came to, for a table. */
export interface TrialFigures {
  /** Closed positions. */
  readonly trades: number;
  /** Closed positions with a gain. */
  readonly wins: number;
  /** Positions that nothing closed; `pnl` has their fees and not what they are worth. */
  readonly open: number;
  /** The summary's total P&L; to the nearest unit where that is a double of dollars. */
  readonly pnl: Money;
  /** The fees that the summary knows: in profile `original` those of exits alone. */
  readonly fees: Money;
  /**
   * The largest fall from a peak: of the equity, or in profile `original`, which keeps none, of the
   * sum of the trades' P&L in closing order.
   */
  readonly maxDrawdown: Money;
  /** Trades whose market was stale in between; 0 in profile `original`, which ignores gaps. */
  readonly touchedGap: number;
  /** Moments of the trades' P&L; absent for fewer than 2 trades and for equal ones. */
  readonly returns?: ReturnMoments;
}

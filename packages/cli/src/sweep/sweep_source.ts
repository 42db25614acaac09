import type { CachePlace } from "../backtest/cache_options.ts";
import type { MomentumRunsOptions } from "../backtest/momentum_runs_options.ts";

/** What all trials of a sweep have in common, as plain data that can be sent to a thread. */
export interface SweepSource extends MomentumRunsOptions {
  /** The text of the base configuration; `configFile` is its name. */
  readonly configText: string;
  /** Where compiled columns are kept; absent for nowhere. */
  readonly cache?: CachePlace;
  /** Where the folder of each trial's run is written; absent to keep figures alone. */
  readonly runs?: string;
}

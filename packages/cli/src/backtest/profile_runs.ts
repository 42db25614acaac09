import type { HeatMap, MomentumConfig, TrialFigures } from "@ssmd/backtest";
import type { ReplayCache } from "@ssmd/core";
import type { FileContent } from "../run_folder.ts";

/** A configuration and the name of its run. */
export interface NamedConfig {
  /** The run's id. */
  readonly runId: string;
  /** The configuration. */
  readonly config: MomentumConfig;
}

/** How far a reading is. */
export interface ReadingProgress {
  /** Stored bytes begun. */
  readonly doneBytes: number;
  /** Stored bytes in all. */
  readonly totalBytes: number;
  /** Records read. */
  readonly records: number;
  /** Where the current records come from: a file, and whether its rows were in the cache. */
  readonly where: string;
}

/** How {@link ProfileRuns} run. */
export interface RunningOptions {
  /**
   * Whether everything is made that explains a run: decisions, the report and its what-if runs.
   * Figures and trades are the same with it and without. Default false.
   */
  readonly isFull?: boolean;
  /** Where compiled columns are kept; default nowhere. */
  readonly cache?: ReplayCache;
  /** Told from time to time. */
  readonly onProgress?: (progress: ReadingProgress) => void;
  /** Ends the run with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a run's folder holds, by file name. */
export type RunContent = Readonly<Record<string, FileContent>> & {
  readonly "summary.json": string;
};

/** What one configuration came to. */
export interface MomentumOutcome {
  /** Its figures in a table. */
  readonly figures: TrialFigures;
  /** What a reader should know before believing them, one sentence each. */
  readonly doubts: readonly string[];
  /** Whether stored data could not be read. */
  readonly isDamaged: boolean;
  /** The figures that a terminal shows, as names and texts. */
  readonly facts: readonly (readonly [string, string])[];
  /** The report, with what other trials of a sweep brought. Throws `TypeError` for a run that is not full. */
  report(heatMap?: HeatMap): string;
  /** What its run's folder holds. */
  files(): RunContent;
}

/** Runs configurations as one profile does. */
export interface ProfileRuns {
  /** What beside the data, the configuration and the engine decides about a run. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Runs them in one reading of the data; each gives what it would give alone. */
  run(
    configs: readonly NamedConfig[],
    dataSha256: string,
    options: RunningOptions,
  ): Promise<readonly MomentumOutcome[]>;
}

import type { TrialParameters } from "@ssmd/backtest";
import type { SourceOptions } from "../backtest/backtest_source.ts";
import type { LoggedTrial } from "./trial_log.ts";

/** A configuration that is to be run. */
export interface PlannedTrial {
  /** Its id, once its configuration was found to be valid. */
  readonly id: string;
  /** What it sets in the base configuration. */
  readonly parameters: TrialParameters;
}

/** Which days are run, as the command line gives them. */
export type DayChoice = Pick<SourceOptions, "from" | "to" | "dates">;

/** Trials that are run over the same days in one reading. */
export interface SweepPass {
  /** The days; nothing is carried over from others. */
  readonly days: DayChoice;
  /** SHA-256 of the days' data. */
  readonly dataSha256: string;
  /** The trials. */
  readonly trials: readonly PlannedTrial[];
}

/** Told how much of a pass is done, from 0 to 1. */
export type PassProgress = (share: number) => void;

/** Runs passes, one at a time. */
export interface PassRunner {
  /** Runs a pass and gives its trials in their order. */
  run(pass: SweepPass, onProgress: PassProgress): Promise<readonly LoggedTrial[]>;
  /** Ends what is under way, which then rejects, and frees what the runner holds; twice is safe. */
  close(): Promise<void>;
}

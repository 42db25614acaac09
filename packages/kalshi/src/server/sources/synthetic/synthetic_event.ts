import type { EpochMicros } from "@ssmd/core";
import type { SyntheticSeries } from "./synthetic_series.ts";

/** All markets of one series that close together. */
export interface SyntheticEvent {
  /** The event's ticker. */
  readonly ticker: string;
  /** Its series. */
  readonly series: SyntheticSeries;
  /** When its markets open. */
  readonly open: EpochMicros;
  /** When they close. */
  readonly close: EpochMicros;
  /** Where the value stood at the close, in the series' smallest unit; `undefined` before. */
  end: number | undefined;
}

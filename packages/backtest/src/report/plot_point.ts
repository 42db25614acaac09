import type { EpochMicros } from "@ssmd/core";

/** A point of a plot over time. */
export interface PlotPoint {
  /** When. */
  readonly time: EpochMicros;
  /** What is plotted, in the unit of its plot. */
  readonly value: number;
}

/** A stretch of time that a plot shades. */
export interface PlotBand {
  /** Where it begins. */
  readonly from: EpochMicros;
  /** Where it ends, not before `from`. */
  readonly to: EpochMicros;
}

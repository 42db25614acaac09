import type { EpochMicros } from "@ssmd/core";

/** When something is: `now` for what is due, `at` for records. */
export interface Moment {
  /** Milliseconds that only ever grow. */
  readonly now: number;
  /** The time of day. */
  readonly at: EpochMicros;
}

import type { EpochMicros, LossReason, SavedBook } from "@ssmd/core";
import type { SavedWatch } from "./coverage.ts";
import type { SavedQuote } from "./market_quote.ts";

/**
 * What a run has read, as plain data; see `ObservedData`.
 * @internal
 */
export interface SavedData {
  /** Rows by kind. */
  readonly rows: readonly number[];
  /** Frames. */
  readonly frames: number;
  /** Gaps by reason. */
  readonly gaps: Readonly<Record<LossReason, number>>;
  /** When the first row was received; absent before any. */
  readonly first?: EpochMicros;
  /** When the last row was received; absent before any. */
  readonly last?: EpochMicros;
  /** Book rows that named no market. */
  readonly unattributed: number;
  /** The markets in the order in which they came up. */
  readonly markets: readonly SavedMarket[];
}

/**
 * One market of {@link SavedData}.
 * @internal
 */
export interface SavedMarket {
  /** Its ticker. */
  readonly ticker: string;
  /** How many gaps concerned it. */
  readonly losses: number;
  /** Its recorded book, where there was a row about it. */
  readonly book?: SavedBook;
  /** Its last quotes, where there was a ticker. */
  readonly quote?: SavedQuote;
  /** Its coverage, where it is watched. */
  readonly watch?: SavedWatch;
}

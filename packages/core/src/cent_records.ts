import type { EpochMicros } from "./clock.ts";

/** What kind of record a row of {@link CentRecords} is. */
export const CentRecordKind = {
  /** Any other type: it moves the market's time and nothing else. */
  other: 0,
  /** A `ticker`. */
  ticker: 1,
  /** A `trade`. */
  trade: 2,
} as const;
/** One of the values of {@link CentRecordKind}. */
export type CentRecordKind = typeof CentRecordKind[keyof typeof CentRecordKind];

/**
 * Archived records as the original momentum engine reads them: doubles in cents, contracts and whole
 * dollars, NaN where a record gives no value. One row per line with an object `msg` and a market, in
 * the order of the lines. Columns are valid up to `length` and until the next batch.
 */
export interface CentRecords {
  /** How many rows are filled. */
  readonly length: number;
  /** Tickers by the ids of {@link market}; grows, ids keep their meaning. */
  readonly tickers: readonly string[];
  /** {@link CentRecordKind} of each row. */
  readonly kind: Uint8Array;
  /** Index in {@link tickers}. */
  readonly market: Uint32Array;
  /** Exchange time in seconds; 0 where absent. */
  readonly ts: Float64Array;
  /** YES price in cents. */
  readonly price: Float64Array;
  /** 1 for yes, 2 for no, 0 for anything else. */
  readonly side: Uint8Array;
  /** Contracts traded over the market's life. */
  readonly volume: Float64Array;
  /** Dollars traded over the market's life. */
  readonly dollarVolume: Float64Array;
  /** Best bid and ask in cents. */
  readonly yesBid: Float64Array;
  /** Best bid and ask in cents. */
  readonly yesAsk: Float64Array;
  /** Best bid and ask in cents, as given: never derived from YES. */
  readonly noBid: Float64Array;
  /** Best bid and ask in cents, as given: never derived from YES. */
  readonly noAsk: Float64Array;
  /** Contracts of a trade. */
  readonly count: Float64Array;
  /** When the newest row was received, by its exchange time where it does not say; 0 before. */
  readonly lastReceivedAt: EpochMicros;
}

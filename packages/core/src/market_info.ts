import type { EpochMicros } from "./clock.ts";
import type { Price } from "./fixed_point.ts";

/** What is known of a market beside its data. */
export interface MarketInfo {
  /** The market's ticker. */
  readonly ticker: string;
  /** The event that the market belongs to. */
  readonly eventTicker?: string;
  /** The series that the event belongs to; never guessed from the ticker's text. */
  readonly seriesTicker?: string;
  /** For people. */
  readonly title?: string;
  /** When trading opens. */
  readonly openTime?: EpochMicros;
  /** When trading closes, by the newest of what is known. */
  readonly closeTime?: EpochMicros;
  /**
   * What was known of the close before, in the order in which it became known; absent when nobody
   * can tell. Who may not know more than at the time takes the close from here.
   */
  readonly closes?: readonly KnownClose[];
  /** What the market paid, once that is known. */
  readonly settlement?: Settlement;
}

/** A close as it was known from a moment on, until the next one. */
export interface KnownClose {
  /** From when on it was known; of the first one, by when at the latest. */
  readonly time: EpochMicros;
  /** When trading closes. */
  readonly closeTime: EpochMicros;
}

/** What a market paid, and when that could be known. */
export interface Settlement {
  /** What one YES contract pays, $0 to $1; a NO contract pays $1 minus this. */
  readonly yesValue: Price;
  /** When the exchange settled the market. */
  readonly time: EpochMicros;
  /** Where `time` comes from: the exchange's own settlement time, or else the close of trading. */
  readonly timeSource: "settlement_ts" | "close_time";
}

/** Says what a market paid. */
export interface SettlementSource {
  /** Names the source in a result. */
  readonly name: string;
  /** The settlement of `ticker`, or `undefined` while it has none. */
  settlementOf(ticker: string): Settlement | undefined;
}

import type { EpochMicros, Price, Quantity } from "@ssmd/core";
import type { BookSnapshotEvent } from "../../exchange_event.ts";
import { NO, type SyntheticBook, YES } from "./synthetic_book.ts";
import type { SyntheticEvent } from "./synthetic_event.ts";

/** A made-up market: what it asks, its book, and what was traded in it. */
export class SyntheticMarket {
  /** The market's ticker. */
  readonly ticker: string;
  /** The event that it belongs to. */
  readonly event: SyntheticEvent;
  /** Its place among all markets of its quarter hour. */
  readonly index: number;
  /** Yes is for a value at or above this, in the series' smallest unit. */
  readonly strike: number;
  /** Its book once somebody did something, until shortly after the close. */
  book: SyntheticBook | undefined;
  /** How often its book changed. */
  changes = 0;
  /** The last trade's YES price; 0 before any. */
  lastPrice: Price = 0;
  /** Contracts of the last trade. */
  lastSize: Quantity = 0;
  /** Contracts traded. */
  volume: Quantity = 0;
  /** Contracts open. */
  openInterest: Quantity = 0;

  /** Nothing has happened in it yet. */
  constructor(ticker: string, event: SyntheticEvent, index: number, strike: number) {
    this.ticker = ticker;
    this.event = event;
    this.index = index;
    this.strike = strike;
  }

  /** The result: known once the value at the close is, `undefined` before. */
  get result(): "yes" | "no" | undefined {
    const { end } = this.event;
    return end === undefined ? undefined : end >= this.strike ? "yes" : "no";
  }

  /** The book as a whole, empty when there is none. */
  snapshot(time: EpochMicros): BookSnapshotEvent {
    return {
      kind: "snapshot",
      time,
      ticker: this.ticker,
      yes: this.book?.ladder(YES) ?? [],
      no: this.book?.ladder(NO) ?? [],
    };
  }
}

import type { BookLevel, EpochMicros, Side } from "@ssmd/core";
import type { OrderId, OrderReport, RefusalReason } from "./order.ts";

/** Why an order was given and what it met; see {@link BacktestVariant.onDecision}. */
export interface Decision {
  /** The order. */
  readonly order: OrderId;
  /** When the strategy decided. */
  readonly time: EpochMicros;
  /** The market's ticker. */
  readonly ticker: string;
  /** Whether contracts were to be bought or sold. */
  readonly action: "buy" | "sell";
  /** Which outcome they pay on. */
  readonly side: Side;
  /** The group of the position. */
  readonly group: string;
  /** What the strategy said, as plain data. */
  readonly because: Readonly<Record<string, unknown>>;
  /** When the order reached the market; absent when the run ended before. */
  readonly arrival?: EpochMicros;
  /** What was displayed then; absent when nothing was known. */
  readonly book?: DisplayedBook;
  /** What became of the order last; absent when the run ended before it reached the market. */
  readonly status?: OrderReport["status"];
  /** With `refused`: why. */
  readonly refusal?: RefusalReason;
  /** How each fill's fee came about, in words and figures; as far as the fee model can tell. */
  readonly fees: readonly string[];
}

/** The best levels of a market at one moment. */
export interface DisplayedBook {
  /** Recorded levels, or the best quotes of a ticker. */
  readonly source: "book" | "quote";
  /** Whether it might have been wrong. */
  readonly stale: boolean;
  /** Up to 5 YES bids, best first. */
  readonly yes: readonly BookLevel[];
  /** Up to 5 NO bids, best first. */
  readonly no: readonly BookLevel[];
}

import type { EpochMicros } from "../clock.ts";
import type { EventKind } from "./event_kind.ts";
import type { Price, Quantity } from "../fixed_point.ts";
import type { Quote } from "./quote_columns.ts";

/** Which outcome a contract pays on. */
export type Side = "yes" | "no";

/** The name of an {@link EventKind}. */
export type EventKindName = keyof typeof EventKind;

/** One row of an {@link EventBatch} as an object; what the row does not have is absent. */
export interface MarketEvent {
  /** What the row says. */
  readonly kind: EventKindName;
  /** The market's ticker. */
  readonly market?: string;
  /** The exchange's time. */
  readonly tsEvent?: EpochMicros;
  /** Our receive time. */
  readonly tsRecv: EpochMicros;
  /** The ladder, or what a trade's taker bought. */
  readonly side?: Side;
  /** For a trade and a ticker the YES price, for levels and deltas the price of `side`'s bid. */
  readonly price?: Price;
  /** Contracts: resting, traded, or the signed change of a delta. */
  readonly size?: Quantity;
  /** The rest of a ticker. */
  readonly quote?: Quote;
  /** The parsed frame, or the gap. */
  readonly detail?: unknown;
  /** A trade negotiated off the book. */
  readonly blockTrade?: true;
  /** Whether this is the last row of its frame. */
  readonly last: boolean;
}

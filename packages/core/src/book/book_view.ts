import type { Price, Quantity } from "../fixed_point.ts";
import type { Side } from "../events/market_event.ts";

/** One price and what rests there. */
export interface BookLevel {
  /** The price. */
  readonly price: Price;
  /** Contracts. */
  readonly size: Quantity;
}

/**
 * A binary market's one book, seen as two ladders of resting bids. A YES bid at p is a NO ask at
 * $1 − p, so asks are derived and never stored.
 */
export interface BookView {
  /** Whether the book may be wrong: no snapshot yet, a gap since, or an inconsistency. */
  readonly stale: boolean;
  /** The highest bid for `side`. */
  bestBid(side: Side): BookLevel | undefined;
  /** The lowest ask for `side`: $1 minus the other side's best bid. */
  bestAsk(side: Side): BookLevel | undefined;
  /** Up to `depth` bids for `side`, best first. */
  bids(side: Side, depth?: number): BookLevel[];
  /** Up to `depth` asks for `side`, best first. */
  asks(side: Side, depth?: number): BookLevel[];
}

import type {
  BookView,
  EpochMicros,
  EventBatch,
  MarketInfo,
  Money,
  Price,
  Quantity,
  Side,
} from "@ssmd/core";
import type { ChargedFill, Position } from "./portfolio.ts";

/** What a strategy may know of a market: not what it will pay. */
export type OpenMarket = Omit<MarketInfo, "settlement">;

/** An alarm that a strategy has set. */
export interface Timer {
  /** The time that was asked for; the clock is later when that had passed already. */
  readonly at: EpochMicros;
  /** What the strategy called it. */
  readonly tag: string;
}

/** Why an order got nothing. */
export type RefusalReason =
  /** No market information for the ticker. */
  | "unknown market"
  /** Not trading: before it opens, from its close on, or settled. */
  | "closed"
  /** No row about the market's book so far. */
  | "no book"
  /** The book may be wrong, and the fill model does not trade on that. */
  | "stale book"
  /** Nothing is displayed on the other side, at least within the limit. */
  | "no liquidity"
  /** More was to be sold than is held. */
  | "not held"
  /** What the exchange would have charged is not known. */
  | "unknown fee"
  /** The cash does not pay for what was filled and its fees. */
  | "cash";

/** What became of an order. It is over at once: what is not filled does not rest. */
export type OrderResult =
  /** All of it was filled. */
  | { readonly status: "filled"; readonly fills: readonly ChargedFill[] }
  /** The book was too thin: `missing` contracts were not filled. */
  | {
    readonly status: "partial";
    readonly fills: readonly ChargedFill[];
    readonly missing: Quantity;
  }
  /** Nothing was filled and nothing has changed. */
  | { readonly status: "refused"; readonly reason: RefusalReason };

/** The optional parts of an order. */
export interface OrderOptions {
  /** The worst price that is taken, of the order's side. Default: any. */
  readonly limit?: Price;
  /** What a trade that this order closes says as its reason. Default `sell`. */
  readonly reason?: string;
}

/** What a strategy sees and can do. The clock moves by the data alone. */
export interface StrategyContext {
  /** Now, on the receive clock; 0 before the first record. */
  readonly now: EpochMicros;
  /** The markets of the run, in the order in which they were given. */
  readonly markets: readonly OpenMarket[];
  /** What can be spent. */
  readonly cash: Money;
  /** The positions that are open, in the order in which they were opened. */
  readonly positions: readonly Position[];
  /**
   * The market's information, or `undefined` when the run has none. Its close is the final one: for
   * a market that closed early, no one knew that time before.
   */
  market(ticker: string): OpenMarket | undefined;
  /** The market's recorded book as of now, or `undefined` before any row about it. A live view. */
  book(ticker: string): BookView | undefined;
  /** The position in `side` of `ticker`, while there is one. */
  position(ticker: string, side: Side): Position | undefined;
  /**
   * Calls the strategy's `onTimer` once everything received up to `at` has been applied. A time that
   * has passed means now. Throws `RangeError` when `at` is not a number.
   */
  setTimer(at: EpochMicros, tag: string): void;
  /**
   * Buys up to `quantity` contracts of `side` now, as far as the fill model lets it. Throws
   * `RangeError` when `quantity` is not a positive integer.
   */
  buy(ticker: string, side: Side, quantity: Quantity, options?: OrderOptions): OrderResult;
  /** Sells up to `quantity` contracts that are held, otherwise like {@link buy}. */
  sell(ticker: string, side: Side, quantity: Quantity, options?: OrderOptions): OrderResult;
  /** Notes in the result why the strategy leaves a market alone. */
  markSkipped(ticker: string, reason: string): void;
}

/** Values that say how a strategy is set up; they stand in the result. */
export type StrategyParameters = Readonly<Record<string, string | number | boolean>>;

/**
 * Decides what to trade. It is handed everything it may know, so that the same data give the same
 * decisions: no clock, no randomness and no I/O of its own.
 */
export interface Strategy {
  /** Names the strategy in a result. */
  readonly name: string;
  /** How it is set up, for the result. */
  readonly parameters?: StrategyParameters;
  /** Called once, before any data. */
  start?(context: StrategyContext): void;
  /**
   * Called after each row of the data has been applied. State is consistent at the last row of a
   * frame (`FLAG_LAST`); within a snapshot's frame its book is still being filled. The batch is
   * reused: copy what is to be kept.
   */
  onEvent?(context: StrategyContext, batch: EventBatch, row: number): void;
  /** Called when a timer is due, between two records. */
  onTimer?(context: StrategyContext, timer: Timer): void;
}

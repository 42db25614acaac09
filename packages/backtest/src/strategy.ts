import type { BookView, EpochMicros, EventBatch, MarketInfo, Money, Price, Side } from "@ssmd/core";
import type { NewOrder, OrderId, OrderReport } from "./order.ts";
import type { Position } from "./portfolio.ts";

/**
 * What a strategy may know of a market at the start: not what it will pay, nor how its close will
 * move. `closeTime` is the close that was known then.
 */
export type OpenMarket = Omit<MarketInfo, "settlement" | "closes">;

/** An alarm that a strategy has set. */
export interface Timer {
  /** The time that was asked for; the clock is later when that had passed already. */
  readonly at: EpochMicros;
  /** What the strategy called it. */
  readonly tag: string;
}

/** What a strategy sees and can do. The clock moves by the data alone. */
export interface StrategyContext {
  /** Now, on the receive clock; 0 before the first record. */
  readonly now: EpochMicros;
  /** The markets of the run, in the order in which they were given. */
  readonly markets: readonly OpenMarket[];
  /** What can be spent, less what resting buy orders hold back. */
  readonly cash: Money;
  /** Cash and positions at what they could be sold for now: the best bid of their side, else the last one known. */
  readonly equity: Money;
  /** The positions that are open, in the order in which they were opened. */
  readonly positions: readonly Position[];
  /** The market's information as of the start, or `undefined` when the run has none. */
  market(ticker: string): OpenMarket | undefined;
  /** When the market closes, as far as that is known now; `undefined` while it is not. */
  closeTime(ticker: string): EpochMicros | undefined;
  /**
   * The market's recorded book as of now; where the data have none, the best quotes of its last
   * ticker as a book of one level a side; `undefined` before either. A live view.
   */
  book(ticker: string): BookView | undefined;
  /** The price of the best bid that {@link book} shows; allocates nothing, for every row. */
  bestBid(ticker: string, side: Side): Price | undefined;
  /**
   * Whether the run trades nothing in the market for now, because what the data show of it may be
   * wrong, or because they show nothing. A run that ignores gaps trusts whatever is shown.
   */
  isStale(ticker: string): boolean;
  /** The position in `side` of `ticker` that belongs to `group` (default `""`), while there is one. */
  position(ticker: string, side: Side, group?: string): Position | undefined;
  /** Whether an order of the run in `ticker` is on its way to the market or rests there. */
  isOrdering(ticker: string): boolean;
  /**
   * Calls the strategy's `onTimer` once everything received up to `at` has been applied. A time that
   * has passed means now. Timers go on after the last record, up to the last thing that was due when
   * the data ended; those set for later are dropped and counted. Throws `RangeError` when `at` is not a number.
   */
  setTimer(at: EpochMicros, tag: string): void;
  /**
   * Sends an order, which reaches the market after the run's latency; `onOrder` hears of it then, and
   * without latency once the strategy's current callback has returned. One that would arrive after
   * the last record of the data is refused. Throws `RangeError` when the quantity is not a positive
   * integer, or a maker order has no limit.
   */
  submit(order: NewOrder): OrderId;
  /** Cancels what rests of an order, after the run's latency; nothing when it is over by then. */
  cancel(id: OrderId): void;
  /**
   * Notes in the result why the strategy leaves a market alone, in place of what it said of it before;
   * dropped when it trades the market all the same.
   */
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
  /** Plain data for the result's `notes`, asked for at the end. */
  report?(): Readonly<Record<string, unknown>>;
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
  /**
   * Called when {@link StrategyContext.closeTime} of a market has changed: an announcement in the
   * data or newer market information said so. It may have passed already.
   */
  onCloseTime?(context: StrategyContext, ticker: string): void;
  /** Called for each change of an order of this strategy. */
  onOrder?(context: StrategyContext, report: OrderReport): void;
  /** Called when the exchange paid out a market in which the strategy held something. */
  onSettled?(context: StrategyContext, ticker: string): void;
}

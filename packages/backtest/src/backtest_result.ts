import type { EpochMicros, EventKindName, Money, Price, Quantity, Side } from "@ssmd/core";
import type { Coverage } from "./coverage.ts";
import type { EquityPoint } from "./equity_point.ts";
import type { GapPolicy } from "./gap_policy.ts";
import type { OrderCounts } from "./order_counts.ts";
import type { StrategyParameters } from "./strategy.ts";
import type { Trade } from "./trade.ts";

/** What a run found out, as plain data: nothing in it depends on the machine or the day. */
export interface BacktestResult {
  /** What decided. */
  readonly strategy: { readonly name: string; readonly parameters: StrategyParameters };
  /** The names of what the run assumed. */
  readonly models: {
    /** How orders that take were filled. */
    readonly fills: string;
    /** How orders that rest were filled. */
    readonly makers: string;
    /** From the decision to the exchange. */
    readonly latency: EpochMicros;
    /** What a gap did to its markets. */
    readonly gaps: GapPolicy;
    /** What was charged. */
    readonly fees: string;
    /** Where results came from. */
    readonly settlements: string;
  };
  /** Whose time the data were ordered by: ours at reception, or the exchange's where we have none. */
  readonly clock: "receive" | "exchange";
  /** What was read. */
  readonly data: DataSummary;
  /** How the markets that were given and those in the data match. */
  readonly markets: MarketCounts;
  /** Where the money is. */
  readonly portfolio: PortfolioSummary;
  /** The closed positions, in the order in which they closed. */
  readonly trades: readonly Trade[];
  /**
   * Equity over time: at every change of the ledger, at the end of the data, and at multiples of the
   * run's interval while positions are open. Beyond 100,000 points every second one is left out, but
   * never the highest, the lowest, or that of the largest drawdown.
   */
  readonly equity: readonly EquityPoint[];
  /** The largest drawdown of the equity, and what share of the equity's peak that was, in 1/1,000,000. */
  readonly drawdown: { readonly money: Money; readonly sharePpm: number };
  /** What the strategy wants to say of itself; see {@link Strategy.report}. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** Positions whose market has no result. */
  readonly open: readonly OpenPosition[];
  /** What became of the orders. */
  readonly orders: Readonly<OrderCounts>;
  /**
   * Markets that the strategy left alone and never traded, and why by its last word, in the order in
   * which it said so.
   */
  readonly skipped: readonly SkippedMarket[];
  /**
   * The markets that the run entered before the close that it went by can be said to have been known:
   * nothing tells whether an early close was announced by then.
   */
  readonly hindsightCloses: readonly string[];
  /** Timers that were set after the data's end for a time past everything due by then. */
  readonly timersDropped: number;
  /** What the data lack. */
  readonly coverage: Coverage;
}

/** What a run has read. */
export interface DataSummary {
  /** When the first record was received; absent without data. */
  readonly first?: EpochMicros;
  /** When the last record was received; absent without data. */
  readonly last?: EpochMicros;
  /** Frames. */
  readonly frames: number;
  /** Rows by kind; a frame has one or more. */
  readonly events: Readonly<Record<EventKindName, number>>;
  /** Rows whose receive time lay before the clock; they were applied without setting it back. */
  readonly late: number;
}

/** How many markets there were. */
export interface MarketCounts {
  /** Markets given to the run; those in the data when it was given none and may trade all. */
  readonly given: number;
  /** Of those, markets with rows in the data, other than announcements of their lifecycle. */
  readonly withData: number;
  /** Of those, the others. */
  readonly withoutData: number;
  /** Of those, markets with a result. */
  readonly settled: number;
  /** Markets in the data, not only announced, that were not given: followed, but not traded. */
  readonly notGiven: number;
}

/** The ledger at the end. */
export interface PortfolioSummary {
  /** The cash at the start. */
  readonly startingBalance: Money;
  /** The cash at the end. */
  readonly balance: Money;
  /**
   * Cash and open positions at what they could be sold for last; absent when one of those has never
   * had a bid.
   */
  readonly equity?: Money;
  /** What open positions cost, without fees. */
  readonly openCost: Money;
  /** What closed contracts brought beyond their cost, before fees. */
  readonly realised: Money;
  /** All fees, those of open positions included. */
  readonly fees: Money;
  /** `realised − fees`. */
  readonly totalPnl: Money;
}

/** A position that nothing closed. */
export interface OpenPosition {
  /** The market's ticker. */
  readonly ticker: string;
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** The group of the position. */
  readonly group: string;
  /** Contracts held. */
  readonly contracts: Quantity;
  /** What they cost, without fees. */
  readonly cost: Money;
  /** When the first contract was bought. */
  readonly entryTime: EpochMicros;
  /** The best bid of its side, the last one that is known; absent when there never was one. */
  readonly mark?: Price;
}

/** A market that the strategy left alone. */
export interface SkippedMarket {
  /** The market's ticker. */
  readonly ticker: string;
  /** Why, in the strategy's words. */
  readonly reason: string;
  /** When it said so; 0 before the first record. */
  readonly time: EpochMicros;
}

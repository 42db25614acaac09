import type { EpochMicros, EventKindName, Money, Quantity, Side } from "@ssmd/core";
import type { Coverage } from "./coverage.ts";
import type { OrderCounts } from "./order_desk.ts";
import type { StrategyParameters } from "./strategy.ts";
import type { Trade } from "./trade.ts";

/** What a run found out, as plain data: nothing in it depends on the machine or the day. */
export interface BacktestResult {
  /** What decided. */
  readonly strategy: { readonly name: string; readonly parameters: StrategyParameters };
  /** The names of what the run assumed. */
  readonly models: {
    /** How orders were filled. */
    readonly fills: string;
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
  /** Positions whose market has no result: open, and worth nobody knows what. */
  readonly open: readonly OpenPosition[];
  /** What became of the orders. */
  readonly orders: Readonly<OrderCounts>;
  /** Markets that the strategy left alone, and why, in the order in which it said so. */
  readonly skipped: readonly SkippedMarket[];
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
  /** Markets given to the run. */
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
  /** What everything is worth at the end; absent while a position is open, which has no price. */
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
  /** Contracts held. */
  readonly contracts: Quantity;
  /** What they cost, without fees. */
  readonly cost: Money;
  /** When the first contract was bought. */
  readonly entryTime: EpochMicros;
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

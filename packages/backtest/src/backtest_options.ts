import type { EventBatch, FeeModel, MarketInfo, Money, SettlementSource } from "@ssmd/core";
import type { FillModel } from "./fill_model.ts";
import type { Strategy } from "./strategy.ts";

/** What a backtest needs. */
export interface BacktestOptions {
  /** The data in the order of their receive time, all with one symbol table. */
  readonly batches: AsyncIterable<EventBatch>;
  /** What decides. */
  readonly strategy: Strategy;
  /** The markets that may be traded; other markets in the data are followed only. */
  readonly markets: readonly MarketInfo[];
  /** What the markets paid. A market that it does not know stays open and unpriced. */
  readonly settlements: SettlementSource;
  /** What the exchange charges. */
  readonly fees: FeeModel;
  /** How orders are filled. Default `walkBook`. */
  readonly fills?: FillModel;
  /** The cash at the start. Default $10,000. */
  readonly startingBalance?: Money;
  /** Whose time orders the data, for the result. Default `receive`. */
  readonly clock?: "receive" | "exchange";
  /** Ends the run between two batches by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

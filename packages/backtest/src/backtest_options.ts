import type {
  EpochMicros,
  EventBatch,
  FeeModel,
  MarketInfo,
  Money,
  SettlementSource,
} from "@ssmd/core";
import type { Decision } from "./decision.ts";
import type { FillModel } from "./fill_model.ts";
import type { GapPolicy } from "./gap_policy.ts";
import type { MakerModel } from "./maker_model.ts";
import type { Strategy } from "./strategy.ts";

/** What several runs have in common: the data, read once. */
export interface BacktestData {
  /** The data in the order of their receive time, all with one symbol table. */
  readonly batches: AsyncIterable<EventBatch>;
  /**
   * The markets that may be traded; other markets in the data are followed only. Without it every
   * market in the data may be traded, and nothing is known of it but the closes that the data announce.
   */
  readonly markets?: readonly MarketInfo[];
  /** What the markets paid. A market that it does not know stays open, at what it could be sold for. */
  readonly settlements: SettlementSource;
  /** Told of each row once, after it was applied and before any strategy is. */
  readonly followers?: readonly RowFollower[];
  /** Whose time orders the data, for the result. Default `receive`. */
  readonly clock?: "receive" | "exchange";
  /** Ends the run between two batches by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Follows the data beside the strategies; what it keeps, several strategies may read. */
export interface RowFollower {
  /** Row `row` of `batch` was applied at `time`. */
  apply(batch: EventBatch, row: number, time: EpochMicros): void;
}

/** One run over the data: what decides, and what it is charged. */
export interface BacktestVariant {
  /** What decides. */
  readonly strategy: Strategy;
  /** What the exchange charges. */
  readonly fees: FeeModel;
  /** How orders that take are filled. Default `walkBook`. */
  readonly fills?: FillModel;
  /** How orders that rest are filled. Default `queueMaker`. */
  readonly makers?: MakerModel;
  /** From the decision to the exchange. Default 0. */
  readonly latency?: EpochMicros;
  /** What a gap does to its markets. Default `halt`. */
  readonly gaps?: GapPolicy;
  /** The cash at the start. Default $10,000. */
  readonly startingBalance?: Money;
  /** Data time between two equity points while a position is open. Default 5 minutes. */
  readonly equityInterval?: EpochMicros;
  /**
   * Told why each order was given and what it met, once the order is over or else when the run ends.
   * The decision is the listener's to keep. Without a listener nothing of it is noted.
   */
  readonly onDecision?: (decision: Decision) => void;
}

/** What a backtest needs. */
export interface BacktestOptions extends BacktestData, BacktestVariant {}

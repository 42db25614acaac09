import type { EpochMicros, Price } from "@ssmd/core";
import type { SkippedMarket } from "./backtest_result.ts";
import type { SavedClose } from "./close_schedule.ts";
import type { SavedEquity } from "./equity_curve.ts";
import type { SavedDesk } from "./order_desk.ts";
import type { SavedPortfolio } from "./portfolio.ts";
import type { SavedAgenda } from "./run_agenda.ts";
import type { SavedData } from "./saved_data.ts";
import type { SavedSettlements } from "./settlement_schedule.ts";
import type { Trade } from "./trade.ts";

/** A `Simulation` as plain data, which JSON keeps as it is. */
export interface SavedSimulation {
  /** The version of this shape. */
  readonly version: 1;
  /** The time of the clock. */
  readonly now: EpochMicros;
  /** Rows whose receive time lay before the clock. */
  readonly late: number;
  /** What was read. */
  readonly data: SavedData;
  /** What markets pay, as far as that is known. */
  readonly settlements: SavedSettlements;
  /** When markets close, as far as that is known. */
  readonly closes: readonly SavedClose[];
  /** The runs, in the order of their variants. */
  readonly runs: readonly SavedRun[];
}

/** One run of a {@link SavedSimulation}; its strategy has its own state. */
export interface SavedRun {
  /** The time of its clock. */
  readonly now: EpochMicros;
  /** Timers and orders at that time so far. */
  readonly stepsAtOnce: number;
  /** What is still to happen. */
  readonly agenda: SavedAgenda;
  /** The ledger. */
  readonly portfolio: SavedPortfolio;
  /** The prices that are remembered of open positions, in their order; null for none. */
  readonly marks: readonly (Price | null)[];
  /** The orders. */
  readonly desk: SavedDesk;
  /** The equity so far. */
  readonly equity: SavedEquity;
  /** The closed positions. */
  readonly trades: readonly Trade[];
  /** What the strategy said last of markets that it left alone, in that order. */
  readonly skipped: readonly SkippedMarket[];
}

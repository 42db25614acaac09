import type { EpochMicros, Money, Quantity, Side } from "@ssmd/core";
import type { EquityPoint } from "../equity_point.ts";
import type { Breakdown } from "./breakdown.ts";
import type { GapBand } from "./gap_recorder.ts";
import type { HeatMap } from "./heat_map.ts";
import type { PlotPoint } from "./plot_point.ts";
import type { ReportTrade } from "./report_trade.ts";

/** A run as the report shows it, whatever profile it had. Nothing in it is computed from a clock. */
export interface ReportModel {
  /** Names the run. */
  readonly runId: string;
  /** How the run computed, `default` or `original`. */
  readonly profile: string;
  /** What decided. */
  readonly strategy: string;
  /** Whose time ordered the data. */
  readonly clock: "receive" | "exchange";
  /** When the first record was received; absent without data. */
  readonly first?: EpochMicros;
  /** When the last record was received; absent without data. */
  readonly last?: EpochMicros;
  /** The money. */
  readonly money: ReportMoney;
  /** The equity over time, ascending. */
  readonly equity: readonly EquityPoint[];
  /** Whether {@link equity} shows only closed positions, since open ones were not marked. */
  readonly equityIsRealised: boolean;
  /** The closed positions, in the order of `trades.jsonl`. */
  readonly trades: readonly ReportTrade[];
  /** Positions that nothing closed. */
  readonly open: readonly ReportPosition[];
  /** The trades taken apart. */
  readonly breakdown: Breakdown;
  /** The YES price of a market over time, in units of `Price`; empty where it is not known. */
  readonly prices: (ticker: string) => readonly PlotPoint[];
  /** What the data lack. */
  readonly gaps: readonly GapBand[];
  /** P&L under other latencies and fees; empty when nobody tried. */
  readonly sensitivity: readonly SensitivityRow[];
  /** What a reader should know before believing the figures, one sentence each. */
  readonly warnings: readonly string[];
  /** What was assumed, as names and values: fill models, latency, fees, gap policy … */
  readonly assumptions: readonly NamedText[];
  /** Hashes of data, configuration and code, as names and values. */
  readonly fingerprints: readonly NamedText[];
  /** The configuration, as plain data. */
  readonly config: unknown;
  /** The results of a sweep over two parameters. */
  readonly heatMap?: HeatMap;
}

/** A name and a text. */
export type NamedText = readonly [name: string, text: string];

/** The figures at the top of a report. */
export interface ReportMoney {
  /** The cash at the start. */
  readonly startingBalance: Money;
  /** The cash at the end. */
  readonly balance: Money;
  /** What everything is worth at the end; absent while a position has no price. */
  readonly equity?: Money;
  /** Realised less all fees. */
  readonly totalPnl: Money;
  /** All fees, those of open positions included. */
  readonly fees: Money;
  /** The largest drawdown of {@link ReportModel.equity}. */
  readonly drawdown: Money;
  /** What share of the equity's peak that was, in 1/1,000,000. */
  readonly drawdownPpm: number;
}

/** A position that nothing closed. */
export interface ReportPosition {
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

/** What the same rules would have made under another assumption. */
export interface SensitivityRow {
  /** The assumption, such as `latency 500 ms, fees × 1.5`. */
  readonly label: string;
  /** What came out, net of fees. */
  readonly pnl: Money;
  /** Trades closed. */
  readonly trades: number;
  /** Whether this is the run of the report itself. */
  readonly isBase?: boolean;
}

import type { EpochMicros, SettlementSource } from "@ssmd/core";
import type { Coverage } from "../coverage.ts";
import type { EquityPoint } from "../equity_point.ts";
import { type Calibration, calibrationOf } from "./calibration.ts";
import { type CoverageFigures, coverageFigures } from "./data_coverage.ts";
import { type Exposure, exposureOf } from "./exposure.ts";
import type { ReportTrade } from "./report_trade.ts";
import { figuresBy, figuresOf, type NamedFigures, type TradeFigures } from "./trade_figures.ts";

/** What a breakdown is made from; every `BacktestResult` is one. */
export interface BreakdownInput {
  /** The closed positions. */
  readonly trades: readonly ReportTrade[];
  /** Equity over time. */
  readonly equity: readonly EquityPoint[];
  /** The time that the data span; both absent without data. */
  readonly data: { readonly first?: EpochMicros; readonly last?: EpochMicros };
  /** What the data lack; absent where nobody looked. */
  readonly coverage?: Pick<Coverage, "gaps" | "markets">;
}

/** A result taken apart, in exact units. */
export interface Breakdown {
  /** All trades. */
  readonly total: TradeFigures;
  /** By the group of the position, which names the signals that agreed. */
  readonly byModel: readonly NamedFigures[];
  /** By what closed the position. */
  readonly byReason: readonly NamedFigures[];
  /** By the UTC hour of the entry, `00` to `23`; hours without trades are left out. */
  readonly byHour: readonly NamedFigures[];
  /** By what the fills rest on; a trade counts under each of its assumptions. */
  readonly byAssumption: readonly NamedFigures[];
  /** The trades that touched a gap. */
  readonly touchedGap: TradeFigures;
  /** Money in open positions. */
  readonly exposure: Exposure;
  /** Prices paid against outcomes. */
  readonly calibration: Calibration;
  /** What the data show; absent where nobody looked. */
  readonly coverage?: CoverageFigures;
}

/** Takes a result apart; `settlements` says how the markets ended, for the calibration. */
export function breakdownOf(
  { trades, equity, data, coverage }: BreakdownInput,
  settlements: SettlementSource,
): Breakdown {
  const { first = 0, last = first } = data;
  return {
    total: figuresOf(trades),
    byModel: figuresBy(trades, ({ group }) => group),
    byReason: figuresBy(trades, ({ reason }) => reason),
    byHour: figuresBy(trades, ({ entryTime }) => hourOf(entryTime)),
    byAssumption: byAssumption(trades),
    touchedGap: figuresOf(trades.filter(({ touchedGap }) => touchedGap)),
    exposure: exposureOf(equity, first, last),
    calibration: calibrationOf(trades, settlements),
    ...(coverage === undefined ? {} : { coverage: coverageFigures(coverage) }),
  };
}

function hourOf(time: EpochMicros): string {
  return String(Math.floor(time / 3_600_000_000) % 24).padStart(2, "0");
}

function byAssumption(trades: readonly ReportTrade[]): NamedFigures[] {
  const names = new Set(trades.flatMap(({ assumptions }) => assumptions));
  return [...names].sort().map((name) => ({
    name,
    ...figuresOf(trades.filter(({ assumptions }) => assumptions.includes(name))),
  }));
}

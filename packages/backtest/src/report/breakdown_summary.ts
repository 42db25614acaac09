import type { Money } from "@ssmd/core";
import type { Breakdown } from "./breakdown.ts";
import { coverageSentence } from "./data_coverage.ts";
import { ratioOf } from "./ratio.ts";
import type { NamedFigures, TradeFigures } from "./trade_figures.ts";

/**
 * The breakdown as plain data for `summary.json`: dollars, contracts, seconds and shares as numbers
 * with at most 6 decimals. What cannot be said, such as a win rate of no trades, is absent.
 */
export function breakdownSummary(breakdown: Breakdown): Readonly<Record<string, unknown>> {
  const { total, exposure, calibration, coverage, touchedGap } = breakdown;
  const invested = ratioOf(exposure.timeInvested, exposure.span);
  return {
    ...rates(total),
    feesPaid: dollars(total.fees),
    byModel: listed(breakdown.byModel, "model"),
    byReason: listed(breakdown.byReason, "reason"),
    byEntryHourUtc: listed(breakdown.byHour, "hour"),
    byAssumption: listed(breakdown.byAssumption, "assumption"),
    touchedGap: figures(touchedGap),
    exposure: {
      max: dollars(exposure.max),
      timeWeightedMean: dollars(exposure.mean),
      investedSeconds: exposure.timeInvested / 1e6,
      ...(invested === undefined ? {} : { investedShare: invested }),
    },
    calibration: {
      ...calibration,
      bins: calibration.bins.map((bin) => ({ ...bin, contracts: bin.contracts / 100 })),
    },
    ...(coverage === undefined ? {} : {
      coverageText: coverageSentence(coverage, total.touchedGap),
    }),
  };
}

function listed(rows: readonly NamedFigures[], key: string): unknown[] {
  return rows.map(({ name, ...rest }) => ({ [key]: name, ...figures(rest) }));
}

function figures(row: TradeFigures): Readonly<Record<string, unknown>> {
  return {
    trades: row.trades,
    wins: row.wins,
    losses: row.trades - row.wins,
    ...rates(row),
    contracts: row.contracts / 100,
    pnl: dollars(row.pnl),
    fees: dollars(row.fees),
    touchedGap: row.touchedGap,
  };
}

function rates({ wins, trades, pnl }: TradeFigures): Readonly<Record<string, number>> {
  if (trades === 0) return {};
  return { winRate: ratioOf(wins, trades)!, meanPnl: ratioOf(pnl, BigInt(trades) * 1_000_000n)! };
}

function dollars(money: Money): number {
  return money / 1e6;
}

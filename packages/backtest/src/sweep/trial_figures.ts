import type { Money } from "@ssmd/core";
import type { BacktestResult } from "../backtest_result.ts";
import type { OriginalResult } from "../original/original_result.ts";
import { returnMoments } from "./return_moments.ts";
import type { TrialFigures } from "./trial.ts";

/** What a run of profile `default` came to. */
export function figuresOf(result: BacktestResult): TrialFigures {
  const { trades, open, portfolio, drawdown } = result;
  return figures(trades.map(({ pnl }) => pnl), {
    open: open.length,
    pnl: portfolio.totalPnl,
    fees: portfolio.fees,
    maxDrawdown: drawdown.money,
    touchedGap: trades.filter(({ touchedGap }) => touchedGap).length,
  });
}

/**
 * What a run of profile `original` came to. Its dollars are doubles, such as −0.30000000000000004;
 * each trade's are taken to the nearest unit of Money, and sums are exact from there.
 */
export function figuresOfOriginal({ trades, open }: OriginalResult): TrialFigures {
  const pnl = trades.map((trade) => moneyOf(trade.pnl));
  return figures(pnl, {
    open: open.length,
    pnl: sumOf(pnl),
    fees: sumOf(trades.map(({ fees }) => moneyOf(fees))),
    maxDrawdown: deepestFall(pnl),
    touchedGap: 0,
  });
}

function figures(
  pnl: readonly Money[],
  rest: Omit<TrialFigures, "trades" | "wins" | "returns">,
): TrialFigures {
  const returns = returnMoments(pnl);
  return {
    trades: pnl.length,
    wins: pnl.filter((each) => each > 0).length,
    ...rest,
    ...(returns === undefined ? {} : { returns }),
  };
}

/** How far the running sum fell from its highest value, the start included. */
function deepestFall(changes: readonly Money[]): Money {
  let sum = 0;
  let peak = 0;
  let deepest = 0;
  for (const change of changes) {
    sum += change;
    peak = Math.max(peak, sum);
    deepest = Math.max(deepest, peak - sum);
  }
  return deepest;
}

function sumOf(values: readonly Money[]): Money {
  return values.reduce((sum, each) => sum + each, 0);
}

function moneyOf(dollars: number): Money {
  // Never −0, which JSON does not keep.
  return Math.round(dollars * 1_000_000) + 0;
}

import type { BacktestResult } from "@ssmd/backtest";
import type { FeeSchedule, MarketCatalog } from "@ssmd/kalshi";

/**
 * Which of the markets in the data have no fee type but the assumed one. Throws `SsmdError`
 * `unknown_fee` for a type that is given and unknown: a trade left out could hide a loss.
 */
export function assumedFees(
  { coverage, data }: BacktestResult,
  catalog: MarketCatalog,
  schedule: FeeSchedule,
): readonly string[] {
  const isAssumed = (ticker: string) => {
    const time = catalog.get(ticker)?.closeTime ?? data.last ?? 0;
    return schedule.feesOf(ticker, time).source === "assumed";
  };
  return coverage.markets.map(({ ticker }) => ticker).filter(isAssumed);
}

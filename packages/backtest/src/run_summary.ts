import type { Money, Price } from "@ssmd/core";
import type { OpenPosition, PortfolioSummary } from "./backtest_result.ts";
import type { Portfolio, Position } from "./portfolio.ts";

/** A position that nothing closed, and what a contract of it could be sold for. */
export function openPositionOf(position: Position, mark: Price | undefined): OpenPosition {
  const { ticker, side, group, quantity, cost, fills } = position;
  return {
    ticker,
    side,
    group,
    contracts: quantity,
    cost,
    entryTime: fills[0]!.time,
    ...(mark === undefined ? {} : { mark }),
  };
}

/** The ledger; `equity` stands only when every open position has a price. */
export function portfolioSummary(
  portfolio: Portfolio,
  open: readonly OpenPosition[],
  equity: Money,
): PortfolioSummary {
  const { startingBalance, cash, realised, fees, openCost } = portfolio;
  return {
    startingBalance,
    balance: cash,
    ...(open.every(({ mark }) => mark !== undefined) ? { equity } : {}),
    openCost,
    realised,
    fees,
    totalPnl: realised - fees,
  };
}

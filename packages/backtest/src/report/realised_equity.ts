import type { Money, Quantity } from "@ssmd/core";
import type { EquityPoint } from "../equity_point.ts";
import type { ReportTrade } from "./report_trade.ts";

/**
 * The equity that closed positions alone make, for runs that do not mark open ones: a point at each
 * entry and exit, open positions at cost. Of two at one time, exits go first, then as in `trades`.
 */
export function realisedEquity(
  startingBalance: Money,
  trades: readonly ReportTrade[],
): EquityPoint[] {
  const changes = trades.flatMap((trade) => {
    const cost = costOf(trade.entryPrice, trade.contracts);
    return [
      { time: trade.entryTime, pnl: 0, exposure: cost, order: 1 },
      { time: trade.exitTime, pnl: trade.pnl, exposure: -cost, order: 0 },
    ];
  }).sort((a, b) => a.time - b.time || a.order - b.order);
  let equity = startingBalance;
  let exposure = 0;
  let peak = startingBalance;
  return changes.map(({ time, pnl, exposure: change }) => {
    equity += pnl;
    // A position that is closed when it is opened leaves before it comes.
    exposure += change;
    peak = Math.max(peak, equity);
    return {
      time,
      cash: equity - Math.max(0, exposure),
      equity,
      drawdown: peak - equity,
      exposure: Math.max(0, exposure),
    };
  });
}

function costOf(price: Money, contracts: Quantity): Money {
  return Math.round(price * contracts / 100);
}

/** The largest drawdown of `points`, and what share of the peak before it that was, in 1/1,000,000. */
export function drawdownOf(
  points: readonly EquityPoint[],
): { readonly money: Money; readonly sharePpm: number } {
  let money = 0;
  let peak = 0;
  for (const { drawdown, equity } of points) {
    if (drawdown <= money) continue;
    money = drawdown;
    peak = equity + drawdown;
  }
  return { money, sharePpm: peak <= 0 ? 0 : Math.round(money / peak * 1e6) };
}

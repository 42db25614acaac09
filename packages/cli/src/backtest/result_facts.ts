import type { BacktestResult } from "@ssmd/backtest";
import { formatMoney, type Money } from "@ssmd/core";
import { counted, grouped, trimmed } from "../ui/numbers.ts";

/** A result's figures for a terminal, as names and texts. */
export function resultFacts(result: BacktestResult): readonly (readonly [string, string])[] {
  const { trades, portfolio, drawdown, open } = result;
  const wins = trades.filter(({ pnl }) => pnl > 0).length;
  return [
    ["trades", `${grouped(trades.length)} (${grouped(wins)} won)`],
    ...(open.length === 0
      ? []
      : [["open", `${counted(open.length, "position")} without a result`] as const]),
    ["P&L", `${dollars(portfolio.totalPnl)} net of ${dollars(portfolio.fees)} fees`],
    [
      "drawdown",
      `${dollars(drawdown.money)} (${(drawdown.sharePpm / 10_000).toFixed(2)} %) peak to trough`,
    ],
    ["balance", dollars(portfolio.balance)],
  ];
}

/** `$1.25`, `-$0.5`. */
export function dollars(money: Money): string {
  return `${money < 0 ? "-" : ""}$${trimmed(formatMoney(Math.abs(money)))}`;
}

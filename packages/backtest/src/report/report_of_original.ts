import type { EpochMicros, Money, Side } from "@ssmd/core";
import type { OriginalResult, OriginalTrade } from "../original/original_result.ts";
import { breakdownOf } from "./breakdown.ts";
import { drawdownOf, realisedEquity } from "./realised_equity.ts";
import type { ReportModel } from "./report_model.ts";
import type { ReportContext } from "./report_of.ts";
import type { ReportTrade } from "./report_trade.ts";

/** What the report shows of a run of profile `original`: YES prices in cents, seconds, dollars. */
export interface OriginalRun extends Pick<OriginalResult, "trades" | "open"> {
  /** The money. */
  readonly portfolio: Pick<
    OriginalResult["portfolio"],
    "startingBalance" | "balance" | "totalPnl"
  >;
  /** When the first record was received; absent without data. */
  readonly first?: EpochMicros;
  /** When the last record was received; absent without data. */
  readonly last?: EpochMicros;
}

/**
 * The report of a run of profile `original`, rounded to whole units of `Money`. What that engine does
 * not do is said in the report's warnings.
 */
export function reportOfOriginal(run: OriginalRun, context: ReportContext): ReportModel {
  const { settlements, ...about } = context;
  const { first, last, portfolio } = run;
  const trades = run.trades.map(reportTrade);
  const startingBalance = money(portfolio.startingBalance);
  const equity = realisedEquity(startingBalance, trades);
  const drawdown = drawdownOf(equity);
  const data = {
    ...(first === undefined ? {} : { first }),
    ...(last === undefined ? {} : { last }),
  };
  const breakdown = breakdownOf({ trades, equity, data }, settlements);
  return {
    ...about,
    ...data,
    profile: "original",
    strategy: "momentum",
    clock: "exchange",
    money: {
      startingBalance,
      balance: money(portfolio.balance),
      totalPnl: money(portfolio.totalPnl),
      fees: breakdown.total.fees,
      drawdown: drawdown.money,
      drawdownPpm: drawdown.sharePpm,
    },
    equity,
    equityIsRealised: true,
    trades,
    open: run.open.map(({ ticker, side, contracts, entryPrice, entryTime }) => ({
      ticker,
      side,
      contracts: Math.round(contracts * 100),
      cost: Math.round(priceOf(side, entryPrice) * contracts),
      entryTime: micros(entryTime),
    })),
    breakdown,
    assumptions: [
      ["fills", "everything, at once, at the last price"],
      ["fees", "flat, by the configuration; the entry's is not in P&L"],
      ["gaps", "not looked at"],
      ["settlements", "none: what is open at the end stays open"],
    ],
    warnings: [
      "profile original repeats another engine, its errors included: fills at the last price whatever is displayed, gains taken as a maker, no fee of the entry in P&L, no settlement",
      ...about.warnings,
    ],
  };
}

function reportTrade(trade: OriginalTrade): ReportTrade {
  const { model, ticker, side, reason } = trade;
  return {
    ticker,
    side,
    group: model,
    entryPrice: priceOf(side, trade.entryPrice),
    exitPrice: priceOf(side, trade.exitPrice),
    contracts: Math.round(trade.contracts * 100),
    entryTime: micros(trade.entryTime),
    exitTime: micros(trade.exitTime),
    reason,
    pnl: money(trade.pnl),
    fees: money(trade.fees),
    touchedGap: false,
    assumptions: ["last price"],
  };
}

/** The price of `side` in money a contract, from the price of YES in cents. */
function priceOf(side: Side, yesCents: number): Money {
  return Math.round((side === "yes" ? yesCents : 100 - yesCents) * 10_000);
}

function money(dollars: number): Money {
  // -0 would be written with a sign.
  return Math.round(dollars * 1e6) + 0;
}

function micros(seconds: number): EpochMicros {
  return Math.round(seconds * 1e6);
}

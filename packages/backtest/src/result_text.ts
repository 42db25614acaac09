import { formatIsoTime, type Money, type Price, type Quantity } from "@ssmd/core";
import type { BacktestResult, SkippedMarket } from "./backtest_result.ts";
import type { Coverage } from "./coverage.ts";
import type { Trade } from "./trade.ts";

/**
 * The result without its lists as JSON, two spaces deep and with a newline at the end. Money is in
 * dollars and quantities in contracts, as numbers with at most 6 decimals; times are ISO 8601 in UTC.
 * Equal results give equal bytes. The members of `about`, what the caller knows of the run, go first.
 */
export function summaryJson(
  result: BacktestResult,
  about: Readonly<Record<string, unknown>> = {},
): string {
  const { data, portfolio, trades, coverage } = result;
  const last = data.last ?? Infinity;
  const summary = {
    ...about,
    strategy: result.strategy,
    models: result.models,
    clock: result.clock,
    data: {
      ...(data.first === undefined ? {} : { from: formatIsoTime(data.first) }),
      ...(data.last === undefined ? {} : { to: formatIsoTime(data.last) }),
      frames: data.frames,
      events: data.events,
      late: data.late,
    },
    markets: result.markets,
    portfolio: {
      startingBalance: dollars(portfolio.startingBalance),
      balance: dollars(portfolio.balance),
      ...(portfolio.equity === undefined ? {} : { equity: dollars(portfolio.equity) }),
      openCost: dollars(portfolio.openCost),
      realised: dollars(portfolio.realised),
      fees: dollars(portfolio.fees),
      totalPnl: dollars(portfolio.totalPnl),
    },
    trades: {
      count: trades.length,
      wins: trades.filter(({ pnl }) => pnl > 0).length,
      losses: trades.filter(({ pnl }) => pnl <= 0).length,
      touchedGap: trades.filter(({ touchedGap }) => touchedGap).length,
      enteredAfterData: trades.filter(({ entryTime }) => entryTime > last).length,
    },
    open: result.open.map(({ ticker, side, contracts, cost, entryTime }) => ({
      ticker,
      side,
      contracts: contractsOf(contracts),
      cost: dollars(cost),
      entryTime: formatIsoTime(entryTime),
    })),
    orders: result.orders,
    skipped: countReasons(result.skipped),
    timersDropped: result.timersDropped,
    coverage: summarizeCoverage(coverage),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/**
 * The trades as JSON lines, in closing order, each line ending in a newline; units as in
 * {@link summaryJson}. Prices are those of the side that was bought, in dollars.
 */
export function tradesJsonl(result: BacktestResult): string {
  return result.trades.map((trade) => `${JSON.stringify(tradeLine(trade))}\n`).join("");
}

function tradeLine(trade: Trade): unknown {
  return {
    ticker: trade.ticker,
    side: trade.side,
    entryPrice: dollars(trade.entryPrice),
    exitPrice: dollars(trade.exitPrice),
    contracts: contractsOf(trade.contracts),
    entryTime: formatIsoTime(trade.entryTime),
    exitTime: formatIsoTime(trade.exitTime),
    reason: trade.reason,
    pnl: dollars(trade.pnl),
    fees: dollars(trade.fees),
    entryCost: dollars(trade.entryCost),
    touchedGap: trade.touchedGap,
    fills: trade.fills.map(({ time, action, price, quantity, fee }) => ({
      time: formatIsoTime(time),
      action,
      price: dollarPrice(price),
      contracts: contractsOf(quantity),
      fee: dollars(fee),
    })),
  };
}

function summarizeCoverage(coverage: Coverage): unknown {
  const { gaps, markets, deltasBeforeSnapshot, inconsistencies, unattributed } = coverage;
  const trading = markets.reduce((sum, { tradingTime }) => sum + tradingTime, 0);
  const stale = markets.reduce((sum, { staleTime }) => sum + staleTime, 0);
  return {
    gaps,
    marketSeconds: trading / 1_000_000,
    staleSeconds: stale / 1_000_000,
    ...(trading > 0 ? { fresh: Math.round((1 - stale / trading) * 1e6) / 1e6 } : {}),
    deltasBeforeSnapshot,
    inconsistencies,
    unattributed,
  };
}

function countReasons(skipped: readonly SkippedMarket[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => a < b ? -1 : 1));
}

// Dividing an integer by a power of ten gives the double that prints as that decimal again.
function dollars(money: Money): number {
  return money / 1_000_000;
}

function dollarPrice(price: Price): number {
  return price / 10_000;
}

function contractsOf(quantity: Quantity): number {
  return quantity / 100;
}

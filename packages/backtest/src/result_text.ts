import { formatIsoTime, type Money, type Price, type Quantity } from "@ssmd/core";
import type { BacktestResult, SkippedMarket } from "./backtest_result.ts";
import type { Coverage } from "./coverage.ts";
import { FILL_ASSUMPTIONS, type FillAssumption } from "./fill_assumption.ts";
import type { Decision } from "./decision.ts";
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
  const summary = {
    ...about,
    strategy: result.strategy,
    models: {
      fills: result.models.fills,
      makers: result.models.makers,
      latencySeconds: result.models.latency / 1_000_000,
      gaps: result.models.gaps,
      fees: result.models.fees,
      settlements: result.models.settlements,
    },
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
      drawdownPercent: result.drawdown.sharePpm / 10_000,
      halted: result.notes["haltedAt"] !== undefined,
    },
    trades: {
      count: trades.length,
      wins: trades.filter(({ pnl }) => pnl > 0).length,
      losses: trades.filter(({ pnl }) => pnl <= 0).length,
      touchedGap: trades.filter(({ touchedGap }) => touchedGap).length,
      assumptions: countAssumptions(trades),
    },
    drawdown: {
      money: dollars(result.drawdown.money),
      share: result.drawdown.sharePpm / 1_000_000,
    },
    open: result.open.map(({ ticker, side, group, contracts, cost, entryTime, mark }) => ({
      ticker,
      side,
      group,
      contracts: contractsOf(contracts),
      cost: dollars(cost),
      entryTime: formatIsoTime(entryTime),
      ...(mark === undefined ? {} : { mark: dollarPrice(mark) }),
    })),
    orders: result.orders,
    skipped: countReasons(result.skipped),
    hindsightCloses: result.hindsightCloses.length,
    timersDropped: result.timersDropped,
    coverage: summarizeCoverage(coverage),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/**
 * The trades as JSON lines, in closing order, each line ending in a newline; units as in
 * {@link summaryJson}. Prices are those of the side that was bought, in dollars; `entryOrder` and the
 * fills' `order` are those of {@link decisionLine}.
 */
export function tradesJsonl(result: BacktestResult): string {
  return result.trades.map((trade) => `${JSON.stringify(tradeLine(trade))}\n`).join("");
}

/** The header of {@link equityCsv}. */
const EQUITY_HEADER = "time,cash,equity,drawdown,exposure";

/** The equity points as CSV with a header, each line ending in a newline; units as in {@link summaryJson}. */
export function equityCsv(result: Pick<BacktestResult, "equity">): string {
  const lines = result.equity.map(({ time, cash, equity, drawdown, exposure }) => {
    const amounts = [cash, equity, drawdown, exposure].map(dollars);
    return `${formatIsoTime(time)},${amounts.join()}\n`;
  });
  return `${EQUITY_HEADER}\n${lines.join("")}`;
}

/**
 * A decision as a JSON line with its newline; units as in {@link summaryJson}. A level of a book is a
 * price and its contracts; what strategies say for `because` is as they say it.
 */
export function decisionLine(decision: Decision): string {
  const { arrival, book } = decision;
  const line = {
    order: decision.order,
    time: formatIsoTime(decision.time),
    ticker: decision.ticker,
    action: decision.action,
    side: decision.side,
    group: decision.group,
    because: decision.because,
    ...(arrival === undefined ? {} : { arrival: formatIsoTime(arrival) }),
    ...(book === undefined ? {} : {
      book: {
        source: book.source,
        stale: book.stale,
        yes: book.yes.map(({ price, size }) => [dollarPrice(price), contractsOf(size)]),
        no: book.no.map(({ price, size }) => [dollarPrice(price), contractsOf(size)]),
      },
    }),
    ...(decision.status === undefined ? {} : { status: decision.status }),
    ...(decision.refusal === undefined ? {} : { refusal: decision.refusal }),
    fees: decision.fees,
  };
  return `${JSON.stringify(line)}\n`;
}

function tradeLine(trade: Trade): unknown {
  return {
    ticker: trade.ticker,
    side: trade.side,
    group: trade.group,
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
    assumptions: trade.assumptions,
    entryOrder: trade.entryOrder,
    fills: trade.fills.map(({ time, action, price, quantity, fee, assumption, order }) => ({
      time: formatIsoTime(time),
      action,
      price: dollarPrice(price),
      contracts: contractsOf(quantity),
      fee: dollars(fee),
      assumption,
      ...(order === undefined ? {} : { order }),
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

/** Trades by what they rest on; one trade can count for several. */
function countAssumptions(trades: readonly Trade[]): Readonly<Record<FillAssumption, number>> {
  const count = (each: FillAssumption) =>
    trades.filter(({ assumptions }) => assumptions.includes(each)).length;
  const counts = FILL_ASSUMPTIONS.map((each) => [each, count(each)] as const);
  return Object.fromEntries(counts) as Record<FillAssumption, number>;
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

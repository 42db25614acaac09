import type { EquityPoint } from "../equity_point.ts";
import { breakdownOf } from "./breakdown.ts";
import type { PlotPoint } from "./plot_point.ts";
import type { ReportModel } from "./report_model.ts";
import type { ReportTrade } from "./report_trade.ts";

/** 2026-01-05T00:00:00Z. */
export const START: number = Date.UTC(2026, 0, 5) * 1000;
const DAY = 86_400_000_000;

/** Small repeatable chance: the minimal standard generator of Park and Miller. */
export function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = state * 48_271 % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A trade of 10 YES contracts from $0.50 to $0.55, held for ten minutes, changed by `more`. */
export function someTrade(more: Partial<ReportTrade> = {}): ReportTrade {
  return {
    ticker: "KXA-26JAN05-T1",
    side: "yes",
    group: "volume-onset",
    entryPrice: 500_000,
    exitPrice: 550_000,
    contracts: 1000,
    entryTime: START,
    exitTime: START + 600_000_000,
    reason: "take-profit",
    pnl: 320_000,
    fees: 180_000,
    touchedGap: false,
    assumptions: ["book"],
    ...more,
  };
}

/** What a made-up run is like. */
export interface MadeUpRun {
  /** Closed positions. Default 300. */
  readonly trades?: number;
  /** Markets that they are spread over, the first ones more than the last. Default 20. */
  readonly markets?: number;
  /** Prices of each market. Default 500. */
  readonly prices?: number;
  /** Days of data. Default 2. */
  readonly days?: number;
  /** Name of market number `index`. */
  readonly ticker?: (index: number) => string;
}

const MODELS = [
  "spread-tightening",
  "volume-onset",
  "spread-tightening+volume-onset",
  "mean-reversion+price-momentum",
];
const REASONS = ["take-profit", "stop-loss", "time-stop", "force-close", "settlement"];
const RESTS = [["book"], ["quote"], ["quote-size"], ["book", "settlement"], ["queue", "book"]];

/** A made-up run: figures agree with each other, prices go where chance leads them. */
export function madeUpRun(options: MadeUpRun = {}): ReportModel {
  const { trades: count = 300, markets = 20, prices: perMarket = 500, days = 2 } = options;
  const { ticker = (index) => `KXTEST-26JAN05-T${index}` } = options;
  const chance = chanceFrom(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)]!;
  const last = START + days * DAY;
  const prices = new Map<string, PlotPoint[]>();
  for (let index = 0; index < markets; index++) {
    let value = 5000;
    prices.set(
      ticker(index),
      Array.from({ length: perMarket }, (_, at) => {
        value = Math.min(9800, Math.max(200, value + Math.round((chance() - 0.5) * 4) * 100));
        return { time: START + Math.floor((at + chance()) * days * DAY / perMarket), value };
      }),
    );
  }
  const trades = Array.from({ length: count }, (_, index): ReportTrade => {
    const name = ticker(Math.floor(chance() ** 2 * markets));
    const series = prices.get(name)!;
    const at = Math.floor((index + chance()) / count * (series.length - 5));
    const entry = series[at]!;
    const exit = series[at + 1 + Math.floor(chance() * 4)]!;
    const side = chance() < 0.6 ? "yes" : "no";
    const money = (value: number): number => (side === "yes" ? value : 10_000 - value) * 100;
    const contracts = 100 * (1 + Math.floor(chance() * 100));
    const fees = contracts * 40;
    return someTrade({
      ticker: name,
      side,
      group: pick(MODELS),
      entryPrice: money(entry.value),
      exitPrice: money(exit.value),
      contracts,
      entryTime: entry.time,
      exitTime: exit.time,
      reason: pick(REASONS),
      fees,
      pnl: (money(exit.value) - money(entry.value)) * contracts / 100 - fees,
      touchedGap: chance() < 0.03,
      assumptions: pick(RESTS),
    });
  }).sort((a, b) => a.exitTime - b.exitTime);
  return modelOf(trades, prices, last);
}

function modelOf(
  trades: readonly ReportTrade[],
  prices: ReadonlyMap<string, readonly PlotPoint[]>,
  last: number,
): ReportModel {
  const startingBalance = 5_000_000_000;
  let cash = startingBalance;
  let peak = cash;
  let deepest = 0;
  const equity = trades.map(({ exitTime, pnl, entryPrice }): EquityPoint => {
    cash += pnl;
    peak = Math.max(peak, cash);
    deepest = Math.max(deepest, peak - cash);
    return {
      time: exitTime,
      cash,
      equity: cash,
      drawdown: peak - cash,
      exposure: entryPrice * 10,
    };
  });
  const ends = new Map([...prices].map(([name, points]) => [name, points.at(-1)!.value]));
  const coverage = {
    gaps: { sequence: 1, overflow: 0, disconnect: 2, restart: 0, damage: 0 },
    markets: [{ ticker: "KXTEST-26JAN05-T0", tradingTime: DAY, staleTime: DAY / 50 }],
  };
  const breakdown = breakdownOf({ trades, equity, data: { first: START, last }, coverage }, {
    name: "made up",
    settlementOf: (name) => {
      const end = ends.get(name);
      if (end === undefined) return undefined;
      return { yesValue: end >= 5000 ? 10_000 : 0, time: last, timeSource: "settlement_ts" };
    },
  });
  return {
    runId: "0123456789abcdef",
    profile: "default",
    strategy: "momentum",
    clock: "receive",
    first: START,
    last,
    money: {
      startingBalance,
      balance: cash,
      equity: cash,
      totalPnl: cash - startingBalance,
      fees: breakdown.total.fees,
      drawdown: deepest,
      drawdownPpm: Math.round(deepest / peak * 1e6),
    },
    equity,
    equityIsRealised: false,
    trades,
    open: [],
    breakdown,
    prices: (name) => prices.get(name) ?? [],
    gaps: [
      { from: START + DAY / 5, to: START + DAY / 4, reason: "disconnect" },
      { from: START + DAY / 2, to: START + DAY / 2, reason: "sequence", markets: ["KXOTHER"] },
    ],
    sensitivity: [
      { label: "latency 250 ms, fees × 1", pnl: cash - startingBalance, trades: 3, isBase: true },
      { label: "latency 1 s, fees × 1", pnl: -12_000_000, trades: 2 },
    ],
    warnings: ["books could be trusted for 98.0 % of the recorded market time"],
    assumptions: [["fills", "walk the displayed book"], ["latency", "250 ms"], ["gaps", "halt"]],
    fingerprints: [["data", "a".repeat(64)], ["engine", "0.1.0"]],
    config: { positions: { takeProfitCents: 5 } },
  };
}

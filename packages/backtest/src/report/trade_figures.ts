import type { Money, Quantity } from "@ssmd/core";
import type { ReportTrade } from "./report_trade.ts";

/** Sums over some trades. */
export interface TradeFigures {
  /** How many. */
  readonly trades: number;
  /** Of those, the ones that brought more than they cost, fees included; all others lost. */
  readonly wins: number;
  /** Contracts bought. */
  readonly contracts: Quantity;
  /** What they brought less what they cost, net of all fees. */
  readonly pnl: Money;
  /** All their fees. */
  readonly fees: Money;
  /** How many touched a gap. */
  readonly touchedGap: number;
}

/** The figures of the trades that have something in common. */
export interface NamedFigures extends TradeFigures {
  /** What they have in common. */
  readonly name: string;
}

/** Sums `trades`. */
export function figuresOf(trades: readonly ReportTrade[]): TradeFigures {
  let wins = 0;
  let contracts = 0;
  let pnl = 0;
  let fees = 0;
  let touchedGap = 0;
  for (const trade of trades) {
    if (trade.pnl > 0) wins++;
    if (trade.touchedGap) touchedGap++;
    contracts += trade.contracts;
    pnl += trade.pnl;
    fees += trade.fees;
  }
  return { trades: trades.length, wins, contracts, pnl, fees, touchedGap };
}

/** Sums `trades` by what `nameOf` says, in the order of the names' UTF-16 units. */
export function figuresBy(
  trades: readonly ReportTrade[],
  nameOf: (trade: ReportTrade) => string,
): NamedFigures[] {
  const groups = new Map<string, ReportTrade[]>();
  for (const trade of trades) {
    const name = nameOf(trade);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [trade]);
    else group.push(trade);
  }
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, group]) => ({ name, ...figuresOf(group) }));
}

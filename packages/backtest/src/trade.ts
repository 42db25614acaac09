import { divideHalfEven, type EpochMicros, type Money, type Quantity, type Side } from "@ssmd/core";
import { FILL_ASSUMPTIONS, type FillAssumption } from "./fill_assumption.ts";
import type { OrderId } from "./order.ts";
import { type Position, type PositionFill, totalsOf } from "./portfolio.ts";

/** A closed position. */
export interface Trade {
  /** The market's ticker. */
  readonly ticker: string;
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** The group of its position, such as the names of the signals that agreed; `""` without one. */
  readonly group: string;
  /** Average price of `side` paid, in units of {@link Money} a contract, rounded half to even. */
  readonly entryPrice: Money;
  /** Average price of `side` received, as `entryPrice`; 0 or $1 where it was held to the end. */
  readonly exitPrice: Money;
  /** Contracts bought in all. */
  readonly contracts: Quantity;
  /** When the first contract was bought. */
  readonly entryTime: EpochMicros;
  /** When the last contract was sold or paid out. */
  readonly exitTime: EpochMicros;
  /** What closed it: `settlement`, or the reason that the closing order gave. */
  readonly reason: string;
  /** What it brought less what it cost, net of all fees. */
  readonly pnl: Money;
  /** All fees, those of entry and exit. */
  readonly fees: Money;
  /** What the entry took from the cash, its fees included. */
  readonly entryCost: Money;
  /**
   * Whether a gap concerned the market between entry and exit, while it traded, or its book or quote
   * was stale.
   */
  readonly touchedGap: boolean;
  /** What its fills rest on, each once, in the order of the type. */
  readonly assumptions: readonly FillAssumption[];
  /** The first order that bought, for the run's decisions. */
  readonly entryOrder: OrderId;
  /** Every fill, in order. */
  readonly fills: readonly PositionFill[];
}

/** The trade that a position has become whose last contract is gone. */
export function tradeOf(position: Position, reason: string, touchedGap: boolean): Trade {
  const bought = position.fills.filter(({ action }) => action === "buy");
  const gone = position.fills.filter(({ action }) => action !== "buy");
  const entry = totalsOf(bought);
  const exit = totalsOf(gone);
  return {
    ticker: position.ticker,
    side: position.side,
    group: position.group,
    entryPrice: averageOf(entry.value, entry.quantity),
    exitPrice: averageOf(exit.value, exit.quantity),
    contracts: entry.quantity,
    entryTime: bought[0]!.time,
    exitTime: gone.at(-1)!.time,
    reason,
    pnl: exit.value - exit.fee - entry.value - entry.fee,
    fees: entry.fee + exit.fee,
    entryCost: entry.value + entry.fee,
    touchedGap,
    assumptions: FILL_ASSUMPTIONS.filter((each) =>
      position.fills.some(({ assumption }) => assumption === each)
    ),
    entryOrder: bought[0]!.order!,
    fills: position.fills,
  };
}

/** Money a whole contract, which is 100 units of quantity. */
function averageOf(value: Money, quantity: Quantity): Money {
  return Number(divideHalfEven(BigInt(value) * 100n, BigInt(quantity)));
}

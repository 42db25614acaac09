import {
  divideHalfEven,
  type EpochMicros,
  type Money,
  notional,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { Fill } from "./fill_model.ts";

/** A fill and what the exchange charged for it. */
export interface ChargedFill extends Fill {
  /** The fee of this fill, never negative. */
  readonly fee: Money;
}

/** One change of a position. */
export interface PositionFill extends ChargedFill {
  /** When it happened. */
  readonly time: EpochMicros;
  /** Whether contracts were bought, sold, or paid out by the exchange. */
  readonly action: "buy" | "sell" | "settle";
}

/** Contracts of one side of one market, from the first one bought to the last one gone. */
export interface Position {
  /** The market's ticker. */
  readonly ticker: string;
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** Contracts held. */
  readonly quantity: Quantity;
  /** What the contracts held cost, without fees; a part that is sold takes its share along. */
  readonly cost: Money;
  /** Everything that changed the position, in order. */
  readonly fills: readonly PositionFill[];
}

/** What {@link Portfolio} writes to; everyone else reads it as a {@link Position}. */
interface OpenPosition extends Position {
  quantity: Quantity;
  cost: Money;
  readonly fills: PositionFill[];
}

/**
 * The one ledger of a run, in exact integers. After every change
 *
 * `cash + cost of all positions = startingBalance + realised − fees`
 *
 * holds. YES and NO of one market are two positions; they are not netted before settlement.
 */
export class Portfolio {
  /** The cash to begin with. */
  readonly startingBalance: Money;
  readonly #positions = new Map<string, OpenPosition>();
  #cash: Money;
  #realised: Money = 0;
  #fees: Money = 0;

  /** Throws `RangeError` for a balance that is not an exact amount ≥ 0. */
  constructor(startingBalance: Money) {
    if (!Number.isSafeInteger(startingBalance) || startingBalance < 0) {
      throw new RangeError(`Cannot start with ${startingBalance}: must be an integer from 0`);
    }
    this.startingBalance = startingBalance;
    this.#cash = startingBalance;
  }

  /** What can be spent. */
  get cash(): Money {
    return this.#cash;
  }

  /** What sold and settled contracts brought beyond their cost, before fees. */
  get realised(): Money {
    return this.#realised;
  }

  /** All fees so far, those of positions that are still open included. */
  get fees(): Money {
    return this.#fees;
  }

  /** The positions that are open, in the order in which they were opened; a copy. */
  get positions(): Position[] {
    return [...this.#positions.values()];
  }

  /** The position in `side` of `ticker`, while there is one. */
  position(ticker: string, side: Side): Position | undefined {
    return this.#positions.get(keyOf(ticker, side));
  }

  /**
   * Cash and all positions at the prices that `priceOf` gives; equals
   * `startingBalance + realised + unrealised − fees`.
   */
  equity(priceOf: (position: Position) => Price): Money {
    const values = this.positions.map((each) => notional(priceOf(each), each.quantity));
    return exact(values.reduce((sum, value) => exact(sum + value), this.#cash));
  }

  /** Pays for `fills` and their fees. Throws `RangeError` when the cash does not suffice. */
  buy(ticker: string, side: Side, time: EpochMicros, fills: readonly ChargedFill[]): Position {
    const { quantity, value, fee } = totalsOf(fills);
    const key = keyOf(ticker, side);
    const position = this.#positions.get(key) ?? { ticker, side, quantity: 0, cost: 0, fills: [] };
    const held = exact(position.quantity + quantity);
    this.#move(-value - fee);
    this.#fees += fee;
    position.quantity = held;
    position.cost += value;
    for (const fill of fills) position.fills.push({ time, action: "buy", ...fill });
    this.#positions.set(key, position);
    return position;
  }

  /**
   * Takes what `fills` bring less their fees, and gives the position, which is closed when its
   * quantity is 0. Throws `RangeError` for more contracts than are held, or fees that nobody can pay.
   */
  sell(ticker: string, side: Side, time: EpochMicros, fills: readonly ChargedFill[]): Position {
    const position = this.#positions.get(keyOf(ticker, side));
    const { quantity } = totalsOf(fills);
    if (position === undefined || position.quantity < quantity) {
      throw new RangeError(
        `Cannot sell ${quantity} of ${ticker} ${side}: ${position?.quantity ?? 0} held`,
      );
    }
    this.#reduce(position, time, "sell", fills);
    return position;
  }

  /** Pays out both sides of a market, YES `yesValue` a contract, and gives what that closed. */
  settle(ticker: string, yesValue: Price, time: EpochMicros): Position[] {
    const closed: Position[] = [];
    for (const side of ["yes", "no"] as const) {
      const position = this.#positions.get(keyOf(ticker, side));
      if (position === undefined) continue;
      const price = side === "yes" ? yesValue : ONE_DOLLAR - yesValue;
      this.#reduce(position, time, "settle", [{ price, quantity: position.quantity, fee: 0 }]);
      closed.push(position);
    }
    return closed;
  }

  #reduce(
    position: OpenPosition,
    time: EpochMicros,
    action: "sell" | "settle",
    fills: readonly ChargedFill[],
  ): void {
    const { quantity, value, fee } = totalsOf(fills);
    this.#move(value - fee);
    const cost = shareOf(position.cost, quantity, position.quantity);
    this.#fees += fee;
    this.#realised += value - cost;
    position.cost -= cost;
    position.quantity -= quantity;
    for (const fill of fills) position.fills.push({ time, action, ...fill });
    if (position.quantity === 0) this.#positions.delete(keyOf(position.ticker, position.side));
  }

  #move(amount: Money): void {
    const cash = exact(this.#cash + amount);
    if (cash < 0) throw new RangeError(`Cannot pay ${-amount}: the cash is ${this.#cash}`);
    this.#cash = cash;
  }
}

function keyOf(ticker: string, side: Side): string {
  return `${side} ${ticker}`;
}

/** The sums of some fills: contracts, price × contracts, and fees. */
export function totalsOf(
  fills: readonly ChargedFill[],
): { quantity: Quantity; value: Money; fee: Money } {
  let quantity = 0;
  let value = 0;
  let fee = 0;
  for (const fill of fills) {
    quantity = exact(quantity + fill.quantity);
    value = exact(value + notional(fill.price, fill.quantity));
    fee = exact(fee + fill.fee);
  }
  return { quantity, value, fee };
}

/** `cost × part / whole`, to the nearest unit; the whole's share is all of it. */
function shareOf(cost: Money, part: Quantity, whole: Quantity): Money {
  if (part === whole) return cost;
  return Number(divideHalfEven(BigInt(cost) * BigInt(part), BigInt(whole)));
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot book ${value}: beyond exact integers`);
  }
  return value;
}

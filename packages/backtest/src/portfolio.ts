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
import type { ChargedFill } from "./charged_fill.ts";
import type { OrderId } from "./order.ts";

/** One change of a position. */
export interface PositionFill extends ChargedFill {
  /** When it happened. */
  readonly time: EpochMicros;
  /** Whether contracts were bought, sold, or paid out by the exchange. */
  readonly action: "buy" | "sell" | "settle";
  /** The order that was filled; absent for what the exchange paid out. */
  readonly order?: OrderId;
}

/** What tells positions apart. */
export interface PositionKey {
  /** The market's ticker. */
  readonly ticker: string;
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** Whose contracts they are within the strategy; `""` where it does not say. */
  readonly group: string;
}

/** Contracts of one side of one market and one group, from the first bought to the last gone. */
export interface Position extends PositionKey {
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

/** A {@link Portfolio} as plain data. */
export interface SavedPortfolio {
  /** The cash to begin with. */
  readonly startingBalance: Money;
  /** What can be spent. */
  readonly cash: Money;
  /** What sold and settled contracts brought beyond their cost. */
  readonly realised: Money;
  /** All fees so far. */
  readonly fees: Money;
  /** What is held, in opening order. */
  readonly positions: readonly Position[];
}

/**
 * The one ledger of a run, in exact integers. After every change
 *
 * `cash + cost of all positions = startingBalance + realised − fees`
 *
 * holds. YES and NO of one market are two positions, as are those of two groups; they are not netted
 * before settlement.
 */
export class Portfolio {
  /** The cash to begin with. */
  readonly startingBalance: Money;
  readonly #positions = new Map<string, OpenPosition>();
  #list: readonly Position[] | undefined = [];
  #cash: Money;
  #realised: Money = 0;
  #fees: Money = 0;
  #openCost: Money = 0;

  /** Throws `RangeError` for a balance that is not an exact amount ≥ 0. */
  constructor(startingBalance: Money) {
    if (!Number.isSafeInteger(startingBalance) || startingBalance < 0) {
      throw new RangeError(`Cannot start with ${startingBalance}: must be an integer from 0`);
    }
    this.startingBalance = startingBalance;
    this.#cash = startingBalance;
  }

  /** The ledger that {@link save} gave. */
  static restore(saved: SavedPortfolio): Portfolio {
    const portfolio = new Portfolio(saved.startingBalance);
    portfolio.#cash = saved.cash;
    portfolio.#realised = saved.realised;
    portfolio.#fees = saved.fees;
    for (const position of saved.positions) {
      portfolio.#positions.set(keyOf(position), { ...position, fills: [...position.fills] });
      portfolio.#openCost += position.cost;
    }
    portfolio.#list = undefined;
    return portfolio;
  }

  /** The ledger as plain data. */
  save(): SavedPortfolio {
    const { startingBalance, cash, realised, fees, positions } = this;
    return {
      startingBalance,
      cash,
      realised,
      fees,
      positions: positions.map((position) => ({ ...position, fills: [...position.fills] })),
    };
  }

  /** What can be spent, what resting orders hold back included. */
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

  /**
   * The positions that are open, in the order in which they were opened; a snapshot of the list, and
   * the same one until a position is opened or closed.
   */
  get positions(): readonly Position[] {
    return this.#list ??= [...this.#positions.values()];
  }

  /** What the open positions cost, without fees. */
  get openCost(): Money {
    return this.#openCost;
  }

  /** The position of `key`, while there is one. */
  position(key: PositionKey): Position | undefined {
    return this.#positions.get(keyOf(key));
  }

  /**
   * Cash and `worth`, what all positions are worth together; equals
   * `startingBalance + realised + unrealised − fees`.
   */
  equity(worth: Money): Money {
    return exact(this.#cash + worth);
  }

  /** Pays for `fills` of `order` and their fees. Throws `RangeError` when the cash does not suffice. */
  buy(
    key: PositionKey,
    time: EpochMicros,
    order: OrderId,
    fills: readonly ChargedFill[],
  ): Position {
    const { quantity, value, fee } = totalsOf(fills);
    const name = keyOf(key);
    const { ticker, side, group } = key;
    const known = this.#positions.get(name);
    const position = known ?? { ticker, side, group, quantity: 0, cost: 0, fills: [] };
    const held = exact(position.quantity + quantity);
    this.#move(-value - fee);
    this.#fees += fee;
    position.quantity = held;
    position.cost += value;
    this.#openCost += value;
    for (const { price, quantity, fee, assumption } of fills) {
      position.fills.push({ time, action: "buy", order, price, quantity, fee, assumption });
    }
    if (known === undefined) {
      this.#positions.set(name, position);
      this.#list = undefined;
    }
    return position;
  }

  /**
   * Takes what `fills` of `order` bring less their fees, and gives the position, which is closed when
   * its quantity is 0. Throws `RangeError` for more contracts than are held, or fees that nobody can
   * pay.
   */
  sell(
    key: PositionKey,
    time: EpochMicros,
    order: OrderId,
    fills: readonly ChargedFill[],
  ): Position {
    const position = this.#positions.get(keyOf(key));
    const { quantity } = totalsOf(fills);
    if (position === undefined || position.quantity < quantity) {
      throw new RangeError(
        `Cannot sell ${quantity} of ${key.ticker} ${key.side}: ${position?.quantity ?? 0} held`,
      );
    }
    this.#reduce(position, fills);
    for (const { price, quantity, fee, assumption } of fills) {
      position.fills.push({ time, action: "sell", order, price, quantity, fee, assumption });
    }
    return position;
  }

  /** Pays out both sides of a market, YES `yesValue` a contract, and gives what that closed. */
  settle(ticker: string, yesValue: Price, time: EpochMicros): Position[] {
    const closed: Position[] = [];
    for (const position of [...this.#positions.values()]) {
      if (position.ticker !== ticker) continue;
      const price = position.side === "yes" ? yesValue : ONE_DOLLAR - yesValue;
      const { quantity } = position;
      const payment = { price, quantity, fee: 0, assumption: "settlement" } as const;
      this.#reduce(position, [payment]);
      position.fills.push({ time, action: "settle", ...payment });
      closed.push(position);
    }
    return closed;
  }

  #reduce(position: OpenPosition, fills: readonly ChargedFill[]): void {
    const { quantity, value, fee } = totalsOf(fills);
    this.#move(value - fee);
    const cost = shareOf(position.cost, quantity, position.quantity);
    this.#fees += fee;
    this.#realised += value - cost;
    position.cost -= cost;
    this.#openCost -= cost;
    position.quantity -= quantity;
    if (position.quantity > 0) return;
    this.#positions.delete(keyOf(position));
    this.#list = undefined;
  }

  #move(amount: Money): void {
    const cash = exact(this.#cash + amount);
    if (cash < 0) throw new RangeError(`Cannot pay ${-amount}: the cash is ${this.#cash}`);
    this.#cash = cash;
  }
}

/** The length says where the ticker ends: both parts may hold anything. */
function keyOf({ ticker, side, group }: PositionKey): string {
  return `${side} ${ticker.length} ${ticker} ${group}`;
}

/** The sums of some fills: contracts, price × contracts, and fees. */
export function totalsOf(
  fills: readonly Omit<ChargedFill, "assumption">[],
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

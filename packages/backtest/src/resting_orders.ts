import {
  type EpochMicros,
  type Money,
  ONE_DOLLAR,
  type OrderFees,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { QueuePlace } from "./maker_model.ts";
import { oppositeOf } from "./market_display.ts";
import type { NewOrder, OrderId } from "./order.ts";
import type { ChargedFill } from "./charged_fill.ts";
import type { PositionKey } from "./portfolio.ts";

/** An order that rests, as plain data but for its fees. */
export interface RestingOrder {
  /** Which order. */
  readonly id: OrderId;
  /** What was asked for. */
  readonly order: NewOrder;
  /** When it reached the market. */
  readonly arrival: EpochMicros;
  /** Its limit, of the order's own side. */
  readonly limit: Price;
  /** What is not filled. */
  left: Quantity;
  /** Where it stands at its price. */
  readonly place: QueuePlace;
  /** What it holds back from the cash. */
  held: Money;
  /** What was filled so far. */
  readonly fills: ChargedFill[];
  /** What the exchange charges it. */
  readonly fees: OrderFees;
}

/** The bid that a resting order is: to sell YES at p is to bid for NO at $1 − p. */
export function bidOf({ action, side }: NewOrder, limit: Price): { side: Side; price: Price } {
  return action === "buy"
    ? { side, price: limit }
    : { side: oppositeOf(side), price: ONE_DOLLAR - limit };
}

/** The run's own orders that rest, by market, and what they hold back. */
export class RestingOrders {
  readonly #byTicker = new Map<string, RestingOrder[]>();
  #size = 0;
  #held: Money = 0;

  /** How many orders rest. */
  get size(): number {
    return this.#size;
  }

  /** What they hold back from the cash. */
  get held(): Money {
    return this.#held;
  }

  /** The tickers of the markets in which some rest. */
  get tickers(): readonly string[] {
    return [...this.#byTicker.keys()];
  }

  /** All of them, by market. */
  get all(): readonly RestingOrder[] {
    return [...this.#byTicker.values()].flat();
  }

  /** Those in `ticker`: the better bid first, at one price the older. */
  in(ticker: string): readonly RestingOrder[] {
    return this.#byTicker.get(ticker) ?? [];
  }

  /** The order with this id, while it rests. */
  find(id: OrderId): RestingOrder | undefined {
    return this.all.find((each) => each.id === id);
  }

  /** How many contracts of a position are on offer. */
  offered({ ticker, side, group }: PositionKey): Quantity {
    let sum = 0;
    for (const { order, left } of this.in(ticker)) {
      const same = order.side === side && (order.group ?? "") === group;
      if (order.action === "sell" && same) sum += left;
    }
    return sum;
  }

  /** Adds an order. */
  add(resting: RestingOrder): void {
    const { ticker } = resting.order;
    const price = bidOf(resting.order, resting.limit).price;
    const orders = this.#byTicker.get(ticker) ?? [];
    let index = orders.length;
    while (index > 0 && bidOf(orders[index - 1]!.order, orders[index - 1]!.limit).price < price) {
      index--;
    }
    // A new list: a loop over the old one goes on undisturbed.
    this.#byTicker.set(ticker, [...orders.slice(0, index), resting, ...orders.slice(index)]);
    this.#size++;
    this.#held += resting.held;
  }

  /** Notes that some of an order was filled; one without rest is gone. */
  reduce(resting: RestingOrder, quantity: Quantity, held: Money): void {
    resting.left -= quantity;
    this.#held += held - resting.held;
    resting.held = held;
    if (resting.left === 0) this.#delete(resting);
  }

  /** Takes an order out. */
  remove(resting: RestingOrder): void {
    this.#held -= resting.held;
    resting.held = 0;
    this.#delete(resting);
  }

  #delete(resting: RestingOrder): void {
    const { ticker } = resting.order;
    const orders = this.in(ticker).filter((each) => each !== resting);
    if (orders.length > 0) this.#byTicker.set(ticker, orders);
    else this.#byTicker.delete(ticker);
    this.#size--;
  }
}

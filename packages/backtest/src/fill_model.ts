import type { BookView, Price, Quantity, Side } from "@ssmd/core";

/** What an order asks for. */
export interface Order {
  /** Whether contracts are bought or ones that are held are sold. */
  readonly action: "buy" | "sell";
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** How many contracts, above zero. */
  readonly quantity: Quantity;
  /** The worst price that is taken, of `side`; without one, any. */
  readonly limit?: Price;
}

/** A part of an order that was filled at one price. */
export interface Fill {
  /** The price of the order's side. */
  readonly price: Price;
  /** Contracts, above zero. */
  readonly quantity: Quantity;
}

/** Decides what an order would have got. Pure: the same book and order give the same fills. */
export interface FillModel {
  /** Names the model in a result. */
  readonly name: string;
  /**
   * The fills in the order they happen, together at most the order's quantity; none when nothing
   * can be had. `book` is the recorded one less what earlier orders of the run took from it.
   */
  fill(book: BookView, order: Order): readonly Fill[];
}

/**
 * Takes what is displayed, best price first: a buyer the asks of the side (the other side's bids), a
 * seller the bids. A thin book fills a part; a stale one nothing. What it leaves out: latency, queues
 * and how others would have reacted.
 */
export const walkBook: FillModel = {
  name: "walk-book",
  fill(book, order) {
    if (book.stale) return [];
    const buying = order.action === "buy";
    const fills: Fill[] = [];
    let missing = order.quantity;
    for (const level of buying ? book.asks(order.side) : book.bids(order.side)) {
      if (missing === 0) break;
      const { limit = level.price } = order;
      if (buying ? level.price > limit : level.price < limit) break;
      const quantity = Math.min(missing, level.size);
      fills.push({ price: level.price, quantity });
      missing -= quantity;
    }
    return fills;
  },
};

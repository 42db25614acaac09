import {
  type BookLevel,
  type BookView,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { Fill, Order } from "./fill_model.ts";

interface Taken {
  /** What the recorded book showed at the level when something was last taken. */
  readonly displayed: Quantity;
  readonly quantity: Quantity;
}

/**
 * What a run has taken from the books. The recorded books do not know of its orders, so without this
 * the same resting contracts could be bought again and again. A level's taken part is remembered
 * until the size it displays changes; then the level counts as new.
 */
export class TakenLiquidity {
  readonly #taken = new Map<string, Taken>();

  /** The recorded `book` of `ticker` less what was taken from it. */
  remaining(ticker: string, book: BookView): BookView {
    return new RemainingBook(book, (side, level) => {
      const taken = this.#taken.get(levelKey(ticker, side, level.price));
      return taken?.displayed === level.size ? taken.quantity : 0;
    });
  }

  /** Remembers that `order` took `fills` from the recorded `book` of `ticker`. */
  take(ticker: string, book: BookView, order: Order, fills: readonly Fill[]): void {
    const buying = order.action === "buy";
    const side = buying ? oppositeOf(order.side) : order.side;
    const displayed = new Map(book.bids(side).map(({ price, size }) => [price, size]));
    for (const fill of fills) {
      const price = buying ? ONE_DOLLAR - fill.price : fill.price;
      const size = displayed.get(price);
      // A model may fill at prices that the book does not show.
      if (size === undefined) continue;
      const key = levelKey(ticker, side, price);
      const before = this.#taken.get(key);
      const earlier = before?.displayed === size ? before.quantity : 0;
      this.#taken.set(key, { displayed: size, quantity: earlier + fill.quantity });
    }
  }
}

class RemainingBook implements BookView {
  readonly #book: BookView;
  readonly #takenOf: (side: Side, level: BookLevel) => Quantity;

  constructor(book: BookView, takenOf: (side: Side, level: BookLevel) => Quantity) {
    this.#book = book;
    this.#takenOf = takenOf;
  }

  get stale(): boolean {
    return this.#book.stale;
  }

  bestBid(side: Side): BookLevel | undefined {
    return this.bids(side, 1)[0];
  }

  bestAsk(side: Side): BookLevel | undefined {
    return this.asks(side, 1)[0];
  }

  bids(side: Side, depth?: number): BookLevel[] {
    const left = this.#book.bids(side).map((level) => ({
      price: level.price,
      size: level.size - this.#takenOf(side, level),
    }));
    return left.filter(({ size }) => size > 0).slice(0, depth);
  }

  asks(side: Side, depth?: number): BookLevel[] {
    return this.bids(oppositeOf(side), depth).map(({ price, size }) => ({
      price: ONE_DOLLAR - price,
      size,
    }));
  }
}

function oppositeOf(side: Side): Side {
  return side === "yes" ? "no" : "yes";
}

function levelKey(ticker: string, side: Side, price: Price): string {
  return `${ticker} ${side} ${price}`;
}

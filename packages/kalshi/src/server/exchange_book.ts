import { ONE_DOLLAR, type Price, type Quantity, type Side, SsmdError } from "@ssmd/core";
import type { ExchangeLevels } from "./exchange_event.ts";

/** Bids of both sides, each by ascending price. */
export interface ExchangeLadders {
  /** Bids for YES. */
  readonly yes: ExchangeLevels;
  /** Bids for NO, in NO prices. */
  readonly no: ExchangeLevels;
}

/**
 * A market's book as the exchange knows it, in exact integers: what a client's book is held against,
 * and therefore nothing of what clients use.
 */
export class ExchangeBook {
  readonly #yes = new Map<Price, Quantity>();
  readonly #no = new Map<Price, Quantity>();

  /** Forgets everything and takes these levels. Throws as {@link ExchangeBook.change} does. */
  replace(yes: ExchangeLevels, no: ExchangeLevels): void {
    this.#yes.clear();
    this.#no.clear();
    for (const [price, size] of yes) this.change("yes", price, size);
    for (const [price, size] of no) this.change("no", price, size);
  }

  /**
   * Adds `change` to a level. Throws `SsmdError` `invalid_input` for what is no price, and when the
   * level's size would be below 0 or is not exact.
   */
  change(side: Side, price: Price, change: Quantity): void {
    const ladder = side === "yes" ? this.#yes : this.#no;
    const size = (ladder.get(price) ?? 0) + change;
    if (!(isPrice(price) && size >= 0 && Number.isSafeInteger(size))) {
      throw new SsmdError(
        "invalid_input",
        `Cannot change ${side} ${price} by ${change}: the level would hold ${size}`,
      );
    }
    if (size === 0) ladder.delete(price);
    else ladder.set(price, size);
  }

  /** The bids of `side`, by ascending price. */
  levels(side: Side): [Price, Quantity][] {
    return [...side === "yes" ? this.#yes : this.#no].sort(([one], [other]) => one - other);
  }

  /** The highest bid of `side`; 0 when there is none. */
  best(side: Side): Price {
    let best = 0;
    for (const price of (side === "yes" ? this.#yes : this.#no).keys()) {
      if (price > best) best = price;
    }
    return best;
  }

  /** What rests at a level; 0 when nothing does. */
  size(side: Side, price: Price): Quantity {
    return (side === "yes" ? this.#yes : this.#no).get(price) ?? 0;
  }

  /** Both ladders. */
  ladders(): ExchangeLadders {
    return { yes: this.levels("yes"), no: this.levels("no") };
  }

  /** The book in the words of `OrderBook.canonicalText` of `@ssmd/core`, for comparison. */
  canonicalText(): string {
    const text = (side: Side) =>
      `${side}|${this.levels(side).map(([price, size]) => `${price}:${size}`).join()}`;
    return `${text("yes")};${text("no")}`;
  }
}

function isPrice(price: Price): boolean {
  return Number.isInteger(price) && price >= 0 && price <= ONE_DOLLAR;
}

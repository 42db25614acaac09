import type { Price, Quantity, Side } from "@ssmd/core";

/** Levels of one ladder: price and resting size, by ascending price. */
export type GeneratedLevels = readonly (readonly [Price, Quantity])[];

/**
 * The book that the generator works on, written apart from the one that replay uses so that each
 * proves the other. Throws `RangeError` rather than become impossible.
 */
export class GeneratedBook {
  readonly #ladders = { yes: new Map<Price, Quantity>(), no: new Map<Price, Quantity>() };

  /** The highest bid of `side`, 0 when there is none. */
  best(side: Side): Price {
    let best = 0;
    for (const price of this.#ladders[side].keys()) if (price > best) best = price;
    return best;
  }

  /** What rests at a level, 0 when nothing does. */
  size(side: Side, price: Price): Quantity {
    return this.#ladders[side].get(price) ?? 0;
  }

  /** The ladder of `side`. */
  levels(side: Side): GeneratedLevels {
    return [...this.#ladders[side]].sort(([one], [other]) => one - other);
  }

  /** Adds `change`, which is signed, to a level. */
  change(side: Side, price: Price, change: Quantity): void {
    const size = this.size(side, price) + change;
    if (size < 0) throw new RangeError(`Cannot take ${-change} from ${side} ${price}: too few`);
    if (size === 0) this.#ladders[side].delete(price);
    else this.#ladders[side].set(price, size);
    if (this.best("yes") + this.best("no") > 10_000) {
      throw new RangeError(`Cannot bid ${price} for ${side}: it would cross the book`);
    }
  }
}

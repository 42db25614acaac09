import { type Money, NO_PRICE, notional, type Price } from "@ssmd/core";
import type { MarketDisplay } from "./market_display.ts";
import type { Position } from "./portfolio.ts";

/**
 * What open positions could be sold for: the best bid of their side. Where that is not shown, or the
 * market is stale, it is the one that was remembered last, before any what a stale market shows.
 */
export class PositionMarks {
  readonly #displayOf: (ticker: string) => MarketDisplay | undefined;
  readonly #marks = new Map<Position, Mark>();
  #turns = 0;

  /** Looks at the displays that `displayOf` gives. */
  constructor(displayOf: (ticker: string) => MarketDisplay | undefined) {
    this.#displayOf = displayOf;
  }

  /** The price of a position; `undefined` where there never was a bid. */
  priceOf(position: Position): Price | undefined {
    const price = this.#priceOf(position, this.#markOf(position));
    return price === NO_PRICE ? undefined : price;
  }

  /** What a position is worth: at its price, else what it cost. */
  worthOf(position: Position): Money {
    const price = this.#priceOf(position, this.#markOf(position));
    return price === NO_PRICE ? position.cost : notional(price, position.quantity);
  }

  /** Remembers the prices of `positions`, and no others. */
  remember(positions: readonly Position[]): void {
    const turn = ++this.#turns;
    for (const position of positions) {
      const mark = this.#markOf(position);
      mark.remembered = this.#priceOf(position, mark);
      mark.turn = turn;
    }
    if (this.#marks.size === positions.length) return;
    for (const [position, mark] of this.#marks) {
      if (mark.turn !== turn) this.#marks.delete(position);
    }
  }

  /** What is remembered of `positions`, in their order; null for nothing. */
  save(positions: readonly Position[]): (Price | null)[] {
    return positions.map((position) => {
      const { remembered } = this.#markOf(position);
      return remembered === NO_PRICE ? null : remembered;
    });
  }

  /** Takes over what {@link save} gave for the same positions. */
  restore(positions: readonly Position[], saved: readonly (Price | null)[]): void {
    for (const [index, position] of positions.entries()) {
      this.#markOf(position).remembered = saved[index] ?? NO_PRICE;
    }
  }

  #priceOf({ side }: Position, { display, remembered }: Mark): Price {
    const bid = display === undefined ? NO_PRICE : display.bestPrice(side);
    if (bid !== NO_PRICE && display?.stale === false) return bid;
    return remembered === NO_PRICE ? bid : remembered;
  }

  // The display of a market stays the same once there is one.
  #markOf(position: Position): Mark {
    let mark = this.#marks.get(position);
    if (mark === undefined) {
      mark = { display: undefined, remembered: NO_PRICE, turn: 0 };
      this.#marks.set(position, mark);
    }
    mark.display ??= this.#displayOf(position.ticker);
    return mark;
  }
}

/** What is known of a position's price. */
interface Mark {
  /** Where it is looked up. */
  display: MarketDisplay | undefined;
  /** The one that was remembered last, or NO_PRICE. */
  remembered: Price;
  /** In which turn of remembering that was. */
  turn: number;
}

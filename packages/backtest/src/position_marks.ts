import { type Money, NO_PRICE, notional, type Price } from "@ssmd/core";
import type { MarketDisplay } from "./market_display.ts";
import type { Position } from "./portfolio.ts";

/**
 * What open positions could be sold for: the best bid of their side. Where that is not shown, or the
 * market is stale, it is the one that was remembered last, before any what a stale market shows.
 */
export class PositionMarks {
  readonly #displayOf: (ticker: string) => MarketDisplay | undefined;
  /** One for each position that was looked at last, in the same order. */
  #marks: Mark[] = [];
  #positions: readonly Position[] = [];

  /** Looks at the displays that `displayOf` gives. */
  constructor(displayOf: (ticker: string) => MarketDisplay | undefined) {
    this.#displayOf = displayOf;
  }

  /** The price of each of `positions`; `undefined` where there never was a bid. */
  prices(positions: readonly Position[]): readonly (Price | undefined)[] {
    return this.#marksOf(positions).map((mark) => {
      const price = this.#priceOf(mark);
      return price === NO_PRICE ? undefined : price;
    });
  }

  /** What `positions` are worth together: each at its price, else what it cost. */
  worth(positions: readonly Position[]): Money {
    const marks = this.#marksOf(positions);
    let worth = 0;
    for (let index = 0; index < marks.length; index++) {
      const mark = marks[index]!;
      worth += worthOf(mark.position, this.#priceOf(mark));
    }
    return worth;
  }

  /** Remembers the prices of `positions`, and no others; gives what they are {@link worth}. */
  remember(positions: readonly Position[]): Money {
    const marks = this.#marksOf(positions);
    let worth = 0;
    for (let index = 0; index < marks.length; index++) {
      const mark = marks[index]!;
      mark.remembered = this.#priceOf(mark);
      worth += worthOf(mark.position, mark.remembered);
    }
    return worth;
  }

  /** What is remembered of `positions`, in their order; null for nothing. */
  save(positions: readonly Position[]): (Price | null)[] {
    return this.#marksOf(positions).map(({ remembered }) =>
      remembered === NO_PRICE ? null : remembered
    );
  }

  /** Takes over what {@link save} gave for the same positions. */
  restore(positions: readonly Position[], saved: readonly (Price | null)[]): void {
    for (const [index, mark] of this.#marksOf(positions).entries()) {
      mark.remembered = saved[index] ?? NO_PRICE;
    }
  }

  #priceOf(mark: Mark): Price {
    // The display of a market stays the same once there is one.
    const display = mark.display ??= this.#displayOf(mark.position.ticker);
    if (display === undefined) return mark.remembered;
    const { version } = display.market;
    if (version !== mark.version) {
      mark.version = version;
      mark.bid = display.bestPrice(mark.position.side);
      mark.isStale = display.stale;
    }
    if (mark.bid !== NO_PRICE && !mark.isStale) return mark.bid;
    return mark.remembered === NO_PRICE ? mark.bid : mark.remembered;
  }

  /** The marks of `positions`, which are those of before without some and with new ones behind. */
  #marksOf(positions: readonly Position[]): readonly Mark[] {
    if (positions === this.#positions) return this.#marks;
    const before = this.#marks;
    let at = 0;
    this.#marks = positions.map((position) => {
      while (at < before.length && before[at]!.position !== position) at++;
      return before[at++] ?? newMark(position);
    });
    this.#positions = positions;
    return this.#marks;
  }
}

function worthOf({ cost, quantity }: Position, price: Price): Money {
  return price === NO_PRICE ? cost : notional(price, quantity);
}

/** What is known of a position's price. */
interface Mark {
  /** The position. */
  readonly position: Position;
  /** Where its price is looked up. */
  display: MarketDisplay | undefined;
  /** The best bid of its side, or NO_PRICE, and whether that may be wrong, as of a version. */
  bid: Price;
  isStale: boolean;
  version: number;
  /** The price that was remembered last, or NO_PRICE. */
  remembered: Price;
}

function newMark(position: Position): Mark {
  return {
    position,
    display: undefined,
    bid: NO_PRICE,
    isStale: true,
    version: -1,
    remembered: NO_PRICE,
  };
}

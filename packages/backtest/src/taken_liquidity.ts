import {
  type BookLevel,
  type BookView,
  type EpochMicros,
  MICROS_PER_SECOND,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import { type Fill, FULL_PARTICIPATION, type Order } from "./fill_model.ts";
import { type MarketDisplay, oppositeOf } from "./market_display.ts";

/** After this time, and a change, others are taken to have filled up what a run took. */
export const REFILL: EpochMicros = 60 * MICROS_PER_SECOND;

interface Taken {
  /** Which bid it was taken from: its edition when something was last taken. */
  readonly edition: number;
  /** What the level displayed when something was last taken from it. */
  readonly displayed: Quantity;
  /** How much of that is gone. */
  readonly quantity: Quantity;
  /** When something was last taken. */
  readonly time: EpochMicros;
}

/** {@link TakenLiquidity} as plain data: ticker, side, price, and what is gone there. */
export type SavedTaken = readonly (readonly [
  ticker: string,
  side: Side,
  price: Price,
  taken: Taken,
])[];

/**
 * What a run has taken from what was displayed. The data do not know of its orders, so without this
 * the same resting contracts could be bought again and again. While nothing happens to a level, what
 * was taken stays gone. When it grows, what it grew by can be taken; when it shrinks, others took of
 * what was left. A level that has changed counts as new a minute after something was last taken from
 * it: nobody knows when it would have been filled up.
 */
export class TakenLiquidity {
  readonly #participation: number;
  readonly #taken = new Map<string, Map<number, Taken>>();

  /** Of each level, `participation` in 1/1,000,000 may be taken. */
  constructor(participation: number = FULL_PARTICIPATION) {
    this.#participation = participation;
  }

  /** What `display` shows, cut to what may be taken and less what was taken. */
  remaining(display: MarketDisplay, time: EpochMicros): BookView {
    const levels = this.#taken.get(display.market.ticker);
    return new RemainingBook(display, (side, { price, size }) => {
      const before = levels?.get(levelKey(side, price));
      const gone = goneFrom(before, display.edition(side, size), size, time);
      return Math.floor(size * this.#participation / FULL_PARTICIPATION) - gone;
    });
  }

  /** Remembers that `order` took `fills` from what `display` shows. */
  take(
    display: MarketDisplay,
    order: Pick<Order, "action" | "side">,
    fills: readonly Fill[],
    time: EpochMicros,
  ): void {
    const buying = order.action === "buy";
    const side = buying ? oppositeOf(order.side) : order.side;
    for (const fill of fills) {
      const price = buying ? ONE_DOLLAR - fill.price : fill.price;
      const size = display.sizeAt(side, price) ?? 0;
      // A model may fill at prices that are not shown.
      if (size === 0) continue;
      const levels = this.#levelsOf(display.market.ticker);
      const key = levelKey(side, price);
      const edition = display.edition(side, size);
      const earlier = goneFrom(levels.get(key), edition, size, time);
      levels.set(key, { edition, displayed: size, quantity: earlier + fill.quantity, time });
    }
  }

  /** What was taken, as plain data. */
  save(): SavedTaken {
    return [...this.#taken].flatMap(([ticker, levels]) =>
      [...levels].map(([key, taken]) =>
        [ticker, key % 2 === 0 ? "yes" : "no", key >> 1, taken] as const
      )
    );
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedTaken): void {
    for (const [ticker, side, price, taken] of saved) {
      this.#levelsOf(ticker).set(levelKey(side, price), taken);
    }
  }

  #levelsOf(ticker: string): Map<number, Taken> {
    const levels = this.#taken.get(ticker) ?? new Map<number, Taken>();
    this.#taken.set(ticker, levels);
    return levels;
  }
}

/** How much of a level that displays `size` now is gone. */
function goneFrom(
  taken: Taken | undefined,
  edition: number,
  size: Quantity,
  time: EpochMicros,
): Quantity {
  if (taken === undefined) return 0;
  const { displayed, quantity } = taken;
  if (taken.edition === edition) return quantity;
  if (time - taken.time >= REFILL) return 0;
  if (size >= displayed) return quantity;
  return size - Math.min(Math.max(0, displayed - quantity), size);
}

class RemainingBook implements BookView {
  readonly #display: MarketDisplay;
  readonly #sizeOf: (side: Side, level: BookLevel) => Quantity;

  constructor(display: MarketDisplay, sizeOf: (side: Side, level: BookLevel) => Quantity) {
    this.#display = display;
    this.#sizeOf = sizeOf;
  }

  get stale(): boolean {
    return this.#display.stale;
  }

  bestBid(side: Side): BookLevel | undefined {
    return this.bids(side, 1)[0];
  }

  bestAsk(side: Side): BookLevel | undefined {
    return this.asks(side, 1)[0];
  }

  bids(side: Side, depth?: number): BookLevel[] {
    const left = this.#display.bids(side).map((level) => ({
      price: level.price,
      size: this.#sizeOf(side, level),
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

/** Even for YES, odd for NO. */
function levelKey(side: Side, price: Price): number {
  return 2 * price + (side === "yes" ? 0 : 1);
}

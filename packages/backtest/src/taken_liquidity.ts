import {
  type BookLevel,
  type BookView,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import { type Fill, FULL_PARTICIPATION, type Order } from "./fill_model.ts";
import { type MarketDisplay, oppositeOf } from "./market_display.ts";

interface Taken {
  /** Which bid it was taken from: its edition when something was last taken. */
  readonly edition: number;
  readonly quantity: Quantity;
}

/** {@link TakenLiquidity} as plain data: ticker, side, price, edition, contracts. */
export type SavedTaken = readonly (readonly [string, Side, Price, number, Quantity])[];

/**
 * What a run has taken from what was displayed. The data do not know of its orders, so without this
 * the same resting contracts could be bought again and again. A level's taken part is remembered
 * until the size it displays changes, a quote's until its price or size does; then the level counts
 * as new.
 */
export class TakenLiquidity {
  readonly #participation: number;
  readonly #taken = new Map<string, Map<number, Taken>>();

  /** Of each level, `participation` in 1/1,000,000 may be taken. */
  constructor(participation: number = FULL_PARTICIPATION) {
    this.#participation = participation;
  }

  /** What `display` shows, cut to what may be taken and less what was taken. */
  remaining(display: MarketDisplay): BookView {
    const levels = this.#taken.get(display.market.ticker);
    return new RemainingBook(display, (side, { price, size }) => {
      const taken = levels?.get(levelKey(side, price));
      const gone = taken?.edition === display.edition(side, size) ? taken.quantity : 0;
      return Math.floor(size * this.#participation / FULL_PARTICIPATION) - gone;
    });
  }

  /** Remembers that `order` took `fills` from what `display` shows. */
  take(display: MarketDisplay, order: Order, fills: readonly Fill[]): void {
    const buying = order.action === "buy";
    const side = buying ? oppositeOf(order.side) : order.side;
    for (const fill of fills) {
      const price = buying ? ONE_DOLLAR - fill.price : fill.price;
      const size = display.sizeAt(side, price) ?? 0;
      // A model may fill at prices that are not shown.
      if (size === 0) continue;
      this.#add(display.market.ticker, side, price, display.edition(side, size), fill.quantity);
    }
  }

  /** What was taken, as plain data. */
  save(): SavedTaken {
    return [...this.#taken].flatMap(([ticker, levels]) =>
      [...levels].map(([key, { edition, quantity }]) => {
        return [ticker, key % 2 === 0 ? "yes" : "no", key >> 1, edition, quantity] as const;
      })
    );
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedTaken): void {
    for (const [ticker, side, price, edition, quantity] of saved) {
      this.#add(ticker, side, price, edition, quantity);
    }
  }

  #add(ticker: string, side: Side, price: Price, edition: number, quantity: Quantity): void {
    const levels = this.#taken.get(ticker) ?? new Map<number, Taken>();
    this.#taken.set(ticker, levels);
    const key = levelKey(side, price);
    const before = levels.get(key);
    const earlier = before?.edition === edition ? before.quantity : 0;
    levels.set(key, { edition, quantity: earlier + quantity });
  }
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

import { BookGrid } from "./book_grid.ts";
import type { BookLevel, BookView } from "./book_view.ts";
import type { EpochMicros } from "../clock.ts";
import { NO_PRICE, SIDE_NO, SIDE_YES } from "../events/event_kind.ts";
import { ONE_DOLLAR, type Price, type Quantity } from "../fixed_point.ts";
import type { GapReason } from "../gap.ts";
import type { Side } from "../events/market_event.ts";

/**
 * Why a book may be wrong: nothing to start from yet, frames that are missing, or a change that
 * does not fit what the book holds.
 */
export type StaleReason = "no snapshot" | "inconsistency" | GapReason;

/** An {@link OrderBook} as plain data. */
export interface SavedBook {
  /** Bids for YES as price and size, best first. */
  readonly yes: readonly (readonly [price: Price, size: Quantity])[];
  /** Bids for NO as price and size, best first. */
  readonly no: readonly (readonly [price: Price, size: Quantity])[];
  /** What made it stale; absent while it is not. */
  readonly staleReason?: StaleReason;
  /** When that was, where it is known. */
  readonly staleSince?: EpochMicros;
  /** Deltas that were dropped for want of a snapshot. */
  readonly deltasBeforeSnapshot: number;
  /** Levels and deltas that did not fit. */
  readonly inconsistencies: number;
}

/**
 * The book of one binary market, built from its events: a snapshot replaces, a delta adds, and
 * whatever makes it doubtful leaves it stale until the next snapshot. Deltas after a gap still
 * apply, as the best knowledge there is. Exact integers throughout.
 */
export class OrderBook implements BookView {
  #grid: BookGrid | undefined;
  #staleReason: StaleReason | undefined = "no snapshot";
  #staleSince: EpochMicros | undefined;
  #deltasBeforeSnapshot = 0;
  #inconsistencies = 0;

  /** Whether the book may be wrong: no snapshot yet, a gap since, or an inconsistency. */
  get stale(): boolean {
    return this.#staleReason !== undefined;
  }

  /** What first made the book stale since its last snapshot; `undefined` while it is not. */
  get staleReason(): StaleReason | undefined {
    return this.#staleReason;
  }

  /** When that was, where {@link markStale} was told; always `undefined` before any snapshot. */
  get staleSince(): EpochMicros | undefined {
    return this.#staleSince;
  }

  /** Deltas that were dropped because there was no snapshot to apply them to. */
  get deltasBeforeSnapshot(): number {
    return this.#deltasBeforeSnapshot;
  }

  /** Levels and deltas that did not fit: absent or impossible values, a size below zero. */
  get inconsistencies(): number {
    return this.#inconsistencies;
  }

  /** Empties the book and trusts it again; the levels of the snapshot follow by {@link setLevel}. */
  snapshot(): void {
    if (this.#grid === undefined) this.#grid = new BookGrid();
    else this.#grid.clear();
    this.#staleReason = undefined;
    this.#staleSince = undefined;
  }

  /**
   * Sets what rests at `price` of `side` (SIDE_YES or SIDE_NO), as part of a snapshot. False when it
   * cannot be: no side, not a price from 0 to 10,000, not an exact size ≥ 0, no snapshot yet, more
   * than 2^53 − 1 on one side. That counts as an inconsistency and leaves the book stale.
   */
  setLevel(side: number, price: Price, size: Quantity): boolean {
    return this.#grid?.set(side, price, size) || this.#refuse();
  }

  /**
   * Adds the signed `change` at `price` of `side` (SIDE_YES or SIDE_NO). False before the first
   * snapshot, when it is dropped and counted, and for an inconsistency as in {@link setLevel}; a
   * change below zero removes its level.
   */
  applyDelta(side: number, price: Price, change: Quantity): boolean {
    const grid = this.#grid;
    if (grid === undefined) {
      this.#deltasBeforeSnapshot++;
      return false;
    }
    return grid.add(side, price, change) || this.#refuse();
  }

  /**
   * Makes the book stale until its next snapshot. A stale book keeps its first reason, and its first
   * time as soon as one is given.
   */
  markStale(reason: StaleReason = "inconsistency", at?: EpochMicros): void {
    if (this.#grid === undefined) return;
    this.#staleReason ??= reason;
    this.#staleSince ??= at;
  }

  /** The price of {@link bestBid} for SIDE_YES or SIDE_NO, or NO_PRICE; allocates nothing. */
  bestBidPrice(side: number): Price {
    return this.#grid?.bestPrice(side) ?? NO_PRICE;
  }

  /** The size of {@link bestBid} for SIDE_YES or SIDE_NO, or 0; allocates nothing. */
  bestBidSize(side: number): Quantity {
    return this.sizeAt(side, this.bestBidPrice(side));
  }

  /** What rests at `price` of SIDE_YES or SIDE_NO; 0 when nothing does. */
  sizeAt(side: number, price: Price): Quantity {
    return this.#grid?.sizeAt(side, price) ?? 0;
  }

  /** How many prices of SIDE_YES or SIDE_NO hold a size; counted anew on each call. */
  levelCount(side: number): number {
    let count = 0;
    for (let price = this.bestBidPrice(side); price !== NO_PRICE; count++) {
      price = this.#grid?.priceBelow(side, price) ?? NO_PRICE;
    }
    return count;
  }

  /** The sum of the sizes of SIDE_YES or SIDE_NO. */
  totalSize(side: number): Quantity {
    return this.#grid?.sum(side) ?? 0;
  }

  /** The highest bid for `side`. */
  bestBid(side: Side): BookLevel | undefined {
    return this.bids(side, 1)[0];
  }

  /** The lowest ask for `side`: $1 minus the other side's best bid. */
  bestAsk(side: Side): BookLevel | undefined {
    return this.asks(side, 1)[0];
  }

  /** Up to `depth` bids for `side`, best first; all of them when `depth` is absent. */
  bids(side: Side, depth: number = Infinity): BookLevel[] {
    const ladder = side === "yes" ? SIDE_YES : SIDE_NO;
    const levels: BookLevel[] = [];
    let price = this.bestBidPrice(ladder);
    while (price !== NO_PRICE && levels.length < depth) {
      levels.push({ price, size: this.sizeAt(ladder, price) });
      price = this.#grid?.priceBelow(ladder, price) ?? NO_PRICE;
    }
    return levels;
  }

  /** Up to `depth` asks for `side`, best first; all of them when `depth` is absent. */
  asks(side: Side, depth: number = Infinity): BookLevel[] {
    const opposite = this.bids(side === "yes" ? "no" : "yes", depth);
    return opposite.map(({ price, size }) => ({ price: ONE_DOLLAR - price, size }));
  }

  /** The book as plain data, for {@link restore}. */
  save(): SavedBook {
    const levels = (side: Side) => this.bids(side).map(({ price, size }) => [price, size] as const);
    return {
      yes: levels("yes"),
      no: levels("no"),
      ...(this.#staleReason === undefined ? {} : { staleReason: this.#staleReason }),
      ...(this.#staleSince === undefined ? {} : { staleSince: this.#staleSince }),
      deltasBeforeSnapshot: this.#deltasBeforeSnapshot,
      inconsistencies: this.#inconsistencies,
    };
  }

  /**
   * Becomes the book that {@link save} gave. Throws `RangeError` for levels that no book can hold.
   */
  restore(saved: SavedBook): void {
    this.#grid = saved.staleReason === "no snapshot" ? undefined : new BookGrid();
    for (const [side, levels] of [[SIDE_YES, saved.yes], [SIDE_NO, saved.no]] as const) {
      for (const [price, size] of levels) {
        if (this.#grid?.set(side, price, size)) continue;
        throw new RangeError(`Cannot restore a book with ${size} at ${price}`);
      }
    }
    this.#staleReason = saved.staleReason;
    this.#staleSince = saved.staleSince;
    this.#deltasBeforeSnapshot = saved.deltasBeforeSnapshot;
    this.#inconsistencies = saved.inconsistencies;
  }

  /**
   * The whole book as `yes|p:q,p:q;no|p:q,p:q`: prices ascending, integers in units of 1/10,000
   * dollar and 1/100 contract. Two books are equal exactly when these texts are.
   */
  canonicalText(): string {
    const text = (side: Side) =>
      `${side}|${this.bids(side).reverse().map(({ price, size }) => `${price}:${size}`).join()}`;
    return `${text("yes")};${text("no")}`;
  }

  #refuse(): false {
    this.#inconsistencies++;
    this.markStale();
    return false;
  }
}

import { NO_PRICE, SIDE_NO, SIDE_YES } from "../events/event_kind.ts";
import { ONE_DOLLAR, type Price, type Quantity } from "../fixed_point.ts";

/** Cells behind a side's sizes: the tick of its best price (below zero for none), and their sum. */
const EXTRA = 2;

/**
 * The sizes that rest on both sides of a book, in one flat array with a cell per tick:
 *
 * ```
 * | YES at 0, step, … $1 | best, sum | NO at 0, step, … $1 | best, sum |
 * ```
 *
 * It begins with whole cents, which nearly every market trades in and which take under 1 KB a side;
 * a finer price moves it to a finer grid for good. Sides are SIDE_YES and SIDE_NO; anything else is
 * a `RangeError` where a value is read. Sizes and sums stay exact integers.
 */
export class BookGrid {
  #step = 100;
  #reciprocal = reciprocalOf(100);
  #ticks = 101;
  #stride = 101 + EXTRA;
  #cells = emptyCells(101);

  /**
   * Changes the size at `price` of `side` by `change`, or answers false: for what is no side, no
   * price or no exact integer, for a sum beyond 2^53 − 1, and for a result below zero, which also
   * removes the level.
   */
  add(side: number, price: Price, change: Quantity): boolean {
    // price / step without a division; what is not on the grid does not multiply back.
    const tick = Math.imul(price, this.#reciprocal) >>> 17;
    if (Math.imul(tick, this.#step) !== price || tick >= this.#ticks) {
      return this.#addRare(side, price, change);
    }
    const cells = this.#cells;
    // What is no side lands outside the array, where sizes are NaN. Not `*`: its result might be −0,
    // and checking for that costs a third of this method.
    const start = Math.imul(side - 1, this.#stride);
    const best = start + this.#ticks;
    const size = cells[start + tick]! + change;
    const sum = cells[best + 1]! + change;
    if (!(size >= 0 && sum <= Number.MAX_SAFE_INTEGER) || Math.floor(change) !== change) {
      return this.#addRare(side, price, change);
    }
    cells[start + tick] = size;
    cells[best + 1] = sum;
    if (size > 0) {
      if (tick > cells[best]!) cells[best] = tick;
    } else if (tick === cells[best]) {
      cells[best] = sum > 0 ? this.#below(start, tick) : -1;
    }
    return true;
  }

  /** Replaces the size at `price` of `side`; false as for {@link add}. */
  set(side: number, price: Price, size: Quantity): boolean {
    if (side !== SIDE_YES && side !== SIDE_NO) return false;
    return this.add(side, price, size - this.sizeAt(side, price));
  }

  /** Removes every level of both sides; the grid stays as fine as it has become. */
  clear(): void {
    this.#cells.fill(0);
    markEmpty(this.#cells, this.#ticks);
  }

  /** The highest price of `side` that holds a size, or {@link NO_PRICE}. */
  bestPrice(side: number): Price {
    const best = this.#cells[this.#start(side) + this.#ticks]!;
    return best < 0 ? NO_PRICE : best * this.#step;
  }

  /** The next price below `price` that holds a size on `side`, or {@link NO_PRICE}. */
  priceBelow(side: number, price: Price): Price {
    const tick = this.#below(this.#start(side), Math.ceil(price / this.#step));
    return tick < 0 ? NO_PRICE : tick * this.#step;
  }

  /** The size at `price` of `side`; 0 where nothing rests and for what is no price. */
  sizeAt(side: number, price: Price): Quantity {
    const tick = price / this.#step;
    const onGrid = Number.isInteger(tick) && tick >= 0 && tick < this.#ticks;
    return onGrid ? this.#cells[this.#start(side) + tick]! : 0;
  }

  /** The sum of the sizes of `side`. */
  sum(side: number): Quantity {
    return this.#cells[this.#start(side) + this.#ticks + 1]!;
  }

  #start(side: number): number {
    if (side === SIDE_YES) return 0;
    if (side === SIDE_NO) return this.#stride;
    throw new RangeError(`Cannot read side ${side} of a book: expected SIDE_YES or SIDE_NO`);
  }

  #below(start: number, tick: number): number {
    const cells = this.#cells;
    do tick--; while (tick >= 0 && cells[start + tick] === 0);
    return tick;
  }

  #addRare(side: number, price: Price, change: Quantity): boolean {
    const isSide = side === SIDE_YES || side === SIDE_NO;
    const isPrice = Number.isInteger(price) && price >= 0 && price <= ONE_DOLLAR;
    if (!isSide || !isPrice) return false;
    if (price % this.#step !== 0) {
      this.#refine(price % 10 === 0 ? 10 : 1);
      return this.add(side, price, change);
    }
    const resting = this.sizeAt(side, price);
    if (resting + change < 0) this.add(side, price, -resting);
    return false;
  }

  #refine(step: number): void {
    const ticks = ONE_DOLLAR / step + 1;
    const ratio = this.#step / step;
    const cells = emptyCells(ticks);
    for (const side of [0, 1]) {
      const from = side * this.#stride;
      const to = side * (ticks + EXTRA);
      for (let tick = 0; tick < this.#ticks; tick++) {
        cells[to + tick * ratio] = this.#cells[from + tick]!;
      }
      // A best tick of none stays below zero.
      cells[to + ticks] = this.#cells[from + this.#ticks]! * ratio;
      cells[to + ticks + 1] = this.#cells[from + this.#ticks + 1]!;
    }
    this.#step = step;
    this.#reciprocal = reciprocalOf(step);
    this.#ticks = ticks;
    this.#stride = ticks + EXTRA;
    this.#cells = cells;
  }
}

/** 1 / `step` in units of 2^−17, rounded up: exact for whole ticks up to $1, within 32 bits. */
function reciprocalOf(step: number): number {
  return Math.ceil(2 ** 17 / step);
}

function emptyCells(ticks: number): Float64Array {
  const cells = new Float64Array(2 * (ticks + EXTRA));
  markEmpty(cells, ticks);
  return cells;
}

function markEmpty(cells: Float64Array, ticks: number): void {
  cells[ticks] = -1;
  cells[ticks + EXTRA + ticks] = -1;
}

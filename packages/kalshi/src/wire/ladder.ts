import { NO_PRICE } from "@ssmd/core";
import { type DecimalRule, readDecimal } from "./decimal.ts";
import { CONTRACTS } from "./field_rule.ts";

/** The levels of one side of a snapshot, in the frame's order. Reused from frame to frame. */
export class Ladder {
  /** How many levels there are. */
  length = 0;
  /** Their prices; {@link NO_PRICE} for one that could not be read. */
  prices: Float64Array = new Float64Array(64);
  /** Their sizes; NaN for one that could not be read. */
  sizes: Float64Array = new Float64Array(64);

  /**
   * Fills it from a JSON value, prices by `rule`. False when a part of it could not be read. A level
   * for each such entry, or one level for a value that is no list, stands without that part: a book
   * that is built from it must not look complete.
   */
  fill(value: unknown, rule: DecimalRule): boolean {
    this.length = 0;
    let complete = Array.isArray(value);
    for (const entry of Array.isArray(value) ? value as unknown[] : [undefined]) {
      const pair: unknown[] = Array.isArray(entry) && entry.length === 2 ? entry : [];
      const price = readDecimal(pair[0], rule);
      const size = readDecimal(pair[1], CONTRACTS);
      this.push(Number.isNaN(price) ? NO_PRICE : price, size);
      if (Number.isNaN(price) || Number.isNaN(size)) complete = false;
    }
    return complete;
  }

  /** Appends a level. */
  push(price: number, size: number): void {
    if (this.length === this.prices.length) {
      this.prices = doubled(this.prices);
      this.sizes = doubled(this.sizes);
    }
    this.prices[this.length] = price;
    this.sizes[this.length] = size;
    this.length++;
  }
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

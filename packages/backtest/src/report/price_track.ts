import type { EpochMicros, Price } from "@ssmd/core";
import type { PlotPoint } from "./plot_point.ts";

const FIRST_WIDTH: EpochMicros = 1_000_000;
const FIRST_CAPACITY = 16;

/**
 * One market's price over time in bounded memory: the lowest and the highest of each stretch. The
 * stretches are equally wide, begin at multiples of their width, and double when there are too many;
 * stretches without a price take no room.
 */
export class PriceTrack {
  #width = FIRST_WIDTH;
  #length = 0;
  #end = -Infinity;
  /** The lowest price of the newest stretch, and the highest, so that most prices end here. */
  #newestLow = Infinity;
  #newestHigh = -Infinity;
  /** Number of each stretch, counted from 1970. */
  #stretch = new Float64Array(FIRST_CAPACITY);
  #lowTime = new Float64Array(FIRST_CAPACITY);
  #highTime = new Float64Array(FIRST_CAPACITY);
  #low = new Int32Array(FIRST_CAPACITY);
  #high = new Int32Array(FIRST_CAPACITY);

  /** Stretches with a price. */
  get length(): number {
    return this.#length;
  }

  /** Stretches that there is room for now. */
  get capacity(): number {
    return this.#stretch.length;
  }

  /**
   * Adds a price; one that is late counts for the newest stretch. At most `limit` stretches are kept.
   * Gives by how much the {@link capacity} has grown, or shrunk when below 0.
   */
  add(time: EpochMicros, price: Price, limit: number): number {
    if (time < this.#end) {
      if (price < this.#newestLow || price > this.#newestHigh) this.#widen(time, price);
      return 0;
    }
    const before = this.capacity;
    if (this.#length === limit) this.shrink(limit);
    if (this.#length === this.capacity) this.#resize(Math.min(this.capacity * 2, limit));
    const stretch = Math.floor(time / this.#width);
    this.#end = (stretch + 1) * this.#width;
    if (this.#length > 0 && this.#stretch[this.#length - 1] === stretch) {
      this.#widen(time, price);
    } else {
      const at = this.#length++;
      this.#stretch[at] = stretch;
      this.#lowTime[at] = this.#highTime[at] = time;
      this.#low[at] = this.#high[at] = price;
      this.#newestLow = this.#newestHigh = price;
    }
    return this.capacity - before;
  }

  #widen(time: EpochMicros, price: Price): void {
    const newest = this.#length - 1;
    this.#extend(newest, time, price);
    this.#newestLow = this.#low[newest]!;
    this.#newestHigh = this.#high[newest]!;
  }

  #extend(at: number, time: EpochMicros, price: Price): void {
    if (price < this.#low[at]!) {
      this.#low[at] = price;
      this.#lowTime[at] = time;
    } else if (price > this.#high[at]!) {
      this.#high[at] = price;
      this.#highTime[at] = time;
    }
  }

  /** Widens the stretches until there are at most `limit / 2`, and gives back the room above `limit`. */
  shrink(limit: number): void {
    while (this.#length > limit / 2) this.#double();
    if (this.#length > 0) {
      const newest = this.#length - 1;
      this.#end = (this.#stretch[newest]! + 1) * this.#width;
      this.#newestLow = this.#low[newest]!;
      this.#newestHigh = this.#high[newest]!;
    }
    if (this.capacity > limit) this.#resize(limit);
  }

  #double(): void {
    this.#width *= 2;
    let to = -1;
    for (let from = 0; from < this.#length; from++) {
      const stretch = Math.floor(this.#stretch[from]! / 2);
      if (to < 0 || this.#stretch[to] !== stretch) {
        to++;
        this.#stretch[to] = stretch;
        this.#low[to] = this.#low[from]!;
        this.#high[to] = this.#high[from]!;
        this.#lowTime[to] = this.#lowTime[from]!;
        this.#highTime[to] = this.#highTime[from]!;
      } else {
        this.#extend(to, this.#lowTime[from]!, this.#low[from]!);
        this.#extend(to, this.#highTime[from]!, this.#high[from]!);
      }
    }
    this.#length = to + 1;
  }

  #resize(capacity: number): void {
    const floats = (from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(capacity);
      to.set(from.subarray(0, this.#length));
      return to;
    };
    const integers = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(capacity);
      to.set(from.subarray(0, this.#length));
      return to;
    };
    this.#stretch = floats(this.#stretch);
    this.#lowTime = floats(this.#lowTime);
    this.#highTime = floats(this.#highTime);
    this.#low = integers(this.#low);
    this.#high = integers(this.#high);
  }

  /** The lowest and highest price of each stretch, in time order; one point where they are the same. */
  points(): PlotPoint[] {
    const points: PlotPoint[] = [];
    for (let at = 0; at < this.#length; at++) {
      const low = { time: this.#lowTime[at]!, value: this.#low[at]! };
      const high = { time: this.#highTime[at]!, value: this.#high[at]! };
      if (low.value === high.value) points.push(low);
      else if (low.time <= high.time) points.push(low, high);
      else points.push(high, low);
    }
    return points;
  }
}

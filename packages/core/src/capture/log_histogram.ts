const STEPS = 32;
/** Enough for every exact integer: 2⁵³ lies 48 doublings above the first {@link STEPS} × 2. */
const BUCKETS = STEPS * 50;

/**
 * How integers are distributed, in memory that does not grow: buckets of one value up to 63, then 32
 * of equal width per doubling. Negative values have buckets of their own.
 */
export class LogHistogram {
  readonly #above = new Float64Array(BUCKETS);
  readonly #below = new Float64Array(BUCKETS);
  #count = 0;

  /** How many values were added. */
  get count(): number {
    return this.#count;
  }

  /** Adds a value. Throws `RangeError` for one that is no exact integer. */
  add(value: number): void {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`Cannot count ${value}: expected an exact integer`);
    }
    if (value >= 0) this.#above[bucketOf(value)]!++;
    else this.#below[bucketOf(-value)]!++;
    this.#count++;
  }

  /**
   * The smallest value that is not exceeded by the share `q`, from 0 to 1, of the values, up to the
   * width of a bucket: at most 1/32 of the value away from zero. `undefined` when there is none.
   */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (let bucket = BUCKETS - 1; bucket >= 0; bucket--) {
      left -= this.#below[bucket]!;
      if (left <= 0) return -highestOf(bucket);
    }
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#above[bucket]!;
      if (left <= 0) return highestOf(bucket);
    }
    return undefined;
  }

  /** Forgets all values. */
  clear(): void {
    this.#above.fill(0);
    this.#below.fill(0);
    this.#count = 0;
  }
}

function bucketOf(value: number): number {
  if (value < 2 * STEPS) return value;
  const high = Math.floor(value / 2 ** 32);
  const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
  const doublings = bits - 6;
  return STEPS * doublings + Math.floor(value / 2 ** doublings);
}

function highestOf(bucket: number): number {
  if (bucket < 2 * STEPS) return bucket;
  const doublings = Math.floor(bucket / STEPS) - 1;
  return (bucket - STEPS * doublings + 1) * 2 ** doublings - 1;
}

/**
 * Which value of a sample: there are up to three.
 * @internal
 */
export type SampleColumn = 0 | 1 | 2;

/** Samples by their number, counted from the first that ever was. */
export interface NumberedSamples {
  /** A value of sample `number`. */
  value(number: number, column: SampleColumn): number;
  /** The time of sample `number`. */
  time(number: number): number;
  /** The values of the samples `[from, to)`, added up in order. */
  sum(column: SampleColumn, from: number, to: number): number;
  /** Whether sums from sample `number` on have not been rounded. */
  isExactFrom(number: number): boolean;
}

/**
 * The samples of a `RollingWindow` within a duration, oldest first.
 * @internal
 */
export class WindowRange {
  /** How long the window is, in its unit of time. */
  readonly duration: number;
  /** For which time it was looked up. */
  now: number = 0;
  /** As of which state of the ring it was looked up. */
  version: number = -1;
  /** The number of the sample from which on all are in the window. */
  first: number = 0;
  /** How many samples are in the window. */
  count: number = 0;
  readonly #window: NumberedSamples;
  // Numbers of samples before `first` that are in the window too, others between them not.
  readonly #early: number[] = [];
  #earlyCount = 0;

  /** A range is made by its window. */
  constructor(window: NumberedSamples, duration: number) {
    this.#window = window;
    this.duration = duration;
  }

  /** A value of the sample at `index`, 0 being the oldest. */
  value(index: number, column: SampleColumn): number {
    return this.#window.value(this.#sample(index), column);
  }

  /** The time of the sample at `index`, 0 being the oldest. */
  time(index: number): number {
    return this.#window.time(this.#sample(index));
  }

  /** The values of the samples `[from, to)`, 0 being the oldest, added up in order. */
  sum(column: SampleColumn, from: number = 0, to: number = this.count): number {
    const early = this.#earlyCount;
    if (early === 0) return this.#window.sum(column, this.first + from, this.first + to);
    if (from >= to) return 0;
    const exact = this.isExactFrom(from);
    const scanned = exact ? Math.min(to, early) : to;
    let sum = 0;
    for (let index = from; index < scanned; index++) sum += this.value(index, column);
    if (scanned === to) return sum;
    const rest = Math.max(from, early);
    return sum + this.#window.sum(column, this.first + rest - early, this.first + to - early);
  }

  /** Whether sums from the sample at `index` on have not been rounded, and so do not depend on order. */
  isExactFrom(index: number): boolean {
    return this.#window.isExactFrom(this.#sample(index));
  }

  /** For the window: begins anew. */
  clearEarly(): void {
    this.#earlyCount = 0;
  }

  /** For the window: adds a sample that stands alone. */
  addEarly(sample: number): void {
    this.#early[this.#earlyCount++] = sample;
  }

  /** For the window: says what was found. */
  set(first: number, end: number, now: number, version: number): void {
    this.first = first;
    this.count = this.#earlyCount + end - first;
    this.now = now;
    this.version = version;
  }

  #sample(index: number): number {
    const early = this.#earlyCount;
    return index < early ? this.#early[index]! : this.first + index - early;
  }
}

import { type SampleColumn, WindowRange } from "./window_range.ts";

const FIRST_CAPACITY = 4;
const STEPS = 8;

/**
 * Samples of the recent past, in the order in which they came, and sums over those whose time lies in
 * a window. Every answer equals what filtering all samples by their own time and adding them up in
 * order would give, bit for bit, at a constant cost a sample while times ascend.
 *
 * When a time goes back, the cost grows with how many samples lie as close to a window's start as
 * times have gone back; a few seconds of disorder cost little, a wild time costs a scan.
 */
export class RollingWindow {
  // A ring in columns, which keeps what is read together in few cache lines: the times, then for each
  // value its column and that of its sums over the samples before. The sums of what comes next stand
  // behind the last sample, for which there is always room.
  #data = new Float64Array(0);
  #capacity = 0;
  // The highest time up to each sample; the times themselves as long as none has gone back.
  #highs: Float64Array = this.#data;
  readonly #width: number;
  readonly #retention: number;
  // Samples are numbered in the order of their arrival, [head, end) are kept.
  #head = 0;
  #end = 0;
  #version = 0;
  // Differences of sums are exact from this sample on: everything added since is a sixteenth's
  // multiple and small, so that no addition has rounded.
  #summableFrom = 0;
  // How far a kept sample's time may lie below the highest before it; 0 while times ascend.
  #disorder = 0;
  // No sample from this one on lies below the highest before it.
  #orderedFrom = 0;
  readonly #ranges: WindowRange[] = [];

  /**
   * A window of samples that have `width` values. Those that lie more than `retention` before a sample
   * that is added may be dropped then; {@link retain} drops them surely.
   */
  constructor(width: 1 | 2 | 3, retention: number) {
    this.#width = width;
    this.#retention = retention;
  }

  /** How many samples are kept. */
  get length(): number {
    return this.#end - this.#head;
  }

  /** Whether a sample may be kept whose time lies before that of an older one. */
  get isDisordered(): boolean {
    return this.#disorder > 0;
  }

  /** Adds a sample; values beyond the width are left out. */
  push(time: number, value0: number, value1 = 0, value2 = 0): void {
    if (this.#end - this.#head + 1 >= this.#capacity) this.#makeRoom(time);
    const data = this.#data;
    const capacity = this.#capacity;
    const mask = capacity - 1;
    const end = this.#end;
    const at = end & mask;
    data[at] = time;
    if (end > this.#head) {
      const high = this.#highs[(end - 1) & mask]!;
      if (time < high) this.#goBack(end, high, time);
      else this.#highs[at] = time;
    } else this.#highs[at] = time;
    const next = (end + 1) & mask;
    let column = capacity;
    let exact = addTo(data, column, capacity, at, next, value0);
    if (this.#width > 1) {
      exact = addTo(data, column += 2 * capacity, capacity, at, next, value1) && exact;
      if (this.#width > 2) {
        exact = addTo(data, column + 2 * capacity, capacity, at, next, value2) && exact;
      }
    }
    this.#end = end + 1;
    this.#version++;
    if (!exact) this.#restartSums();
  }

  /** Drops every sample whose time lies before `bound`. */
  retain(bound: number): void {
    const end = this.#end;
    let head = this.#head;
    if (head === end) return;
    const data = this.#data;
    const mask = this.#capacity - 1;
    if (data[head & mask]! < bound) {
      do head++; while (head < end && data[head & mask]! < bound);
      this.#head = head;
      this.#version++;
      if (head === end) return this.clear();
    }
    if (this.#disorder > 0) this.#dropBehind(bound);
  }

  /** Drops every sample. */
  clear(): void {
    this.#head = this.#end;
    this.#version++;
    if (this.#capacity > 0) this.#restartSums();
    this.#disorder = 0;
    this.#orderedFrom = this.#end;
  }

  /**
   * The samples from `now - length` on. The object is the window's own: it holds until samples are
   * added or dropped, or the same length is asked for at another time.
   */
  range(length: number, now: number): WindowRange {
    const ranges = this.#ranges;
    for (let index = 0; index < ranges.length; index++) {
      const range = ranges[index]!;
      if (range.duration !== length) continue;
      if (range.now !== now || range.version !== this.#version) this.#seek(range, now);
      return range;
    }
    const range = new WindowRange(this, length);
    ranges.push(range);
    this.#seek(range, now);
    return range;
  }

  /** A value of a sample by its number; see {@link WindowRange}. */
  value(sample: number, column: SampleColumn): number {
    const capacity = this.#capacity;
    return this.#data[(1 + 2 * column) * capacity + (sample & (capacity - 1))]!;
  }

  /** The time of a sample by its number; see {@link WindowRange}. */
  time(sample: number): number {
    return this.#data[sample & (this.#capacity - 1)]!;
  }

  /** Whether sums from this sample's number on have not been rounded. */
  isExactFrom(sample: number): boolean {
    return sample >= this.#summableFrom;
  }

  /** The values of the samples `[from, to)`, by number, added up in order. */
  sum(column: SampleColumn, from: number, to: number): number {
    if (from >= to) return 0;
    if (from >= this.#summableFrom) {
      const capacity = this.#capacity;
      const sums = (2 + 2 * column) * capacity;
      const data = this.#data;
      return data[sums + (to & (capacity - 1))]! - data[sums + (from & (capacity - 1))]!;
    }
    let sum = 0;
    for (let sample = from; sample < to; sample++) sum += this.value(sample, column);
    return sum;
  }

  /** The kept samples, oldest first, each as its time and its values; plain data. */
  save(): readonly (readonly number[])[] {
    const samples: number[][] = [];
    for (let sample = this.#head; sample < this.#end; sample++) {
      const saved = [this.time(sample)];
      for (let column = 0; column < this.#width; column++) {
        saved.push(this.value(sample, column as SampleColumn));
      }
      samples.push(saved);
    }
    return samples;
  }

  /** Takes over what {@link save} gave, in place of everything here. */
  restore(samples: readonly (readonly number[])[]): void {
    this.clear();
    for (const [time, ...values] of samples) this.push(time!, values[0]!, values[1], values[2]);
  }

  #seek(range: WindowRange, now: number): void {
    const bound = now - range.duration;
    let first = this.#firstHigh(range.first, bound);
    range.clearEarly();
    if (this.#disorder > 0) {
      // Behind this, no time can have gone back far enough to lie before the window.
      const sure = bound + this.#disorder;
      const mask = this.#capacity - 1;
      for (; first < this.#end && this.#highs[first & mask]! < sure; first++) {
        if (this.#data[first & mask]! >= bound) range.addEarly(first);
      }
    }
    range.set(first, this.#end, now, this.#version);
  }

  // The first sample whose highest time so far reaches the bound; a guess saves the search.
  #firstHigh(guess: number, bound: number): number {
    const highs = this.#highs;
    const mask = this.#capacity - 1;
    let low = this.#head;
    let high = this.#end;
    if (guess > low && guess <= high) {
      if (highs[(guess - 1) & mask]! < bound) low = guess;
      else high = guess - 1;
    }
    for (let step = 0; step < STEPS; step++) {
      if (low >= high || highs[low & mask]! >= bound) return low;
      low++;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (highs[middle & mask]! < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #goBack(sample: number, high: number, time: number): void {
    // Until now the times were the highs; they part here.
    if (this.#highs === this.#data) this.#highs = this.#data.slice(0, this.#capacity);
    this.#highs[sample & (this.#capacity - 1)] = high;
    this.#noteDisorder(sample, high, time);
  }

  #noteDisorder(sample: number, high: number, time: number): void {
    // Room for the rounding of this difference and of a bound plus it.
    const behind = (high - time) + Math.max(1, Math.abs(high) * 2 ** -50);
    if (!(behind <= this.#disorder)) this.#disorder = behind;
    this.#orderedFrom = sample + 1;
  }

  // Times that went back may lie before the bound though an older sample does not.
  #dropBehind(bound: number): void {
    if (this.#head >= this.#orderedFrom) {
      this.#disorder = 0;
      return;
    }
    const sure = bound + this.#disorder;
    const mask = this.#capacity - 1;
    let measure = false;
    for (let sample = this.#head; sample < this.#end;) {
      if (this.#highs[sample & mask]! >= sure) break;
      if (this.#data[sample & mask]! >= bound) sample++;
      else if (sample - this.#head < this.#end - sample) this.#removeOlder(sample++);
      else {
        this.#removeNewer(sample);
        measure = true;
      }
    }
    if (measure) this.#measureDisorder();
  }

  // Closes the hole of a sample by moving the older ones up.
  #removeOlder(hole: number): void {
    const head = this.#head;
    for (let column = 0; column < this.#width; column++) {
      const value = this.value(hole, column as SampleColumn);
      const from = Math.max(head, this.#summableFrom);
      for (let sample = from; sample < hole; sample++) this.#addToSum(sample, column, value);
    }
    for (let sample = hole; sample > head; sample--) this.#move(sample - 1, sample);
    if (this.#summableFrom > head && this.#summableFrom <= hole) this.#summableFrom++;
    if (this.#orderedFrom > head && this.#orderedFrom <= hole) this.#orderedFrom++;
    this.#head++;
    this.#version++;
  }

  // Closes the hole of a sample by moving the newer ones down, and the sums of what comes next.
  #removeNewer(hole: number): void {
    if (hole >= this.#summableFrom) {
      for (let column = 0; column < this.#width; column++) {
        const value = this.value(hole, column as SampleColumn);
        for (let sample = hole + 1; sample <= this.#end; sample++) {
          this.#addToSum(sample, column, -value);
        }
      }
    } else this.#summableFrom--;
    for (let sample = hole; sample < this.#end; sample++) this.#move(sample + 1, sample);
    this.#end--;
    this.#version++;
  }

  #addToSum(sample: number, column: number, value: number): void {
    const capacity = this.#capacity;
    this.#data[(2 + 2 * column) * capacity + (sample & (capacity - 1))]! += value;
  }

  #move(from: number, to: number): void {
    const capacity = this.#capacity;
    const mask = capacity - 1;
    for (let column = 0; column <= 2 * this.#width; column++) {
      this.#data[column * capacity + (to & mask)] = this.#data[column * capacity + (from & mask)]!;
    }
    this.#highs[to & mask] = this.#highs[from & mask]!;
  }

  #measureDisorder(): void {
    this.#disorder = 0;
    this.#orderedFrom = this.#head;
    const mask = this.#capacity - 1;
    for (let sample = this.#head; sample < this.#end; sample++) {
      const high = this.#highs[sample & mask]!;
      const time = this.#data[sample & mask]!;
      if (time < high) this.#noteDisorder(sample, high, time);
    }
  }

  #restartSums(): void {
    this.#summableFrom = this.#end;
    const capacity = this.#capacity;
    for (let column = 0; column < this.#width; column++) {
      this.#data[(2 + 2 * column) * capacity + (this.#end & (capacity - 1))] = 0;
    }
  }

  // Half of the room at least, so that this seldom happens.
  #makeRoom(time: number): void {
    this.retain(time - this.#retention);
    if (this.length >= this.#capacity >> 1) this.#grow();
  }

  #grow(): void {
    const before = { data: this.#data, highs: this.#highs, capacity: this.#capacity };
    const capacity = Math.max(FIRST_CAPACITY, before.capacity * 2);
    const columns = 1 + 2 * this.#width;
    const data = new Float64Array(capacity * columns);
    const highs = before.highs === before.data ? data : new Float64Array(capacity);
    for (let sample = this.#head; before.capacity > 0 && sample <= this.#end; sample++) {
      const from = sample & (before.capacity - 1);
      const to = sample & (capacity - 1);
      for (let column = 0; column < columns; column++) {
        data[column * capacity + to] = before.data[column * before.capacity + from]!;
      }
      highs[to] = before.highs[from]!;
    }
    this.#data = data;
    this.#highs = highs;
    this.#capacity = capacity;
  }
}

// Sets a value and the sum behind it; says whether the sum is still exact.
function addTo(
  data: Float64Array,
  column: number,
  capacity: number,
  at: number,
  next: number,
  value: number,
): boolean {
  data[column + at] = value;
  const sum = data[column + capacity + at]! + value;
  data[column + capacity + next] = sum;
  return isSummable(value) && sum < 2 ** 48 && sum > -(2 ** 48);
}

// Multiples of 1/16 below 2^45, whose sums below 2^48 need no more than 52 bits.
function isSummable(value: number): boolean {
  if ((value | 0) === value) return true;
  return Number.isInteger(value * 16) && Math.abs(value) < 2 ** 45;
}

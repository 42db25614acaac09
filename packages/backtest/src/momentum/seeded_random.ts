/**
 * Chance that can be repeated: numbers from 0 to below 1 that depend on the seed alone, on every
 * runtime. The generator is sfc32 (Chris Doty-Humphrey, PractRand, public domain), 128 bits of state.
 * @internal
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #count: number;

  /** Throws `RangeError` when the seed is not a safe integer. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot seed with ${seed}: expected a whole number`);
    }
    this.#a = 0;
    this.#b = seed | 0;
    this.#c = Math.floor(seed / 0x1_0000_0000) | 0;
    this.#count = 1;
    // Seeds that are near each other need some rounds to become different everywhere.
    for (let round = 0; round < 12; round++) this.next();
  }

  /** The next number, in steps of 2^-32. */
  next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  }

  /** What decides which numbers come next, as plain data. */
  save(): readonly number[] {
    return [this.#a, this.#b, this.#c, this.#count];
  }

  /** Takes over what {@link save} gave. */
  restore(saved: readonly number[]): void {
    [this.#a, this.#b, this.#c, this.#count] = saved as [number, number, number, number];
  }
}

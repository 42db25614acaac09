/** Watches how much room the disk has, and says when writing must stop before it is full. */
export class DiskFloor {
  readonly #minFreeBytes: number;
  readonly #ask: () => Promise<number | undefined>;
  #freeBytes: number | undefined;

  /** `ask` gives the free bytes, `undefined` when the system does not say; it never rejects. */
  constructor(minFreeBytes: number, ask: () => Promise<number | undefined>) {
    if (!(minFreeBytes >= 0)) {
      throw new RangeError(`Cannot keep ${minFreeBytes} bytes free: expected a number from 0`);
    }
    this.#minFreeBytes = minFreeBytes;
    this.#ask = ask;
  }

  /** Bytes that were free at the last {@link look}. */
  get freeBytes(): number | undefined {
    return this.#freeBytes;
  }

  /** Why nothing may be written now; `undefined` when it may. */
  get problem(): string | undefined {
    const free = this.#freeBytes;
    if (free === undefined || free >= this.#minFreeBytes) return undefined;
    // The same words while it lasts: how much is left changes all the time and stands elsewhere.
    return `the disk has less left than the ${megabytes(this.#minFreeBytes)} to keep free; ` +
      "free some space";
  }

  /** Asks anew. */
  async look(): Promise<void> {
    this.#freeBytes = await this.#ask();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

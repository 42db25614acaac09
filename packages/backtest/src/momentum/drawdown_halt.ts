import type { EpochMicros, Money } from "@ssmd/core";

/**
 * A {@link DrawdownHalt} as plain data.
 * @internal
 */
export interface SavedHalt {
  /** The highest equity so far. */
  readonly peak: Money;
  /** When it halted; absent before. */
  readonly haltedAt?: EpochMicros;
}

/** Halts entries for good once equity lies a share below its peak. Exits go on. */
export class DrawdownHalt {
  readonly #percent: number;
  #peak: Money = -Infinity;
  #haltedAt: EpochMicros | undefined;

  /** `percent` of the peak may be lost, 0 to 100; reaching it halts. */
  constructor(percent: number) {
    this.#percent = percent;
  }

  /** Whether nothing may be entered any more. */
  get halted(): boolean {
    return this.#haltedAt !== undefined;
  }

  /** When that began; `undefined` before. */
  get haltedAt(): EpochMicros | undefined {
    return this.#haltedAt;
  }

  /** Takes note of the equity at `now`. */
  observe(equity: Money, now: EpochMicros): void {
    if (equity > this.#peak) this.#peak = equity;
    if (this.#haltedAt !== undefined) return;
    if ((this.#peak - equity) * 100 >= this.#peak * this.#percent) this.#haltedAt = now;
  }

  /** Plain data for {@link restore}. */
  save(): SavedHalt {
    const { haltedAt } = this;
    return { peak: this.#peak, ...(haltedAt === undefined ? {} : { haltedAt }) };
  }

  /** Goes on from what {@link save} gave. */
  restore({ peak, haltedAt }: SavedHalt): void {
    this.#peak = peak;
    this.#haltedAt = haltedAt;
  }
}

/** The first wait after a drop, and the longest. */
const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/**
 * Decides when books are asked for anew after records were dropped: once records have been kept for a
 * while, and ever later while that brings about the next drop.
 */
export class OverflowRecovery {
  #isPending = false;
  #isKeeping = false;
  #quietSince = 0;
  #waitMs = FIRST_MS;
  #lastAt = -Infinity;

  /** Whether books have to be asked for. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** A record was dropped. */
  dropped(): void {
    this.#isPending = true;
    this.#isKeeping = false;
  }

  /** A record was kept. */
  kept(now: number): void {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    this.#quietSince = now;
  }

  /** Whether to ask now; if so, it is done with. */
  isDue(now: number): boolean {
    if (!this.#isPending || !this.#isKeeping || now - this.#quietSince < this.#waitMs) return false;
    this.#isPending = false;
    this.#isKeeping = false;
    const isSoon = now - this.#lastAt < 10 * this.#waitMs;
    this.#waitMs = isSoon ? Math.min(2 * this.#waitMs, LONGEST_MS) : FIRST_MS;
    this.#lastAt = now;
    return true;
  }
}

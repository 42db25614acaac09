/** How many commands may be sent: a bucket that refills steadily, and a pause on request. */
export class CommandPace {
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #at: number;
  #pausedUntil = -Infinity;

  /** `perSecond` commands in the long run, and as many at once at the start, `now`. */
  constructor(perSecond: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond);
    this.#left = this.#burst;
    this.#at = now;
  }

  /** Whether a command may go now. */
  isReady(now: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    return now >= this.#pausedUntil && this.#left >= 1;
  }

  /** Counts a command that goes now. */
  spend(): void {
    this.#left -= 1;
  }

  /** Nothing goes before `until`. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }
}

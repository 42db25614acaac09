import type { Clock, EpochMicros } from "@ssmd/core";
import type { Wait } from "@ssmd/kalshi/live";

interface Waiter {
  readonly until: EpochMicros;
  readonly end: () => void;
}

/** Pauses in the time of a clock that somebody else moves. */
export class VirtualWaits {
  /** The clock. */
  readonly clock: Clock;
  readonly #waiters = new Set<Waiter>();

  /** Whoever moves `clock` calls {@link advance} afterwards. */
  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves when the clock has moved on by `milliseconds`, or when `signal` aborts. */
  readonly wait: Wait = (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const waiter = { until: this.clock.now() + milliseconds * 1000, end };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", end);
    });

  /** Ends the pauses that are over. */
  advance(): void {
    const now = this.clock.now();
    for (const waiter of [...this.#waiters]) if (waiter.until <= now) waiter.end();
  }
}

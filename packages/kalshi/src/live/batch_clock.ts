import type { Clock, EpochMicros } from "@ssmd/core";

/**
 * Reads another clock once for everything that happens in a row: the frames of one read of a socket
 * have one receive time, that of the read.
 */
export class BatchClock implements Clock {
  readonly #clock: Clock;
  readonly #end = (): void => {
    this.#isRead = false;
  };
  #isRead = false;
  #now: EpochMicros = 0;

  /** Reads `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time when the present run of events began. */
  now(): EpochMicros {
    if (!this.#isRead) {
      this.#isRead = true;
      this.#now = this.#clock.now();
      // Runs when the runtime has handed over everything that it had read.
      queueMicrotask(this.#end);
    }
    return this.#now;
  }
}

import { type Clock, type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";

/** Counts requests in whole seconds: the first `limit` of each second pass. */
export class RequestRate {
  readonly #limit: number;
  readonly #clock: Clock;
  #second: EpochMicros = -1;
  #taken = 0;

  /** Allows `limit` a second by `clock`; `Infinity` for all. */
  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Whether one more passes now. */
  take(): boolean {
    if (this.#limit === Infinity) return true;
    const second = Math.floor(this.#clock.now() / MICROS_PER_SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    return ++this.#taken <= this.#limit;
  }
}

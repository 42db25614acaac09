/**
 * Time as data: whoever decides something asks a {@link Clock} that was handed in.
 * @module
 */

/** Microseconds since 1970-01-01 UTC; an exact integer in a double until the year 2255. */
export type EpochMicros = number;

/** Microseconds in a second. */
export const MICROS_PER_SECOND = 1_000_000;
/** Microseconds in a UTC day. */
export const MICROS_PER_DAY = 86_400_000_000;

/** Tells the current time. */
export interface Clock {
  /** The current time, never earlier than an answer given before. */
  now(): EpochMicros;
}

/** How far the time that `performance` tells may be from the machine's before it is corrected. */
const MAX_DRIFT_MICROS = 2000;

/** The machine's wall clock; a step back of the machine is held until time has caught up. */
export class SystemClock implements Clock {
  #latest = 0;
  #origin = performance.timeOrigin * 1000;

  /** The machine's time, in whole microseconds; within 3 ms of it unless it is held. */
  now(): EpochMicros {
    const fine = performance.now() * 1000;
    const wall = Date.now() * 1000;
    // `performance` alone has microseconds, but it may stop while the machine sleeps, and it never
    // sees the machine's clock being set.
    if (Math.abs(this.#origin + fine - wall) > MAX_DRIFT_MICROS) this.#origin = wall - fine;
    const now = Math.round(this.#origin + fine);
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }
}

/** A clock that stands still until it is set: replay and tests drive it by events. */
export class ManualClock implements Clock {
  #now: EpochMicros;

  /** Starts at `start`. */
  constructor(start: EpochMicros = 0) {
    this.#now = start;
  }

  /** The time it was last set to. */
  now(): EpochMicros {
    return this.#now;
  }

  /** Moves to `time`. Throws `RangeError` when that is in the clock's past. */
  set(time: EpochMicros): void {
    if (!(time >= this.#now)) {
      throw new RangeError(`Cannot set the clock to ${time}: it already stands at ${this.#now}`);
    }
    this.#now = time;
  }
}

import type { EpochMicros } from "@ssmd/core";

/**
 * Names the sessions of one run: the time in base 36, the connection, a count and a part by chance,
 * so that neither a restart of the process nor a clock set back can bring a name a second time.
 */
export class SessionNames {
  readonly #random: () => number;
  #count = 0;

  /** `random` gives numbers from 0 up to but not including 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The name of a session that begins at `now` on `connection`: letters, digits and `-`. */
  next(connection: number, now: EpochMicros): string {
    const chance = Math.floor(this.#random() * 36 ** 6).toString(36).padStart(6, "0");
    return `${now.toString(36)}-${connection}-${(++this.#count).toString(36)}-${chance}`;
  }
}

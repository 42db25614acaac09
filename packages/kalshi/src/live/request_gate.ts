import type { Clock } from "@ssmd/core";
import type { Wait } from "./wait.ts";

const MICROS_PER_MILLI = 1000;

/** How a {@link RequestGate} works. */
export interface RequestGateOptions {
  /** Tells how fast tokens come back. */
  readonly clock: Clock;
  /** Waits for them. */
  readonly wait: Wait;
  /** Requests a second in the long run, above 0. */
  readonly perSecond: number;
  /** Requests that may go at once after a pause, at least 1. */
  readonly burst: number;
}

/**
 * Lets requests through one after another, by a token bucket. What a request waits follows from its
 * predecessor's pass alone: a clock that stands still or leaps slows or speeds one request, not all.
 */
export class RequestGate {
  readonly #options: RequestGateOptions;
  #tokens: number;
  #filledAt: number;
  #closedUntil = -Infinity;
  #last: Promise<void> = Promise.resolve();

  /** Begins with a full bucket. Throws `RangeError` for a rate that is not above 0. */
  constructor(options: RequestGateOptions) {
    if (!(options.perSecond > 0) || !Number.isFinite(options.perSecond) || !(options.burst >= 1)) {
      throw new RangeError(
        `Cannot let ${options.perSecond} requests a second through, ${options.burst} at once`,
      );
    }
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = options.clock.now();
  }

  /** Resolves when a request may go, in the order of the calls; rejects only by `signal`. */
  async pass(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const turn = this.#last.then(() => signal?.aborted ? undefined : this.#take(signal));
    this.#last = turn;
    await (signal === undefined ? turn : endedBy(turn, signal));
    signal?.throwIfAborted();
  }

  /** Lets nothing through for `milliseconds`, and no burst after that. */
  close(milliseconds: number): void {
    const until = this.#options.clock.now() + milliseconds * MICROS_PER_MILLI;
    this.#closedUntil = Math.max(this.#closedUntil, until);
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    const { clock, wait, perSecond, burst } = this.#options;
    while (this.#closedUntil > clock.now()) {
      const until = this.#closedUntil;
      await wait((until - clock.now()) / MICROS_PER_MILLI, signal);
      if (signal?.aborted) return;
      if (this.#closedUntil === until) this.#closedUntil = -Infinity;
      this.#tokens = 1;
      this.#filledAt = clock.now();
    }
    const now = clock.now();
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#filledAt) * perSecond / 1_000_000);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens--;
      return;
    }
    await wait((1 - this.#tokens) * 1000 / perSecond, signal);
    if (signal?.aborted) return;
    this.#tokens = 0;
    this.#filledAt = clock.now();
  }
}

/** Resolves with `turn`, or as soon as `signal` aborts: one that gave up need not queue. */
function endedBy(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end);
    turn.then(end);
  });
}

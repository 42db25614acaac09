/**
 * A market session that never happened, in Kalshi's own wire and REST formats: for demonstrations
 * and tests that need data with known contents. Pure: the options decide every byte.
 * @module
 */
import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import { type SessionFacts, SessionRun } from "./generator/session_run.ts";

/** What {@link generateSession} makes. */
export interface SessionOptions {
  /** Chooses the session; a whole number from 0 to 2^32 − 1. */
  readonly seed: number;
  /** When trading opens; a whole second. */
  readonly start: EpochMicros;
  /** How many markets, alternating between the two series; 1 to 24. Default 6. */
  readonly markets?: number;
  /** How long trading lasts, in minutes; 1 to 1440. Default 15. */
  readonly minutes?: number;
  /** How often per minute something may happen in each market; 60 to 6000. Default 150. */
  readonly pace?: number;
}

/** A session that is made while it is read; it can be read again and is the same each time. */
export interface GeneratedSession {
  /** The markets' tickers. */
  readonly tickers: readonly string[];
  /** The tape's lines without line ends: `{"recv_ms":…,"event":<frame>}`. */
  lines(): Iterable<string>;
  /** What REST answers afterwards, as JSON values: `{series}` and `{event, markets}`. */
  rest(): readonly unknown[];
  /** What the tape contains. */
  facts(): SessionFacts;
}

/**
 * Makes a session: books with a snapshot and deltas, trades against them, tickers, lifecycle, the
 * results known to the prices before the close. A third into it one delta is missing, and two
 * seconds later every market's snapshot is sent again; halfway the connection is lost for up to
 * five seconds, after which all numbers start again. Throws `RangeError` for options outside their
 * ranges.
 */
export function generateSession(options: SessionOptions): GeneratedSession {
  const { seed, start, markets = 6, minutes = 15, pace = 150 } = options;
  checkWhole("seed", seed, 0, 0xffff_ffff);
  checkWhole("start in seconds", start / MICROS_PER_SECOND, 0, 4_102_444_800);
  checkWhole("markets", markets, 1, 24);
  checkWhole("minutes", minutes, 1, 1440);
  checkWhole("pace", pace, 60, 6000);
  const settings = { seed, start, markets, minutes, pace };

  let finished: SessionRun | undefined;
  const finish = (): SessionRun => {
    if (finished === undefined) {
      const run = new SessionRun(settings);
      for (const _ of run.lines());
      finished = run;
    }
    return finished;
  };
  return {
    tickers: new SessionRun(settings).tickers,
    lines: () => ({ [Symbol.iterator]: () => new SessionRun(settings).lines() }),
    rest: () => finish().rest(),
    facts: () => finish().facts(),
  };
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot generate a session with ${name} ${value}: expected a whole number ${least} to ${most}`,
  );
}

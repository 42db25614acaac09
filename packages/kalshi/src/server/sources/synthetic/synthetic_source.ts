import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import type { ExchangeEvent } from "../../exchange_event.ts";
import type { ExchangeCatalog, ExchangeSource } from "../../exchange_source.ts";
import { SyntheticCatalog } from "./synthetic_catalog.ts";
import { SyntheticRun, type SyntheticSettings } from "./synthetic_run.ts";
import { SYNTHETIC_SERIES } from "./synthetic_series.ts";

/** What a {@link SyntheticSource} makes. */
export interface SyntheticOptions {
  /** Chooses what happens; a whole number from 0 to 2^32 − 1. */
  readonly seed: number;
  /** When it begins. The markets of that quarter hour are open already and their books empty. */
  readonly start: EpochMicros;
  /** When it ends: the last event is before this. Default never. */
  readonly end?: EpochMicros;
  /** How many markets are open at a time, spread over the series; 1 to 20,000. Default 12. */
  readonly markets?: number;
  /** How many series; 1 to 6. Default 4, or as many as there are markets. */
  readonly series?: number;
  /** How many events there are in a second, on average; 0.1 to 1,000,000. Default 50. */
  readonly framesPerSecond?: number;
  /** How long settled markets stay in the catalog, in microseconds. Default one hour. */
  readonly retain?: EpochMicros;
}

/** A batch ends at this many events … */
const BATCH_EVENTS = 256;
/** … or when this much time of the exchange has passed in it. */
const BATCH_MICROS = 100_000;
/** Steps of a seek between two chances for others to run. */
const SEEK_STEPS = 20_000;

/**
 * A made-up exchange: several series whose markets open and close by the clock every 15 minutes, with
 * ladders of strikes around a value that trends and has bursts. The options decide every event. It
 * goes on for ever in bounded memory, and every book that its events build is possible.
 *
 * A market is created five minutes before it opens, cleared right after the close, determined
 * about 5 seconds and settled about 65 seconds later. Opening and closing have no message.
 */
export class SyntheticSource implements ExchangeSource {
  /** The exchange's time when it begins. */
  readonly start: EpochMicros;
  /** What REST answers. */
  readonly catalog: ExchangeCatalog;
  readonly #settings: SyntheticSettings;
  readonly #end: EpochMicros;
  #run: SyntheticRun;
  #waiting: readonly ExchangeEvent[] = [];

  /** Throws `RangeError` for options outside their ranges. */
  constructor(options: SyntheticOptions) {
    const { seed, start, end = Infinity, markets = 12, framesPerSecond = 50 } = options;
    const { series = Math.min(4, markets), retain = 3600 * MICROS_PER_SECOND } = options;
    checkWhole("seed", seed, 0, 0xffff_ffff);
    checkWhole("start", start, 0, 4_102_444_800 * MICROS_PER_SECOND);
    checkWhole("markets", markets, 1, 20_000);
    checkWhole("series", series, 1, Math.min(SYNTHETIC_SERIES.length, markets));
    checkWhole("retain", retain, 0, 30 * 86_400 * MICROS_PER_SECOND);
    if (!(framesPerSecond >= 0.1 && framesPerSecond <= 1_000_000)) {
      throw unusable("framesPerSecond", framesPerSecond, "a number from 0.1 to 1000000");
    }
    if (!(end > start)) throw unusable("end", end, "a time after the start");
    this.start = start;
    this.#end = end;
    this.#settings = { seed, start, markets, series, framesPerSecond, retain };
    this.#run = new SyntheticRun(this.#settings);
    this.catalog = new SyntheticCatalog(() => ({
      windows: this.#run.windows,
      start,
      retain,
    }));
  }

  /** The next events: up to a tenth of a second of them, of a busy exchange some hundred. */
  next(): readonly ExchangeEvent[] | undefined {
    if (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      return waiting;
    }
    const run = this.#run;
    const events: ExchangeEvent[] = [];
    const until = run.nextTime + BATCH_MICROS;
    for (let time = run.nextTime; time < this.#end; time = run.nextTime) {
      if (events.length >= BATCH_EVENTS || (events.length > 0 && time > until)) return events;
      run.step(events);
    }
    return events.length > 0 ? events : undefined;
  }

  /**
   * Goes to `time`, the start at the earliest: by making everything up to then anew, which takes
   * about a second of work for a million events.
   */
  async seek(time: EpochMicros): Promise<void> {
    this.#waiting = [];
    this.#run = new SyntheticRun(this.#settings);
    const run = this.#run;
    const unseen: ExchangeEvent[] = [];
    for (let steps = 1; run.nextTime <= time && run.nextTime < this.#end; steps++) {
      run.step(unseen);
      unseen.length = 0;
      if (steps % SEEK_STEPS === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    this.#waiting = run.snapshots(time);
  }

  /** Nothing is open; the source can be used afterwards. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw unusable(name, value, `a whole number from ${least} to ${most}`);
}

function unusable(name: string, value: number, expected: string): RangeError {
  return new RangeError(`Cannot make an exchange with ${name} ${value}: expected ${expected}`);
}

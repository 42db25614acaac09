import { randomInt } from "node:crypto";
import {
  type Clock,
  type EpochMicros,
  messageOf,
  MICROS_PER_SECOND,
  SystemClock,
} from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import { isObject, type JsonObject } from "../wire/json_object.ts";
import type { MarketLifecycle } from "../wire/market_lifecycle.ts";
import type { KalshiRest, RestCall } from "./kalshi_rest.ts";
import { lineProblem, readObjectLine } from "./object_line.ts";
import { type AppendLines, ObjectWriter } from "./object_writer.ts";
import { RecordedMarket } from "./recorded_market.ts";
import { dueNames } from "./recorded_once.ts";
import { type ParentsRest, RecordedParents } from "./recorded_parents.ts";
import { timerWait, type Wait } from "./wait.ts";

/** The part of `KalshiRest` that a recorder asks. */
export type RecorderRest = ParentsRest & Pick<KalshiRest, "markets">;

/** How a {@link MarketRecorder} works. */
export interface MarketRecorderOptions {
  /** Our time; default the machine's. */
  readonly clock?: Clock;
  /** Chance from 0 to below 1; default the machine's. */
  readonly random?: () => number;
  /** How pauses are waited for; default the machine's timers. */
  readonly wait?: Wait;
  /** Questions a second at most; default 2, so that the rest of a program is not held up. */
  readonly requestsPerSecond?: number;
}

/** What a recorder did since it was made. */
export interface RecorderCounts {
  /** Market objects written. */
  readonly markets: number;
  /** Markets whose settlement was written, or was there. */
  readonly settled: number;
  /** Markets given up: never known to the exchange, or not settled within 60 days. */
  readonly abandoned: number;
  /** Event objects written. */
  readonly events: number;
  /** Series objects written. */
  readonly series: number;
  /** Lists of fee changes written. */
  readonly feeChanges: number;
  /** Questions and writes that failed; they are repeated. */
  readonly errors: number;
  /** Objects that `parseMarketObjects` would refuse, and lines that it was shown and could not read. */
  readonly unusable: number;
}

const BATCH = 100;
const LONGEST_IDLE_MS = 60_000;
const LONGEST_BACKOFF_SECONDS = 300;
const SWEEP: EpochMicros = 600 * MICROS_PER_SECOND;
/** Settled markets older than this are not captured again, so nothing needs to be known of them. */
const MAY_FOLLOW: EpochMicros = 3600 * MICROS_PER_SECOND;

/**
 * Records the REST objects of captured markets beside their stream, as lines that
 * `parseMarketObjects` reads: each market once when it is first followed, with its event, its series
 * and the series' fee changes, then again when its close has moved, with its result and with its
 * settlement, for which it looks after the close with growing pauses. Series and fees are looked at
 * daily and recorded when they changed. Failures are counted and repeated later; nothing that the
 * exchange or the disk does ends it. Holds nothing open but the timer of {@link run}.
 */
export class MarketRecorder {
  readonly #rest: RecorderRest;
  readonly #writer: ObjectWriter;
  readonly #parents: RecordedParents;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #wait: Wait;
  readonly #spacingMs: number;
  readonly #markets = new Map<string, RecordedMarket>();
  readonly #counts = { markets: 0, settled: 0, abandoned: 0, errors: 0 };
  #followed: Iterable<string> = [];
  #unreadable = 0;
  #lastError: string | undefined;
  #failures = 0;
  #pausedUntil: EpochMicros = -Infinity;
  #sweptAt: EpochMicros = -Infinity;
  #wake: () => void = () => {};

  /** Asks nothing yet. Throws `RangeError` for a rate that is not above 0. */
  constructor(rest: RecorderRest, append: AppendLines, options: MarketRecorderOptions = {}) {
    const { requestsPerSecond = 2 } = options;
    if (!(requestsPerSecond > 0)) {
      throw new RangeError(`Cannot ask ${requestsPerSecond} times a second`);
    }
    this.#rest = rest;
    this.#clock = options.clock ?? new SystemClock();
    this.#random = options.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
    this.#wait = options.wait ?? timerWait;
    this.#spacingMs = 1000 / requestsPerSecond;
    this.#writer = new ObjectWriter(append, this.#clock);
    this.#parents = new RecordedParents(rest, this.#writer, this.#clock);
  }

  /** What was done, as of now. */
  get counts(): RecorderCounts {
    const unusable = this.#unreadable + this.#writer.unusable;
    return { ...this.#counts, ...this.#parents.counts, unusable };
  }

  /** Markets that are not recorded yet or wait for their settlement. */
  get pending(): number {
    let pending = 0;
    for (const market of this.#markets.values()) if (market.end === undefined) pending++;
    return pending;
  }

  /** Markets, events and series that are remembered; stays bounded however long this runs. */
  get held(): number {
    return this.#markets.size + this.#parents.held;
  }

  /** The failure that came last, in a sentence; `undefined` when there was none. */
  get lastError(): string | undefined {
    return this.#lastError ?? this.#writer.lastProblem;
  }

  /**
   * Takes over a line that was written before a restart, so that it is not written again and what
   * was not settled then is still waited for. A line that cannot be read is counted.
   */
  remember(line: string | Uint8Array): void {
    const envelope = readObjectLine(line);
    if (envelope === undefined || lineProblem(envelope) !== undefined) {
      this.#unreadable++;
      return;
    }
    const now = this.#clock.now();
    const { market: object } = envelope;
    if (isObject(object)) this.#rememberMarket(String(object["ticker"]), object, now);
    this.#parents.remember(envelope, now);
  }

  /**
   * The markets that are captured from now on; those that are new are recorded. Markets that are no
   * longer among them are still waited for until they are settled. Cheap for the array of last time.
   */
  follow(tickers: Iterable<string>): void {
    if (tickers === this.#followed) return;
    this.#followed = tickers;
    const followed = new Set(tickers);
    const now = this.#clock.now();
    for (const ticker of followed) {
      if (!this.#markets.has(ticker) && isTicker(ticker)) {
        this.#markets.set(ticker, new RecordedMarket(now));
      }
    }
    for (const [ticker, market] of this.#markets) {
      if (market.end !== undefined && !followed.has(ticker)) this.#markets.delete(ticker);
    }
    this.#wake();
  }

  /** Takes over a market's lifecycle frame, so that its result is looked for sooner. */
  note(ticker: string, lifecycle: MarketLifecycle): void {
    const { event, closeTime } = lifecycle;
    const over = event === "determined" || event === "settled";
    const moved = event === "close_date_updated" && closeTime !== undefined;
    const market = this.#markets.get(ticker);
    if (market === undefined || !over && !moved) return;
    market.hear(this.#clock.now(), over ? undefined : closeTime, this.#random());
    this.#wake();
  }

  /** Works until `signal` aborts, then resolves; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await this.step(signal);
      const idle = new AbortController();
      const wake = () => idle.abort();
      signal.addEventListener("abort", wake);
      // The pace between two questions is not hurried by news.
      if (pauseMs > this.#spacingMs) this.#wake = wake;
      if (!signal.aborted) await this.#wait(Math.max(pauseMs, this.#spacingMs), idle.signal);
      this.#wake = () => {};
      signal.removeEventListener("abort", wake);
    }
  }

  /**
   * Asks the one question that is due first, if any, and writes what is new. Gives the milliseconds
   * until there is something to do, at most a minute. For programs with a loop of their own, which
   * keeps the pace; never rejects.
   */
  async step(signal?: AbortSignal): Promise<number> {
    const now = this.#clock.now();
    if (now >= this.#sweptAt + SWEEP) this.#sweep(now);
    if (now >= this.#pausedUntil) {
      try {
        await this.#ask(now, signal ? { signal } : {});
        this.#failures = 0;
      } catch (error) {
        if (!signal?.aborted) this.#fail(error);
      }
    }
    const next = Math.max(this.#nextDue(), this.#pausedUntil);
    const pauseMs = Math.ceil((next - this.#clock.now()) / 1000);
    return Math.min(LONGEST_IDLE_MS, Math.max(0, pauseMs));
  }

  #ask(now: EpochMicros, call: RestCall): Promise<void> {
    const markets = dueNames(this.#markets, now, BATCH);
    return markets.length > 0 ? this.#askMarkets(markets, call) : this.#parents.ask(now, call);
  }

  async #askMarkets(tickers: readonly string[], call: RestCall): Promise<void> {
    const missing = new Set(tickers);
    for await (const page of this.#rest.markets({ tickers }, call)) {
      await this.#record(page.filter((object) => missing.delete(String(object["ticker"]))));
    }
    const now = this.#clock.now();
    for (const ticker of missing) {
      const market = this.#markets.get(ticker);
      market?.miss(now, this.#random());
      if (market?.end === "abandoned") this.#counts.abandoned++;
    }
  }

  async #record(objects: readonly JsonObject[]): Promise<void> {
    const known = objects.map((object) => this.#markets.get(String(object["ticker"])));
    const fresh = objects.filter((object, i) => known[i]?.judge(object) === "record");
    this.#counts.markets += await this.#writer.write(fresh.map((market) => ({ market })));
    const now = this.#clock.now();
    objects.forEach((object, i) => {
      const market = known[i];
      if (market !== undefined) this.#accept(market, object, now);
    });
  }

  #accept(market: RecordedMarket, object: JsonObject, now: EpochMicros): void {
    market.accept(object, now, this.#random());
    if (market.end === "settled") this.#counts.settled++;
    if (market.end === "abandoned") this.#counts.abandoned++;
    if (market.eventTicker !== undefined) this.#parents.need(market.eventTicker, now);
  }

  #rememberMarket(ticker: string, object: JsonObject, now: EpochMicros): void {
    const market = this.#markets.get(ticker) ?? new RecordedMarket(now);
    this.#markets.set(ticker, market);
    this.#accept(market, object, now);
    const old = now - market.closeTime > MAY_FOLLOW;
    if (market.end !== undefined && old) this.#markets.delete(ticker);
  }

  #sweep(now: EpochMicros): void {
    this.#sweptAt = now;
    const events = new Set<string | undefined>();
    for (const market of this.#markets.values()) events.add(market.eventTicker);
    this.#parents.sweep(events, now);
  }

  #nextDue(): EpochMicros {
    let next = Math.min(this.#sweptAt + SWEEP, this.#parents.nextDue());
    for (const { dueAt } of this.#markets.values()) if (dueAt < next) next = dueAt;
    return next;
  }

  #fail(error: unknown): void {
    this.#counts.errors++;
    this.#lastError = messageOf(error);
    const seconds = Math.min(LONGEST_BACKOFF_SECONDS, 2 ** Math.min(this.#failures++, 20));
    const pause = seconds * MICROS_PER_SECOND * (0.5 + this.#random() / 2);
    this.#pausedUntil = this.#clock.now() + Math.round(pause);
  }
}

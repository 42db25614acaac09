import { type Clock, type EpochMicros, MICROS_PER_DAY } from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import { isObject, type JsonObject } from "../wire/json_object.ts";
import type { KalshiRest, RestCall } from "./kalshi_rest.ts";
import { objectDigest } from "./object_line.ts";
import type { ObjectWriter } from "./object_writer.ts";
import { dueNames, RecordedOnce } from "./recorded_once.ts";

/** The part of `KalshiRest` that answers for events and series. */
export type ParentsRest = Pick<KalshiRest, "events" | "event" | "series" | "seriesFeeChanges">;

const BATCH = 100;
/** Fees and rules of a series may change while it is captured. */
const SERIES_CHECK = MICROS_PER_DAY;

/** Records events once, their series and the series' fee changes whenever those changed. */
export class RecordedParents {
  /** Lines written, by kind. */
  readonly counts = { events: 0, series: 0, feeChanges: 0 };
  readonly #rest: ParentsRest;
  readonly #writer: ObjectWriter;
  readonly #clock: Clock;
  readonly #events = new Map<string, RecordedOnce>();
  readonly #series = new Map<string, RecordedOnce>();
  readonly #fees = new Map<string, RecordedOnce>();

  /** Knows nothing yet. */
  constructor(rest: ParentsRest, writer: ObjectWriter, clock: Clock) {
    this.#rest = rest;
    this.#writer = writer;
    this.#clock = clock;
  }

  /** A market of this event is captured. */
  need(eventTicker: string, now: EpochMicros): void {
    if (isTicker(eventTicker) && !this.#events.has(eventTicker)) {
      this.#events.set(eventTicker, new RecordedOnce(now));
    }
  }

  /** Takes over what a line of an earlier run holds. */
  remember(envelope: JsonObject, now: EpochMicros): void {
    const { event, series, series_fee_change_arr: changes } = envelope;
    if (isObject(event)) this.#accept(String(event["event_ticker"]), event, now);
    if (isObject(series)) {
      known(this.#series, String(series["ticker"]), now).digest = objectDigest(series);
    }
    if (Array.isArray(changes) && isObject(changes[0])) {
      const ticker = String(changes[0]["series_ticker"]);
      known(this.#fees, ticker, now).digest = objectDigest(changes);
    }
  }

  /** Asks one question that is due at `now` and writes what is new. Rejects as REST and disk do. */
  async ask(now: EpochMicros, call: RestCall): Promise<void> {
    const listed = dueNames(this.#events, now, BATCH, (event) => !event.alone);
    if (listed.length > 0) return await this.#askEvents(listed, call);
    const [event] = dueNames(this.#events, now, 1);
    if (event !== undefined) return await this.#askEvent(event, call);
    const [series] = dueNames(this.#series, now, 1);
    if (series !== undefined) return await this.#askSeries(series, call);
    const [fees] = dueNames(this.#fees, now, 1);
    if (fees !== undefined) await this.#askFees(fees, call);
  }

  /** Events and series that are remembered. */
  get held(): number {
    return this.#events.size + this.#series.size;
  }

  /** When the next question is due; `Infinity` for never. */
  nextDue(): EpochMicros {
    let next = Infinity;
    for (const items of [this.#events, this.#series, this.#fees]) {
      for (const { dueAt } of items.values()) if (dueAt < next) next = dueAt;
    }
    return next;
  }

  /** Forgets events that are not in `needed`, and lets series rest while no event needs them. */
  sweep(needed: ReadonlySet<string | undefined>, now: EpochMicros): void {
    const series = new Set<string | undefined>();
    for (const [ticker, event] of this.#events) {
      if (needed.has(ticker)) series.add(event.seriesTicker);
      else this.#events.delete(ticker);
    }
    for (const items of [this.#series, this.#fees]) {
      for (const [ticker, item] of items) {
        if (!series.has(ticker)) item.dueAt = Infinity;
        else if (item.dueAt === Infinity) item.dueAt = now;
      }
    }
  }

  async #askEvents(tickers: readonly string[], call: RestCall): Promise<void> {
    const missing = new Set(tickers);
    for await (const page of this.#rest.events({ tickers }, call)) {
      for (const event of page) {
        const ticker = String(event["event_ticker"]);
        if (missing.delete(ticker)) await this.#record(ticker, event);
      }
    }
    // Events of combos are in no list.
    for (const ticker of missing) {
      const event = this.#events.get(ticker);
      if (event !== undefined) event.alone = true;
    }
  }

  async #askEvent(ticker: string, call: RestCall): Promise<void> {
    const event = await this.#rest.event(ticker, call);
    if (event === undefined) this.#events.get(ticker)?.miss(this.#clock.now());
    else await this.#record(ticker, event);
  }

  /** The markets of an event are not all captured: theirs are lines of their own. */
  async #record(ticker: string, object: JsonObject): Promise<void> {
    const { markets: _, ...event } = object;
    this.counts.events += await this.#writer.write([{ event }]);
    this.#accept(ticker, event, this.#clock.now());
  }

  #accept(ticker: string, event: JsonObject, now: EpochMicros): void {
    const item = known(this.#events, ticker, now);
    item.found(Infinity);
    const { series_ticker: series } = event;
    if (typeof series !== "string" || !isTicker(series)) return;
    item.seriesTicker = series;
    known(this.#series, series, now);
    known(this.#fees, series, now);
  }

  async #askSeries(ticker: string, call: RestCall): Promise<void> {
    const item = known(this.#series, ticker, this.#clock.now());
    const series = await this.#rest.series(ticker, call);
    if (series === undefined) return item.miss(this.#clock.now());
    this.counts.series += await this.#writeChanged(item, series, { series });
    item.found(this.#clock.now() + SERIES_CHECK);
  }

  async #askFees(ticker: string, call: RestCall): Promise<void> {
    const item = known(this.#fees, ticker, this.#clock.now());
    const query = { seriesTicker: ticker, showHistorical: true };
    const answer = await this.#rest.seriesFeeChanges(query, call);
    const rows = answer.filter((row) =>
      row["series_ticker"] === ticker && this.#writer.isUsable({ series_fee_change_arr: [row] })
    );
    if (rows.length > 0) {
      const envelope = { series_fee_change_arr: rows };
      this.counts.feeChanges += await this.#writeChanged(item, rows, envelope);
    }
    item.found(this.#clock.now() + SERIES_CHECK);
  }

  async #writeChanged(item: RecordedOnce, value: unknown, envelope: JsonObject): Promise<number> {
    const digest = objectDigest(value);
    if (item.digest === digest) return 0;
    const written = await this.#writer.write([envelope]);
    item.digest = digest;
    return written;
  }
}

/** What is known of `name`; when nothing, it is due at `now`. */
function known(items: Map<string, RecordedOnce>, name: string, now: EpochMicros): RecordedOnce {
  let item = items.get(name);
  if (item === undefined) items.set(name, item = new RecordedOnce(now));
  return item;
}

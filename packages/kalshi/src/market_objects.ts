/**
 * Finds the markets, events, series and fee changes in whatever Kalshi's REST interface answers.
 * @module
 */
import { type EpochMicros, SsmdError } from "@ssmd/core";
import {
  type EventFeeChange,
  type EventObject,
  readEvent,
  readEventFeeChange,
  readSeries,
  readSeriesFeeChange,
  type SeriesFeeChange,
  type SeriesObject,
} from "./fee_objects.ts";
import { type MarketObject, readMarket } from "./market_object.ts";
import { parseTime } from "./object_fields.ts";
import { isTicker } from "./ticker.ts";
import { isObject, type JsonObject } from "./wire/json_object.ts";

/** What was found, in the order of the JSON; the same object may occur more than once. */
export interface MarketObjects {
  /** Markets, also those nested in events. */
  readonly markets: readonly MarketObject[];
  /** Events. */
  readonly events: readonly EventObject[];
  /** Series. */
  readonly series: readonly SeriesObject[];
  /** Rows of `/series/fee_changes`. */
  readonly seriesFeeChanges: readonly SeriesFeeChange[];
  /** Rows of `/events/fee_changes`. */
  readonly eventFeeChanges: readonly EventFeeChange[];
  /** Fields that could not be used and are absent, one line each: the ticker, the field, why. */
  readonly problems: readonly string[];
}

/** Keys whose value is one of the objects or a list of them. */
const ENVELOPES = [
  "market",
  "markets",
  "event",
  "events",
  "series",
  "series_fee_change_arr",
  "event_fee_changes",
] as const;
type Envelope = typeof ENVELOPES[number];

/** Lists that come with events and hold nothing that is read here. */
const IGNORED_LISTS: readonly string[] = ["milestones"];

/** Keys that only a series object has. */
const SERIES_KEYS = ["fee_type", "fee_multiplier", "frequency", "contract_url"];

/**
 * Reads a REST answer, an object of one or a list of either: `{market}`, `{markets}`,
 * `{event, markets}`, `{events}` with nested markets, `{series}`, `{series_fee_change_arr}`,
 * `{event_fee_changes}`, the bare objects, and recordings that wrap an answer as `{response}`. When it
 * was received is told by the `_received_at` (µs) of a market log's line or a wrapper's `fetched_at_ms`.
 * Throws `SsmdError` `invalid_input` for anything else, naming its keys: nothing is skipped. A
 * field of a wrong type is absent and listed in `problems`; a ticker or the time of a fee change
 * that cannot be used is `invalid_input`.
 */
export function parseMarketObjects(json: unknown): MarketObjects {
  const reader = new Reader();
  reader.readAny(json);
  return reader.found;
}

class Reader {
  /** When the answer that is being read was received. */
  #received: EpochMicros | undefined;
  readonly found = {
    markets: [] as MarketObject[],
    events: [] as EventObject[],
    series: [] as SeriesObject[],
    seriesFeeChanges: [] as SeriesFeeChange[],
    eventFeeChanges: [] as EventFeeChange[],
    problems: [] as string[],
  };

  readAny(json: unknown): void {
    if (Array.isArray(json)) {
      for (const element of json) this.readAny(element);
    } else if (!isObject(json)) throw unrecognised(json);
    else {
      const outer = this.#received;
      this.#received = receivedOf(json) ?? outer;
      this.#readObject(json);
      this.#received = outer;
    }
  }

  #readObject(json: JsonObject): void {
    if ("scheduled_ts" in json) this.#readFeeChange(json);
    else if ("ticker" in json && "event_ticker" in json) this.#readMarket(json, undefined);
    else if (isEvent(json)) this.#readEvent(json);
    else if ("ticker" in json && SERIES_KEYS.some((key) => key in json)) this.#readSeries(json);
    else if (ENVELOPES.some((key) => key in json)) this.#readEnvelope(json);
    else if ("response" in json) this.readAny(json.response);
    else throw unrecognised(json);
  }

  #readEnvelope(envelope: JsonObject): void {
    const event = isObject(envelope.event) ? envelope.event.event_ticker : undefined;
    for (const [key, value] of Object.entries(envelope)) {
      if (isEnvelope(key)) {
        for (const element of elementsOf(key, value)) this.#readAs(key, element, event);
      } else if (typeof value === "object" && value !== null && !IGNORED_LISTS.includes(key)) {
        this.found.problems.push(`answer: ${key} was not read, it is no list of markets or events`);
      }
    }
  }

  #readAs(key: Envelope, element: unknown, event: unknown): void {
    if (!isObject(element)) throw unrecognised(element);
    if (key === "market" || key === "markets") {
      this.#readMarket(element, typeof event === "string" ? event : undefined);
    } else if (key === "event" || key === "events") this.#readEvent(element);
    else if (key === "series") this.#readSeries(element);
    else this.#readFeeChange(element);
  }

  #readMarket(object: JsonObject, parentEvent: string | undefined): void {
    const ticker = tickerOf(object, "ticker");
    const market = readMarket(object, ticker, parentEvent, this.found.problems);
    const receivedTime = this.#received;
    this.found.markets.push({ ...market, ...(receivedTime !== undefined && { receivedTime }) });
  }

  #readEvent(object: JsonObject): void {
    const ticker = tickerOf(object, "event_ticker");
    this.found.events.push(readEvent(object, ticker, this.found.problems));
    const { markets } = object;
    if (markets === undefined || markets === null) return;
    if (!Array.isArray(markets)) throw unrecognised(markets);
    for (const market of markets) this.#readAs("markets", market, ticker);
  }

  #readSeries(object: JsonObject): void {
    this.found.series.push(readSeries(object, tickerOf(object, "ticker"), this.found.problems));
  }

  #readFeeChange(object: JsonObject): void {
    const text = object.scheduled_ts;
    const time = typeof text === "string" ? parseTime(text) : undefined;
    if (time === undefined) {
      throw new SsmdError(
        "invalid_input",
        `Cannot place the fee change ${JSON.stringify(object)} in time: ` +
          "expected scheduled_ts as an RFC 3339 time",
      );
    }
    if ("event_ticker" in object) {
      const ticker = tickerOf(object, "event_ticker");
      this.found.eventFeeChanges.push(
        readEventFeeChange(object, ticker, time, this.found.problems),
      );
    } else {
      const ticker = tickerOf(object, "series_ticker");
      this.found.seriesFeeChanges.push(
        readSeriesFeeChange(object, ticker, time, this.found.problems),
      );
    }
  }
}

/** A time of ours is beside what the exchange has answered, never inside. */
function receivedOf(wrapper: JsonObject): EpochMicros | undefined {
  const { _received_at: micros, fetched_at_ms: millis } = wrapper;
  const time = micros ?? (typeof millis === "number" ? millis * 1000 : undefined);
  return typeof time === "number" && Number.isSafeInteger(time) ? time : undefined;
}

/** The exchange writes some empty lists as null. */
function elementsOf(key: Envelope, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null && key !== "market" && key !== "event" ? [] : [value];
}

function isEnvelope(key: string): key is Envelope {
  return (ENVELOPES as readonly string[]).includes(key);
}

/** Other objects name an event too: the leg of a combo, an answer about one of its markets. */
function isEvent(object: JsonObject): boolean {
  return "event_ticker" in object && !("market_ticker" in object) &&
    ("series_ticker" in object || "title" in object);
}

function tickerOf(object: JsonObject, field: string): string {
  const ticker = object[field];
  if (ticker === undefined) throw unrecognised(object);
  if (typeof ticker === "string" && isTicker(ticker)) return ticker;
  throw new SsmdError(
    "invalid_input",
    `Cannot use ${JSON.stringify(ticker)} as ${field} of a market object: expected a ticker`,
  );
}

function unrecognised(found: unknown): SsmdError {
  let what: string;
  if (Array.isArray(found)) what = "a list";
  else if (isObject(found)) {
    const keys = Object.keys(found);
    const first = keys.slice(0, 5).map((key) => JSON.stringify(key)).join(", ");
    what = keys.length === 0
      ? "an empty object"
      : `an object with ${first}${keys.length > 5 ? ", …" : ""}`;
  } else what = JSON.stringify(found) ?? String(found);
  return new SsmdError(
    "invalid_input",
    `Cannot find Kalshi's market objects in ${what}: ` +
      "expected markets, events, series or fee changes",
  );
}

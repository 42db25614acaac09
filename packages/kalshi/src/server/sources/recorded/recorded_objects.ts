import { type EpochMicros, messageOf, SsmdError } from "@ssmd/core";
import type { EventObject } from "../../../fee_objects.ts";
import type { MarketObject } from "../../../market_object.ts";
import { parseMarketObjects } from "../../../market_objects.ts";
import { isObject, type JsonObject } from "../../../wire/json_object.ts";

/** A REST object as it was recorded, and what was read from it. */
export interface Recorded<T> {
  /** As recorded. */
  readonly object: JsonObject;
  /** As read. */
  readonly read: T;
}

/**
 * REST objects that belong to a recording, as they were answered. Of two about one market, event or
 * series the one that the exchange changed last counts, of equals the later one.
 */
export class RecordedObjects {
  /** Markets by ticker. */
  readonly markets: Map<string, Recorded<MarketObject>> = new Map();
  /** Events by ticker. */
  readonly events: Map<string, Recorded<EventObject>> = new Map();
  /** Changes of series fees, by series and time. */
  readonly feeChanges: Map<string, JsonObject> = new Map();
  /** Series by ticker. */
  readonly series: Map<string, Recorded<{ readonly updatedTime?: EpochMicros }>> = new Map();

  /**
   * Adds what a REST answer holds: whatever `parseMarketObjects` takes. Throws `SsmdError`
   * `invalid_input` for anything else.
   */
  add(json: unknown): void {
    // For its refusals; the objects themselves are read one by one, beside what they were read from.
    parseMarketObjects(json);
    this.#walk(json, undefined);
  }

  /**
   * Adds the answers in `text`, one JSON value a line; `name` is for the error. A last line without
   * newline that is no JSON is left out: whoever wrote it did not finish.
   */
  addLines(text: string, name: string): void {
    const lines = text.split("\n");
    if (!isJson(lines.at(-1)!)) lines.pop();
    for (const [index, line] of lines.entries()) {
      if (line.trim() === "") continue;
      try {
        this.add(JSON.parse(line));
      } catch (cause) {
        throw new SsmdError(
          "invalid_input",
          `Cannot use line ${index + 1} of ${name}: ${messageOf(cause)}`,
          { cause },
        );
      }
    }
  }

  #walk(json: unknown, event: unknown): void {
    if (Array.isArray(json)) {
      for (const element of json) this.#walk(element, event);
    } else if (isObject(json)) this.#take(json, event);
  }

  #take(json: JsonObject, parentEvent: unknown): void {
    if ("ticker" in json && ("event_ticker" in json || parentEvent !== undefined)) {
      const market = { ...json, event_ticker: json["event_ticker"] ?? parentEvent };
      const { markets } = parseMarketObjects(market);
      for (const read of markets) keep(this.markets, read.ticker, { object: market, read });
    } else if ("event_ticker" in json && "series_ticker" in json && !("scheduled_ts" in json)) {
      const { markets, ...event } = json;
      for (const read of parseMarketObjects(event).events) {
        keep(this.events, read.ticker, { object: event, read });
      }
      this.#walk(markets, json["event_ticker"]);
    } else if ("ticker" in json && ("fee_type" in json || "frequency" in json)) {
      for (const read of parseMarketObjects(json).series) {
        keep(this.series, read.ticker, { object: json, read });
      }
    } else {
      const { event } = json;
      const ticker = isObject(event) ? event["event_ticker"] : undefined;
      for (const key of ["response", "series", "events", "event"]) this.#walk(json[key], undefined);
      for (const key of ["markets", "market"]) this.#walk(json[key], ticker);
      const changes = json["series_fee_change_arr"];
      for (const change of Array.isArray(changes) ? changes : []) {
        const { series_ticker: series, scheduled_ts: time } = change as JsonObject;
        this.feeChanges.set(`${series} ${time}`, change);
      }
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // which is the answer
  }
}

function keep<T extends { readonly updatedTime?: EpochMicros }>(
  known: Map<string, Recorded<T>>,
  ticker: string,
  added: Recorded<T>,
): void {
  const age = known.get(ticker)?.read.updatedTime ?? -Infinity;
  if ((added.read.updatedTime ?? -Infinity) >= age) known.set(ticker, added);
}

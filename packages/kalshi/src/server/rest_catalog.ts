import { type EpochMicros, MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import type { CatalogObject, ExchangeCatalog } from "./exchange_source.ts";
import type { RestQuery } from "./rest_query.ts";

/** The values of `status` that a query may ask for, and the statuses of markets that they stand for. */
const STATUSES = {
  unopened: ["initialized"],
  open: ["active"],
  paused: ["inactive"],
  closed: ["closed", "determined", "disputed", "amended"],
  settled: ["finalized"],
} as const;
/** A status as queries say it. */
export type StatusFilter = keyof typeof STATUSES;
/** What queries may ask for. */
export const STATUS_FILTERS: readonly StatusFilter[] = [
  "unopened",
  "open",
  "paused",
  "closed",
  "settled",
];
/** Pairs of a query's beginning and the field it is about. */
const TIMES = [
  ["created_ts", "created_time"],
  ["close_ts", "close_time"],
  ["settled_ts", "settlement_ts"],
  ["updated_ts", "updated_time"],
] as const;
/** With which statuses a time may be asked for; with others nothing is found. */
const STATUS_OF_TIMES: Readonly<Record<string, readonly StatusFilter[]>> = {
  created_ts: ["unopened", "open"],
  close_ts: ["closed"],
  settled_ts: ["settled"],
  updated_ts: [],
};

/** Finds catalog objects as REST's filters ask for them. */
export class RestCatalog {
  readonly #catalog: ExchangeCatalog;

  /** Reads `catalog`. */
  constructor(catalog: ExchangeCatalog) {
    this.#catalog = catalog;
  }

  /** The market, if there is one. */
  market(ticker: string, time: EpochMicros): CatalogObject | undefined {
    return this.#catalog.markets(time).find((market) => market["ticker"] === ticker);
  }

  /** The markets that `query` asks for, the newest first. */
  markets(query: RestQuery, time: EpochMicros): readonly CatalogObject[] {
    const tests: ((market: CatalogObject) => boolean)[] = [];
    const event = query.text("event_ticker");
    if (event !== undefined) tests.push((market) => market["event_ticker"] === event);
    const series = query.text("series_ticker");
    if (series !== undefined) {
      const events = this.#eventsOf(series, time);
      tests.push((market) => events.has(market["event_ticker"]));
    }
    const tickers = query.list("tickers");
    if (tickers !== undefined) tests.push((market) => tickers.has(String(market["ticker"])));
    const combos = query.choice("mve_filter", ["only", "exclude"]);
    if (combos !== undefined) tests.push((market) => isCombo(market) === (combos === "only"));
    const status = query.choice("status", STATUS_FILTERS);
    if (status !== undefined) tests.push((market) => hasStatus(market, status));
    tests.push(...timeTests(query, status));
    return this.#catalog.markets(time).filter((market) => tests.every((test) => test(market)));
  }

  /** The markets of an event. */
  marketsOf(event: unknown, time: EpochMicros): readonly CatalogObject[] {
    return this.#catalog.markets(time).filter((market) => market["event_ticker"] === event);
  }

  /** The event, if there is one. */
  event(ticker: string, time: EpochMicros): CatalogObject | undefined {
    return this.#catalog.events(time).find((event) => event["event_ticker"] === ticker);
  }

  /** The events that `query` asks for; combos have none. */
  events(query: RestQuery, time: EpochMicros): readonly CatalogObject[] {
    const tests: ((event: CatalogObject) => boolean)[] = [];
    const series = query.text("series_ticker");
    if (series !== undefined) tests.push((event) => event["series_ticker"] === series);
    const tickers = query.list("tickers");
    if (tickers !== undefined) tests.push((event) => tickers.has(String(event["event_ticker"])));
    const status = query.choice("status", STATUS_FILTERS);
    const minClose = query.whole("min_close_ts");
    if (status !== undefined || minClose !== undefined) {
      // An event is found when any of its markets is.
      const found = new Set(
        this.#catalog.markets(time).filter((market) =>
          (status === undefined || hasStatus(market, status)) &&
          (minClose === undefined || secondsOf(market["close_time"]) >= minClose)
        ).map((market) => market["event_ticker"]),
      );
      tests.push((event) => found.has(event["event_ticker"]));
    }
    const minUpdated = query.whole("min_updated_ts");
    if (minUpdated !== undefined) {
      tests.push((event) => secondsOf(event["last_updated_ts"]) >= minUpdated);
    }
    return this.#catalog.events(time).filter((event) => tests.every((test) => test(event)));
  }

  /** The series, if there is one. */
  oneSeries(ticker: string, time: EpochMicros): CatalogObject | undefined {
    return this.#catalog.series(time).find((series) => series["ticker"] === ticker);
  }

  /** The series that `query` asks for. */
  series(query: RestQuery, time: EpochMicros): readonly CatalogObject[] {
    const category = query.text("category");
    const tags = query.list("tags");
    const minUpdated = query.whole("min_updated_ts");
    return this.#catalog.series(time).filter((series) =>
      (category === undefined || series["category"] === category ||
        textsOf(series["categories"]).includes(category)) &&
      (tags === undefined || textsOf(series["tags"]).some((tag) => tags.has(String(tag)))) &&
      (minUpdated === undefined || secondsOf(series["last_updated_ts"]) >= minUpdated)
    );
  }

  /** Planned changes of fees, or with `show_historical` all. */
  feeChanges(query: RestQuery, time: EpochMicros): readonly CatalogObject[] {
    const series = query.text("series_ticker");
    const historical = query.flag("show_historical") === true;
    const changes = this.#catalog.feeChanges?.(time) ?? [];
    return changes.filter((change) =>
      (series === undefined || change["series_ticker"] === series) &&
      (historical || secondsOf(change["scheduled_ts"]) > time / MICROS_PER_SECOND)
    );
  }

  #eventsOf(series: string, time: EpochMicros): ReadonlySet<unknown> {
    const events = this.#catalog.events(time).filter((event) => event["series_ticker"] === series);
    return new Set(events.map((event) => event["event_ticker"]));
  }
}

function timeTests(
  query: RestQuery,
  status: StatusFilter | undefined,
): ((market: CatalogObject) => boolean)[] {
  return TIMES.flatMap(([name, field]) => {
    const least = query.whole(`min_${name}`);
    const most = query.whole(`max_${name}`);
    if (least === undefined && most === undefined) return [];
    // Seen on the live exchange: a pair that does not fit is not refused, it finds nothing.
    if (status !== undefined && STATUS_OF_TIMES[name]?.includes(status) !== true) {
      return [() => false];
    }
    return [(market: CatalogObject) => {
      const time = secondsOf(market[field]);
      return time >= (least ?? -Infinity) && time <= (most ?? Infinity);
    }];
  });
}

function hasStatus(market: CatalogObject, status: StatusFilter): boolean {
  return STATUSES[status].some((one) => one === market["status"]);
}

function isCombo(market: CatalogObject): boolean {
  return typeof market["mve_collection_ticker"] === "string" ||
    String(market["ticker"]).startsWith("KXMVE");
}

/** NaN, which no comparison accepts, for what is no time. */
function secondsOf(value: unknown): number {
  const time = typeof value === "string" ? parseIsoTime(value) : undefined;
  return time === undefined ? NaN : time / MICROS_PER_SECOND;
}

function textsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

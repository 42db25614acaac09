import { isObject, type JsonObject } from "../wire/json_object.ts";
import { checkTicker } from "../ticker.ts";
import { RefusedError } from "./refused_error.ts";
import {
  type KalshiRestOptions,
  RestClient,
  type RestCounts,
  type RestQuery,
} from "./rest_client.ts";
import { broken, listOf, restPages } from "./rest_pages.ts";
import { tickerBatches } from "./ticker_batches.ts";

/** States by which markets and events can be asked for; not the words that objects use. */
export type StatusFilter = "unopened" | "open" | "paused" | "closed" | "settled";

/**
 * Which markets. Not everything can be combined: the exchange knows `min_created_ts` with status
 * `unopened`, `open` or none only, and close times with `closed` or none; other combinations are
 * answered wrongly without an error.
 */
export interface MarketQuery {
  /** Those in this state; default all. */
  readonly status?: StatusFilter;
  /** Those of this series. */
  readonly seriesTicker?: string;
  /** Those of this event. */
  readonly eventTicker?: string;
  /** These; any number, asked in lists that fit into a request. The exchange leaves out unknown ones. */
  readonly tickers?: Iterable<string>;
  /** Whether combos are left out or alone; default both. */
  readonly mveFilter?: "only" | "exclude";
  /** Created at or after, Unix seconds. */
  readonly minCreatedTs?: number;
  /** Closing at or after, Unix seconds. */
  readonly minCloseTs?: number;
  /** Closing at or before, Unix seconds. */
  readonly maxCloseTs?: number;
  /** Markets of a page, 1 to 1000; default 1000. */
  readonly limit?: number;
}

/** Which events; combos are never among them. */
export interface EventQuery {
  /** Those with a market in this state; default all. */
  readonly status?: StatusFilter;
  /** Those of this series. */
  readonly seriesTicker?: string;
  /** These; any number. The exchange leaves out unknown ones. */
  readonly tickers?: Iterable<string>;
  /** Whether each event carries its markets; default false. */
  readonly withNestedMarkets?: boolean;
  /** Events of a page, 1 to 200; default 200. */
  readonly limit?: number;
}

/** How a question is asked. */
export interface RestCall {
  /** Ends it; the promise or iteration rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Objects as the exchange wrote them, a page at a time. */
export type RestPages = AsyncGenerator<readonly JsonObject[], void, undefined>;

/**
 * Kalshi's public market data over REST. Objects come as the exchange wrote them, to be archived;
 * `parseMarketObjects` reads them. Requests are paced, timed out and asked again when that can help.
 * Every method throws {@link RefusedError} (`SsmdError` `refused`) when the exchange says no,
 * `SsmdError` `unreachable` when it does not answer, and `invalid_name` for a ticker that is none.
 * Holds nothing open.
 */
export class KalshiRest {
  readonly #client: RestClient;

  /**
   * Sends nothing yet. Throws `SsmdError` `invalid_input` for an address that cannot be Kalshi's,
   * `RangeError` for a rate, time or number of attempts that is not above 0.
   */
  constructor(options: KalshiRestOptions) {
    this.#client = new RestClient(options);
  }

  /** What was asked and what came of it, as of now. */
  get counts(): RestCounts {
    return { ...this.#client.counts };
  }

  /** Whether exchange and trading are active. While they are not, this answer still comes. */
  status(call: RestCall = {}): Promise<JsonObject> {
    return this.#client.get("/exchange/status", {}, {
      ...call,
      accepts: (_, json) => typeof json["exchange_active"] === "boolean",
    });
  }

  /** The market object, or `undefined` when the exchange does not know the ticker (yet). */
  market(ticker: string, call: RestCall = {}): Promise<JsonObject | undefined> {
    return this.#one(`/markets/${inPath(ticker)}`, {}, "market", call);
  }

  /** Markets, the newest first; without the markets of combos only by `mveFilter`. */
  async *markets(query: MarketQuery, call: RestCall = {}): RestPages {
    const { tickers } = query;
    const filter: RestQuery = {
      limit: query.limit ?? 1000,
      status: query.status,
      series_ticker: checked(query.seriesTicker),
      event_ticker: checked(query.eventTicker),
      mve_filter: query.mveFilter,
      min_created_ts: query.minCreatedTs,
      min_close_ts: query.minCloseTs,
      max_close_ts: query.maxCloseTs,
    };
    if (tickers === undefined) yield* this.#pages("/markets", filter, "markets", call);
    else yield* this.#listed("/markets", filter, "markets", tickers, call, this.market.bind(this));
  }

  /** The event object without its markets, or `undefined` when the exchange does not know it (yet). */
  event(ticker: string, call: RestCall = {}): Promise<JsonObject | undefined> {
    return this.#one(`/events/${inPath(ticker)}`, { with_nested_markets: false }, "event", call);
  }

  /** Events. */
  async *events(query: EventQuery, call: RestCall = {}): RestPages {
    const { tickers } = query;
    const filter: RestQuery = {
      limit: query.limit ?? 200,
      status: query.status,
      series_ticker: checked(query.seriesTicker),
      with_nested_markets: query.withNestedMarkets,
    };
    if (tickers === undefined) yield* this.#pages("/events", filter, "events", call);
    else yield* this.#listed("/events", filter, "events", tickers, call, this.event.bind(this));
  }

  /** The series object, or `undefined` when the exchange does not know it. */
  series(ticker: string, call: RestCall = {}): Promise<JsonObject | undefined> {
    return this.#one(`/series/${inPath(ticker)}`, {}, "series", call);
  }

  /** All series, or those of a category; its name is compared exactly. One large answer. */
  async seriesList(
    query: { readonly category?: string },
    call: RestCall = {},
  ): Promise<readonly JsonObject[]> {
    const filter = { category: query.category, include_product_metadata: true };
    return listOf(
      this.#client,
      "/series",
      await this.#client.get("/series", filter, call),
      "series",
    );
  }

  /** Fee changes to come, and with `showHistorical` past ones; of one series or of all. */
  async seriesFeeChanges(
    query: { readonly seriesTicker?: string; readonly showHistorical?: boolean },
    call: RestCall = {},
  ): Promise<readonly JsonObject[]> {
    const answer = await this.#client.get("/series/fee_changes", {
      series_ticker: checked(query.seriesTicker),
      show_historical: query.showHistorical,
    }, call);
    return listOf(this.#client, "/series/fee_changes", answer, "series_fee_change_arr");
  }

  /** The resting bids of both sides. The exchange answers an unknown ticker with an empty book. */
  orderbook(ticker: string, call: RestCall = {}): Promise<JsonObject> {
    return this.#client.get(`/markets/${inPath(ticker)}/orderbook`, {}, call);
  }

  #pages(path: string, query: RestQuery, key: string, call: RestCall): RestPages {
    return restPages(this.#client, path, query, key, call.signal);
  }

  async *#listed(
    path: string,
    query: RestQuery,
    key: string,
    tickers: Iterable<string>,
    call: RestCall,
    one: (ticker: string, call: RestCall) => Promise<JsonObject | undefined>,
  ): RestPages {
    const { lists, single } = tickerBatches([...tickers].map(checkTicker));
    for (const list of lists) {
      yield* this.#pages(path, { ...query, tickers: list.join(",") }, key, call);
    }
    for (const ticker of single) {
      const object = await one(ticker, call);
      yield object === undefined ? [] : [object];
    }
  }

  async #one(
    path: string,
    query: RestQuery,
    key: string,
    call: RestCall,
  ): Promise<JsonObject | undefined> {
    let answer: JsonObject;
    try {
      answer = await this.#client.get(path, query, call);
    } catch (error) {
      if (error instanceof RefusedError && isUnknownObject(error)) return undefined;
      throw error;
    }
    const object = answer[key];
    if (!isObject(object)) throw broken(path, `no object "${key}"`);
    return object;
  }
}

function inPath(ticker: string): string {
  return encodeURIComponent(checkTicker(ticker));
}

function checked(ticker: string | undefined): string | undefined {
  return ticker === undefined ? undefined : checkTicker(ticker);
}

/** The exchange says so in JSON; a 404 page in text means that the address is not its REST. */
function isUnknownObject(error: RefusedError): boolean {
  const { status, body = "" } = error.refusal;
  return status === 404 && body.trimStart().startsWith("{");
}

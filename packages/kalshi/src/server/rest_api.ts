import { type EpochMicros, formatIsoTime } from "@ssmd/core";
import type { CatalogObject, ExchangeCatalog } from "./exchange_source.ts";
import { errorAnswer, type HttpAnswer } from "./http_answer.ts";
import type { MarketBoard } from "./market_board.ts";
import type { RecentTrades } from "./recent_trades.ts";
import { RestCatalog } from "./rest_catalog.ts";
import { RestMarketData } from "./rest_market_data.ts";
import { pageOf } from "./rest_page.ts";
import { notFound, RestError, RestQuery } from "./rest_query.ts";

/** What all paths begin with. */
export const API_ROOT = "/trade-api/v2";

/** Kalshi's weekly hours, near enough: always open. The exchange keeps no maintenance windows. */
const OPEN_ALL_DAY = [{ open_time: "00:00", close_time: "24:00" }];
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** Answers requests for market data. */
export class RestApi {
  readonly #catalog: RestCatalog;
  readonly #data: RestMarketData;

  /** Objects come from `catalog`; quotes, books and trades from `board` and `trades`. */
  constructor(catalog: ExchangeCatalog, board: MarketBoard, trades: RecentTrades) {
    this.#catalog = new RestCatalog(catalog);
    this.#data = new RestMarketData(board, trades);
  }

  /** Answers a GET of `url`, a path with its query, at `time`; `trading` says whether time runs. */
  answer(url: string, time: EpochMicros, trading: boolean): HttpAnswer {
    try {
      const { pathname, searchParams } = new URL(url, "http://exchange");
      if (!pathname.startsWith(`${API_ROOT}/`)) throw notFound();
      const path = pathname.slice(API_ROOT.length + 1).split("/").map((part) =>
        decodeURIComponent(part)
      );
      const query = new RestQuery(searchParams);
      return { status: 200, body: this.#route(path, query, time, trading) };
    } catch (error) {
      if (error instanceof RestError) return error.answer;
      // What `new URL` and `decodeURIComponent` refuse.
      if (error instanceof TypeError || error instanceof URIError) {
        return errorAnswer(400, "bad_request", "bad request");
      }
      throw error;
    }
  }

  #route(
    path: readonly string[],
    query: RestQuery,
    time: EpochMicros,
    trading: boolean,
  ): object {
    const [first, ticker = "", third] = path;
    if (path.length === 2 && first === "exchange") return exchange(ticker, time, trading);
    if (path.length === 2 && first === "account" && ticker === "endpoint_costs") {
      return { default_cost: 10, endpoint_costs: [] };
    }
    if (first === "markets" && path.length <= 3) {
      if (path.length === 1) return this.#markets(query, time);
      if (third === "orderbook") return this.#data.orderBook(ticker, query);
      if (third !== undefined) throw notFound();
      if (ticker === "orderbooks") return this.#data.orderBooks(query);
      if (ticker === "trades") return this.#data.trades(query);
      const market = found(this.#catalog.market(ticker, time));
      return { market: this.#data.quoted(market) };
    }
    if (first === "events" && path.length <= 2) {
      if (path.length === 1) return this.#events(query, time);
      // Nothing in a source's events changes the fee of one event.
      if (ticker === "fee_changes") return { event_fee_changes: [], cursor: "" };
      return this.#event(ticker, query, time);
    }
    if (first === "series" && path.length <= 2) {
      if (path.length === 1) return { series: this.#catalog.series(query, time) };
      if (ticker === "fee_changes") {
        return { series_fee_change_arr: this.#catalog.feeChanges(query, time) };
      }
      return { series: found(this.#catalog.oneSeries(ticker, time)) };
    }
    throw notFound();
  }

  #markets(query: RestQuery, time: EpochMicros): object {
    const all = this.#catalog.markets(query, time);
    const { items, cursor } = pageOf(all, (market) => market["ticker"], query, 100, 1000);
    return { markets: items.map((market) => this.#data.quoted(market)), cursor };
  }

  #events(query: RestQuery, time: EpochMicros): object {
    const all = this.#catalog.events(query, time);
    const { items, cursor } = pageOf(all, (event) => event["event_ticker"], query, 200, 200);
    const nested = query.flag("with_nested_markets") === true;
    const events = nested ? items.map((event) => this.#withMarkets(event, time)) : items;
    return { events, cursor };
  }

  #event(ticker: string, query: RestQuery, time: EpochMicros): object {
    const event = found(this.#catalog.event(ticker, time));
    if (query.flag("with_nested_markets") === true) {
      return { event: this.#withMarkets(event, time), markets: [] };
    }
    return { event, markets: this.#marketsOf(event, time) };
  }

  #withMarkets(event: CatalogObject, time: EpochMicros): CatalogObject {
    return { ...event, markets: this.#marketsOf(event, time) };
  }

  #marketsOf(event: CatalogObject, time: EpochMicros): CatalogObject[] {
    const markets = this.#catalog.marketsOf(event["event_ticker"], time);
    return markets.map((market) => this.#data.quoted(market));
  }
}

function exchange(what: string, time: EpochMicros, trading: boolean): object {
  if (what === "status") {
    return {
      exchange_active: true,
      trading_active: trading,
      exchange_estimated_resume_time: null,
    };
  }
  if (what === "schedule") {
    const hours = Object.fromEntries(DAYS.map((day) => [day, OPEN_ALL_DAY]));
    const always = { start_time: "2020-01-01T00:00:00Z", end_time: "2100-01-01T00:00:00Z" };
    return { schedule: { standard_hours: [{ ...always, ...hours }], maintenance_windows: [] } };
  }
  if (what === "user_data_timestamp") return { as_of_time: formatIsoTime(time) };
  throw notFound();
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

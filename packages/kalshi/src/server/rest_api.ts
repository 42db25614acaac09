import { type EpochMicros, formatIsoTime, MICROS_PER_DAY } from "@ssmd/core";
import type { CandleHistory } from "./candle_history.ts";
import type { CatalogObject, ExchangeCatalog } from "./exchange_source.ts";
import { errorAnswer, type HttpAnswer } from "./http_answer.ts";
import type { MarketBoard } from "./market_board.ts";
import type { RecentTrades } from "./recent_trades.ts";
import { RestCandlesticks } from "./rest_candlesticks.ts";
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
  readonly #candlesticks: RestCandlesticks;

  /** Objects come from `catalog`; quotes, books and trades from `board`, `trades` and `candles`. */
  constructor(
    catalog: ExchangeCatalog,
    board: MarketBoard,
    trades: RecentTrades,
    candles: CandleHistory,
  ) {
    this.#catalog = new RestCatalog(catalog);
    this.#data = new RestMarketData(board, trades);
    this.#candlesticks = new RestCandlesticks(candles);
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
    const [first, ticker = "", third, fourth = ""] = path;
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
      if (ticker === "candlesticks") return this.#candlesticks.ofMarkets(query);
      const market = found(this.#catalog.market(ticker, time));
      return { market: this.#data.quoted(market) };
    }
    if (first === "events" && path.length <= 2 && ticker !== "multivariate") {
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
    if (path.length === 5 && first === "series" && path[4] === "candlesticks") {
      if (third === "markets") return this.#candlesticks.ofMarket(fourth, query);
      if (third === "events") return this.#ofEvent(fourth, query, time);
    }
    return pastOrEmpty(path, query, time);
  }

  #ofEvent(ticker: string, query: RestQuery, time: EpochMicros): object {
    const event = found(this.#catalog.event(ticker, time));
    const markets = this.#catalog.marketsOf(event["event_ticker"], time);
    return this.#candlesticks.ofEvent(markets.map((market) => String(market["ticker"])), query);
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

/** Lists of what no source has: they are empty, as on an exchange without any. */
const EMPTY: Readonly<Record<string, object>> = {
  "events/multivariate": { events: [], cursor: "" },
  "historical/markets": { markets: [], cursor: "" },
  "historical/trades": { trades: [], cursor: "" },
  "incentive_programs": { incentive_programs: [], next_cursor: "" },
  "milestones": { milestones: [], cursor: "" },
  "multivariate_event_collections": { multivariate_contracts: [], cursor: "" },
  "structured_targets": { structured_targets: [], cursor: "" },
};

/** What is older than the live window lives below `historical`; nothing that is played is so old. */
const LIVE_WINDOW: EpochMicros = 90 * MICROS_PER_DAY;

function pastOrEmpty(path: readonly string[], query: RestQuery, time: EpochMicros): object {
  const name = path.join("/");
  if (name === "historical/cutoff") {
    const cutoff = formatIsoTime(Math.max(0, time - LIVE_WINDOW));
    return { market_settled_ts: cutoff, trades_created_ts: cutoff, orders_updated_ts: cutoff };
  }
  const empty = Object.hasOwn(EMPTY, name) ? EMPTY[name] : undefined;
  if (empty === undefined) throw notFound();
  query.limit(100, 10_000);
  return empty;
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

import { type Clock, formatIsoTime } from "@ssmd/core";
import type { ToyReply, ToyRequest } from "./toy_rest_test_support.ts";

/** A market of the toy exchange; times in seconds since 1970. */
export interface ToyMarket {
  readonly ticker: string;
  readonly event: string;
  open: number;
  close: number;
  /** When its result is known; never when absent. */
  determined?: number;
  /** When it is settled; never when absent. */
  settled?: number;
  paused?: boolean;
}

export interface ToySeries {
  readonly category: string;
  readonly scope?: string;
  fees: object[];
}

const STATUS_OF: Readonly<Record<string, string>> = {
  unopened: "initialized",
  open: "active",
  paused: "inactive",
  settled: "finalized",
};

/** Answers like Kalshi's REST: markets change their state by the clock. */
export class ToyExchange {
  readonly series: Map<string, ToySeries> = new Map();
  /** Event to series. */
  readonly events: Map<string, string> = new Map();
  readonly markets: Map<string, ToyMarket> = new Map();
  /** Paths that are in trouble. */
  broken: RegExp | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  addSeries(ticker: string, category = "Crypto", scope?: string): void {
    this.series.set(ticker, { category, fees: [], ...(scope !== undefined && { scope }) });
  }

  add(series: string, event: string, ticker: string, open: number, close: number): ToyMarket {
    this.events.set(event, series);
    const market: ToyMarket = { ticker, event, open, close };
    this.markets.set(ticker, market);
    return market;
  }

  readonly answer = ({ path, query }: ToyRequest): ToyReply => {
    if (this.broken?.test(`${path}?${query}`)) return { status: 400, body: { error: "broken" } };
    const [, kind, name] = path.split("/");
    if (path === "/series/fee_changes") {
      const fees = this.series.get(query.get("series_ticker") ?? "")?.fees ?? [];
      return { body: { series_fee_change_arr: fees } };
    }
    if (kind === "markets") return name === undefined ? this.#list(query) : this.#one(name);
    if (kind === "events") return name === undefined ? this.#eventList(query) : this.#event(name);
    if (name === undefined) {
      const category = query.get("category");
      const names = [...this.series.keys()].filter((ticker) =>
        category === null || this.series.get(ticker)!.category === category
      );
      return { body: { series: names.map((ticker) => this.#seriesObject(ticker)) } };
    }
    return this.series.has(name) ? { body: { series: this.#seriesObject(name) } } : UNKNOWN;
  };

  #list(query: URLSearchParams): ToyReply {
    const tickers = query.get("tickers")?.split(",");
    const series = query.get("series_ticker");
    const found = [...this.markets.values()].filter((market) =>
      (tickers === undefined || tickers.includes(market.ticker)) &&
      (series === null || this.events.get(market.event) === series) &&
      this.#hasStatus(market, query.get("status"))
    );
    return page(found.map((market) => this.#object(market)), "markets", query);
  }

  #one(name: string): ToyReply {
    const market = this.markets.get(name);
    return market === undefined ? UNKNOWN : { body: { market: this.#object(market) } };
  }

  #eventList(query: URLSearchParams): ToyReply {
    const tickers = query.get("tickers")?.split(",");
    const found = [...this.events.keys()].filter((event) =>
      !event.startsWith("KXMVE") && (tickers === undefined || tickers.includes(event)) &&
      [...this.markets.values()].some((market) =>
        market.event === event && this.#hasStatus(market, query.get("status"))
      )
    );
    const nested = query.get("with_nested_markets") === "true";
    return page(found.map((event) => this.#eventObject(event, nested)), "events", query);
  }

  #event(name: string): ToyReply {
    if (!this.events.has(name)) return UNKNOWN;
    return { body: { event: this.#eventObject(name, false), markets: [] } };
  }

  #eventObject(event: string, nested: boolean): object {
    const markets = [...this.markets.values()].filter((market) => market.event === event)
      .map((market) => this.#object(market));
    const series = this.events.get(event);
    return { event_ticker: event, series_ticker: series, title: event, ...(nested && { markets }) };
  }

  #seriesObject(ticker: string): object {
    const { category, scope } = this.series.get(ticker)!;
    const metadata = scope === undefined ? null : { scope };
    return {
      ticker,
      category,
      fee_type: "quadratic",
      fee_multiplier: 1,
      product_metadata: metadata,
    };
  }

  #hasStatus(market: ToyMarket, status: string | null): boolean {
    return status === null || STATUS_OF[status] === this.#status(market);
  }

  #status(market: ToyMarket): string {
    const now = this.#clock.now() / 1_000_000;
    if (market.settled !== undefined && now >= market.settled) return "finalized";
    if (market.determined !== undefined && now >= market.determined) return "determined";
    if (now >= market.close) return "closed";
    if (now < market.open) return "initialized";
    return market.paused ? "inactive" : "active";
  }

  #object(market: ToyMarket): object {
    const status = this.#status(market);
    const decided = status === "determined" || status === "finalized";
    return {
      ticker: market.ticker,
      event_ticker: market.event,
      status,
      open_time: formatIsoTime(market.open * 1_000_000),
      close_time: formatIsoTime(market.close * 1_000_000),
      result: decided ? "yes" : "",
      settlement_ts: status === "finalized" ? formatIsoTime(market.settled! * 1_000_000) : null,
    };
  }
}

const UNKNOWN: ToyReply = { status: 404, body: { error: { code: "not_found" } } };

/** Pages of three, so that every test goes through several. */
function page(objects: readonly object[], key: string, query: URLSearchParams): ToyReply {
  const start = Number(query.get("cursor") ?? 0);
  const cursor = start + 3 < objects.length ? String(start + 3) : "";
  return { body: { [key]: objects.slice(start, start + 3), cursor } };
}

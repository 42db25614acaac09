import { messageOf } from "@ssmd/core";
import { isObject, type JsonObject } from "../wire/json_object.ts";
import { isTicker } from "../ticker.ts";
import type { KalshiRest, StatusFilter } from "./kalshi_rest.ts";

/** The part of `KalshiRest` that finds markets. */
export type UniverseRest = Pick<
  KalshiRest,
  "markets" | "events" | "series" | "seriesList"
>;

/** Which markets are followed: the union of what is named, except that the limits narrow it. */
export interface UniverseSelection {
  /** These markets, whatever the limits below say. */
  readonly tickers?: readonly string[];
  /** The markets of these series. */
  readonly series?: readonly string[];
  /** The markets of all series of these categories, by the exchange's exact names. */
  readonly categories?: readonly string[];
  /** Only while their close is at most this many hours away; default any. */
  readonly closeWithinHours?: number;
  /**
   * Of the categories only the series about single games: those whose product scope is `Game` or,
   * where the exchange states none, whose ticker contains GAME or MATCH. Default false.
   */
  readonly gamesOnly?: boolean;
}

/**
 * States whose union is every market that trades or will. A market is created before it opens, and
 * a filter by close time returns nothing together with `open`: so one pass for each state, and no
 * other filter.
 */
const PASSES: readonly StatusFilter[] = ["unopened", "open", "paused"];

/** With more series than this, reading all events costs fewer requests than asking each series. */
const MAX_SINGLE_SERIES = 40;

/** Finds markets over REST, in as few requests as the selection allows. */
export class UniverseDiscovery {
  /** Passes of the last run that failed: what they would have found is missing from it. */
  failures: string[] = [];
  /** Names that the exchange does not know, as of the last run. */
  problems: string[] = [];
  readonly #rest: UniverseRest;
  readonly #selection: UniverseSelection;
  readonly #categories = new Map<string, ReadonlySet<string>>();
  readonly #knownSeries = new Map<string, boolean>();

  /** Asks nothing yet. */
  constructor(rest: UniverseRest, selection: UniverseSelection) {
    this.#rest = rest;
    this.#selection = selection;
  }

  /** Whether the selection names the series, by the categories as of the last run. */
  selects(seriesTicker: string): boolean {
    if (this.#selection.series?.includes(seriesTicker)) return true;
    for (const series of this.#categories.values()) if (series.has(seriesTicker)) return true;
    return false;
  }

  /**
   * Market objects of everything selected, page by page; the same market may come again. A pass
   * that fails is noted and costs the others nothing. Rejects only by `signal`.
   */
  async *run(signal?: AbortSignal): AsyncGenerator<readonly JsonObject[], void, undefined> {
    const call = signal ? { signal } : {};
    const { tickers = [], series = [], categories = [] } = this.#selection;
    this.failures = [];
    this.problems = [];
    const named = new Set(tickers.filter(isTicker));
    for (const ticker of tickers) {
      if (!named.has(ticker)) this.problems.push(`${JSON.stringify(ticker)} is no ticker`);
    }
    if (named.size > 0) {
      const pages = this.#rest.markets({ tickers: [...named] }, call);
      for await (const page of this.#pass("the named markets", pages, signal)) {
        for (const market of page) named.delete(String(market["ticker"]));
        yield page;
      }
      if (this.failures.length === 0) {
        for (const ticker of named) this.problems.push(`The exchange knows no market ${ticker}`);
      }
    }
    for (const category of categories) await this.#readCategory(category, signal);
    const single = new Set(series);
    const listed = new Set([...this.#categories.values()].flatMap((tickers) => [...tickers]));
    for (const ticker of single) listed.delete(ticker);
    if (listed.size > MAX_SINGLE_SERIES) yield* this.#allEvents(listed, signal);
    else for (const ticker of listed) single.add(ticker);
    for (const ticker of single) yield* this.#oneSeries(ticker, signal);
  }

  async #readCategory(category: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      const list = await this.#rest.seriesList({ category }, signal ? { signal } : {});
      const tickers = list
        .filter((series) => !this.#selection.gamesOnly || isGame(series))
        .map((series) => series["ticker"])
        .filter((ticker) => typeof ticker === "string");
      this.#categories.set(category, new Set(tickers));
      if (list.length === 0) {
        this.problems.push(
          `The exchange has no series in the category ${JSON.stringify(category)}; ` +
            "upper and lower case count",
        );
      }
    } catch (error) {
      this.#fail(`the category ${JSON.stringify(category)}`, error, signal);
    }
  }

  /** Open events with all their markets; the series is the event's word, never the ticker's text. */
  async *#allEvents(
    series: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly JsonObject[], void, undefined> {
    const call = signal ? { signal } : {};
    for (const status of PASSES) {
      const pages = this.#rest.events({ status, withNestedMarkets: true }, call);
      for await (const page of this.#pass(`${status} events`, pages, signal)) {
        for (const event of page) {
          const { series_ticker: owner, markets, event_ticker: eventTicker } = event;
          if (typeof owner !== "string" || !series.has(owner) || !Array.isArray(markets)) continue;
          yield (markets as unknown[]).filter(isObject)
            .map((market) => ({ event_ticker: eventTicker, ...market }));
        }
      }
    }
  }

  async *#oneSeries(
    ticker: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly JsonObject[], void, undefined> {
    const call = signal ? { signal } : {};
    let found = 0;
    const failed = this.failures.length;
    for (const status of PASSES) {
      const pages = this.#rest.markets({ seriesTicker: ticker, status }, call);
      for await (const page of this.#pass(`${status} markets of ${ticker}`, pages, signal)) {
        found += page.length;
        yield page;
      }
    }
    if (found > 0) this.#knownSeries.set(ticker, true);
    else if (this.failures.length === failed) await this.#checkSeries(ticker, signal);
  }

  /** No market at all is normal between two events, and what a mistyped name looks like. */
  async #checkSeries(ticker: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      if (!this.#knownSeries.get(ticker)) {
        const series = await this.#rest.series(ticker, signal ? { signal } : {});
        this.#knownSeries.set(ticker, series !== undefined);
      }
    } catch (error) {
      this.#fail(`the series ${ticker}`, error, signal);
    }
    if (this.#knownSeries.get(ticker) === false) {
      this.problems.push(`The exchange knows no series ${ticker}`);
    }
  }

  async *#pass(
    what: string,
    pages: AsyncIterable<readonly JsonObject[]>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<readonly JsonObject[], void, undefined> {
    try {
      yield* pages;
    } catch (error) {
      this.#fail(what, error, signal);
    }
  }

  #fail(what: string, error: unknown, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    this.failures.push(`Cannot list ${what}: ${messageOf(error)}`);
  }
}

function isGame(series: JsonObject): boolean {
  const metadata = series["product_metadata"];
  const scope = isObject(metadata) ? metadata["scope"] : undefined;
  if (typeof scope === "string" && scope !== "") return scope === "Game";
  return /GAME|MATCH/.test(String(series["ticker"]));
}

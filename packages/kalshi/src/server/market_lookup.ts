import type { CommandMarkets } from "./command_handler.ts";
import type { ExchangeCatalog } from "./exchange_source.ts";
import { type MarketBoard, marketId } from "./market_board.ts";
import type { EpochMicros } from "@ssmd/core";

/** Finds markets for commands: those that events were about, and those of the catalog. */
export class MarketLookup implements CommandMarkets {
  readonly #board: MarketBoard;
  readonly #catalog: ExchangeCatalog;
  readonly #now: () => EpochMicros;

  /** Reads `catalog` at `now`. */
  constructor(board: MarketBoard, catalog: ExchangeCatalog, now: () => EpochMicros) {
    this.#board = board;
    this.#catalog = catalog;
    this.#now = now;
  }

  /** The tickers with these ids; an id is made from its ticker, so that all have to be tried. */
  tickersOf(ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    const tickers = new Set<string>();
    for (const { ticker } of this.#board.records()) tickers.add(ticker);
    for (const { ticker } of this.#catalog.markets(this.#now())) tickers.add(String(ticker));
    return [...tickers].filter((ticker) => wanted.has(marketId(ticker)));
  }

  /** Every market that has quotes. */
  quoted(): string[] {
    const tickers: string[] = [];
    for (const { ticker, quote } of this.#board.records()) {
      if (quote !== undefined) tickers.push(ticker);
    }
    return tickers;
  }
}

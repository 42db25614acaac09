import { createHash } from "node:crypto";
import type { ExchangeBook } from "./exchange_book.ts";
import type { TickerEvent, TradeEvent } from "./exchange_event.ts";

/** What the exchange knows of one market from its events. */
export interface MarketRecord {
  /** The market. */
  readonly ticker: string;
  /** The beginning of every message about it: `{"market_ticker":…,"market_id":…`. */
  readonly identity: string;
  /** Its book, once there was one. */
  book: ExchangeBook | undefined;
  /** Its newest ticker event. */
  quote: TickerEvent | undefined;
  /** Its newest trade. */
  trade: TradeEvent | undefined;
}

/** The exchange's markets as its events have made them. */
export class MarketBoard {
  readonly #records = new Map<string, MarketRecord>();

  /** The market's record, if any event was about it. */
  find(ticker: string): MarketRecord | undefined {
    return this.#records.get(ticker);
  }

  /** The market's record, made when there is none. */
  record(ticker: string): MarketRecord {
    let record = this.#records.get(ticker);
    if (record === undefined) {
      const identity = `{"market_ticker":${JSON.stringify(ticker)},"market_id":"${
        marketId(ticker)
      }"`;
      record = { ticker, identity, book: undefined, quote: undefined, trade: undefined };
      this.#records.set(ticker, record);
    }
    return record;
  }

  /** Every market with a record. */
  records(): Iterable<MarketRecord> {
    return this.#records.values();
  }

  /** Forgets a market that is over, so that a long run stays small. */
  forget(ticker: string): void {
    this.#records.delete(ticker);
  }

  /** Forgets everything. */
  clear(): void {
    this.#records.clear();
  }
}

/** The exchange's id for a market: a UUID that depends on the ticker alone. */
export function marketId(ticker: string): string {
  const hex = createHash("sha1").update(ticker).digest("hex");
  // The marks of a UUID made from a name (RFC 9562, version 5).
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

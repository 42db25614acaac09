import type { ExchangeBook } from "./exchange_book.ts";
import type { BookDeltaEvent, TickerEvent, TradeEvent } from "./exchange_event.ts";
import type { MarketRecord } from "./market_board.ts";

/** Writes the `msg` of data frames as JSON text. `yesPriced` tells NO prices as YES prices. */
export interface WireForm {
  /** `orderbook_snapshot`; a side without levels has no key. */
  snapshot(record: MarketRecord, book: ExchangeBook, yesPriced: boolean): string;
  /** `orderbook_delta`. */
  delta(record: MarketRecord, event: BookDeltaEvent, yesPriced: boolean): string;
  /** `trade`. */
  trade(record: MarketRecord, event: TradeEvent): string;
  /** `ticker`. */
  ticker(record: MarketRecord, event: TickerEvent): string;
}

/**
 * How the exchange writes numbers: in decimal texts as since March 2026, or as before in integer
 * cents and whole contracts beside them.
 */
export type WireFormName = "fixed_point" | "cents";

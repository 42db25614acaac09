import {
  type EpochMicros,
  type EventBatch,
  EventKind,
  FLAG_BLOCK_TRADE,
  FLAG_LAST,
  NO_MARKET,
  NO_PRICE,
  SIDE_NONE,
  SIDE_YES,
} from "@ssmd/core";
import type { OrderDesk } from "./order_desk.ts";

/** What {@link followRow} has to know of a run. */
export interface RowWatcher {
  /** The time of the row. */
  readonly now: () => EpochMicros;
  /** Whether a market trades now. */
  readonly isTrading: (ticker: string) => boolean;
  /** Whether resting orders in a market can no longer be followed; `gap` when the row is one. */
  readonly isDoubtful: (ticker: string, gap: boolean) => boolean;
}

/**
 * What row `row` does to the orders that rest: a trade may fill them, a book or a quote shortens their
 * queues, and a gap or a book that became stale cancels them. A block trade and one without a side,
 * a price or a size fill nothing.
 */
export function followRow(
  desk: OrderDesk,
  batch: EventBatch,
  row: number,
  watcher: RowWatcher,
): void {
  const kind = batch.kind[row]!;
  if (kind === EventKind.trade) return followTrade(desk, batch, row, watcher);
  const isBook = kind >= EventKind.snapshot && kind <= EventKind.delta;
  if (!isBook && kind !== EventKind.ticker && kind !== EventKind.gap) return;
  const market = batch.market[row]!;
  const tickers = market === NO_MARKET ? desk.restingTickers : [batch.symbols.name(market)];
  for (const ticker of tickers) {
    if (watcher.isDoubtful(ticker, kind === EventKind.gap)) desk.cancelAll(ticker, watcher.now());
    // In the middle of a snapshot a book is not yet what it will be.
    else if (batch.flags[row]! & FLAG_LAST) desk.observe(ticker, watcher.now());
  }
}

function followTrade(desk: OrderDesk, batch: EventBatch, row: number, watcher: RowWatcher): void {
  const market = batch.market[row]!;
  const side = batch.side[row]!;
  const price = batch.price[row]!;
  const size = batch.size[row]!;
  if ((batch.flags[row]! & FLAG_BLOCK_TRADE) !== 0 || market === NO_MARKET) return;
  if (side === SIDE_NONE || price === NO_PRICE || !(size > 0)) return;
  const ticker = batch.symbols.name(market);
  if (!watcher.isTrading(ticker)) return;
  desk.trade(ticker, side === SIDE_YES ? "yes" : "no", price, size, watcher.now());
}

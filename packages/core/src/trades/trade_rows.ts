import type { EventBatch } from "../events/event_batch.ts";
import { EventKind, NO_PRICE } from "../events/event_kind.ts";

/**
 * Calls `visit` with each row of `batch` that is a trade of the market `ticker`, in order, and gives
 * the number of its trades that were left out because they have no price or no size above zero.
 */
export function visitTrades(
  batch: EventBatch,
  ticker: string,
  visit: (row: number) => void,
): number {
  const wanted = batch.symbols.find(ticker);
  let skipped = 0;
  for (let row = 0; row < batch.length; row++) {
    if (batch.kind[row] !== EventKind.trade || batch.market[row] !== wanted) continue;
    const size = batch.size[row]!;
    if (batch.price[row] === NO_PRICE || !(size > 0 && Number.isSafeInteger(size))) skipped++;
    else visit(row);
  }
  return skipped;
}

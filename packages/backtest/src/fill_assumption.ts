/**
 * All {@link FillAssumption}s, in their order.
 * @internal
 */
export const FILL_ASSUMPTIONS = [
  "book",
  "quote",
  "quote-size",
  "queue",
  "through",
  "touch",
  "settlement",
] as const;

/**
 * What a fill rests on, named on every fill and trade.
 *
 * - `book`: the contracts were displayed in the recorded book.
 * - `quote`: they were displayed in a quote that gave its size.
 * - `quote-size`: the quote gave no size, one was assumed.
 * - `queue`: a resting order whose displayed queue had traded away before.
 * - `through`: a resting order, and a trade at a worse price for the taker.
 * - `touch`: a resting order, and a trade at its price.
 * - `settlement`: paid out by the exchange.
 */
export type FillAssumption = typeof FILL_ASSUMPTIONS[number];

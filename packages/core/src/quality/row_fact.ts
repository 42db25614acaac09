/**
 * What can be odd about the rows of a market, counted per row unless it says otherwise.
 *
 * - `missingBid`, `missingAsk`, `missingVolume`: of a quote summary.
 * - `missingPrice`, `missingSide`, `missingSize`: of a trade.
 * - `withoutPrice`: a quote summary without a last price: a market that never traded has none.
 * - `withoutEventTime`: a trade, quote or delta without the exchange's time.
 * - `eventTimeBack`: its exchange time lies before that of the market's last row of its kind.
 * - `priceOutOfRange`: at or below $0, or at or above $1. An empty side's bid of 0 and ask of $1 (or
 *   0) and the last price 0 of a market that never traded are the exchange's way to say "none".
 * - `crossedQuotes`: bid above ask.
 * - `crossedBooks`: how often a book that was fresh became crossed: best bids of both sides above $1.
 * - `volumeDecreases`: the volume over the market's life is less than it was.
 * - `deltasBeforeSnapshot`: nothing to apply them to.
 * - `inconsistencies`: book rows that do not fit their book.
 * - `overlaps`: how often rows of one kind went over from one recording to another.
 */
export const ROW_FACTS = [
  "missingBid",
  "missingAsk",
  "missingVolume",
  "missingPrice",
  "missingSide",
  "missingSize",
  "withoutPrice",
  "withoutEventTime",
  "eventTimeBack",
  "priceOutOfRange",
  "crossedQuotes",
  "crossedBooks",
  "volumeDecreases",
  "deltasBeforeSnapshot",
  "inconsistencies",
  "overlaps",
] as const;

/** A name in {@link ROW_FACTS}. */
export type RowFact = (typeof ROW_FACTS)[number];

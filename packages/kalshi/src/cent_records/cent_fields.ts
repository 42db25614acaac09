/**
 * What the original momentum engine reads of a record, and where it stands: its own fields in cents
 * and whole contracts, preferred, and the fixed-point fields that replaced them in March 2026. Of
 * fields that say the same, the first one with a usable value counts.
 * @module
 */

/** The columns of numbers. */
export const CentColumn = {
  /** Exchange time in seconds. */
  ts: 0,
  /** YES price in cents. */
  price: 1,
  /** Contracts traded over the market's life. */
  volume: 2,
  /** Dollars traded over the market's life. */
  dollarVolume: 3,
  /** Best YES bid in cents. */
  yesBid: 4,
  /** Best YES ask in cents. */
  yesAsk: 5,
  /** Best NO bid in cents. */
  noBid: 6,
  /** Best NO ask in cents. */
  noAsk: 7,
  /** Contracts of a trade. */
  count: 8,
} as const;
/** One of the columns. */
export type CentColumn = typeof CentColumn[keyof typeof CentColumn];
/** How many columns of numbers there are. */
export const CENT_COLUMNS = 9;

/** A field with a number. */
export interface CentField {
  /** Where its value goes. */
  readonly column: CentColumn;
  /** Its place among the fields of that column; the lowest one counts. */
  readonly rank: number;
  /** How many places its point moves to the right: 2 makes cents of dollars. */
  readonly shift: number;
}

/** The member of `msg` that names the market. */
export const MARKET_FIELD = "market_ticker";

/**
 * The members of `msg` that name the taker's side; the first one that is neither null nor empty
 * counts. The last is not known to the original: newer trades may have nothing else.
 */
export const SIDE_FIELDS: readonly string[] = ["taker_side", "side", "taker_outcome_side"];

/** The members of `msg` that have numbers, those of a column in the order of preference. */
export const CENT_FIELDS: ReadonlyMap<string, CentField> = new Map([
  ...alternatives(CentColumn.ts, "ts"),
  ...alternatives(CentColumn.price, "price yes_price last_price", "_dollars"),
  ...alternatives(CentColumn.volume, "volume", "_fp"),
  ...alternatives(CentColumn.dollarVolume, "dollar_volume"),
  ...alternatives(CentColumn.yesBid, "yes_bid", "_dollars"),
  ...alternatives(CentColumn.yesAsk, "yes_ask", "_dollars"),
  ...alternatives(CentColumn.noBid, "no_bid", "_dollars"),
  ...alternatives(CentColumn.noAsk, "no_ask", "_dollars"),
  ...alternatives(CentColumn.count, "count", "_fp"),
]);

/** Entries for `names`, then for the same names with `suffix`. */
function alternatives(
  column: CentColumn,
  names: string,
  suffix?: "_dollars" | "_fp",
): [string, CentField][] {
  const plain = names.split(" ");
  const newer = suffix === undefined ? [] : plain.map((name) => name + suffix);
  const shift = suffix === "_dollars" ? 2 : 0;
  return [...plain, ...newer].map((name, rank) => [
    name,
    { column, rank, shift: rank < plain.length ? 0 : shift },
  ]);
}

import type { Money, Price, Quantity } from "../fixed_point.ts";

/** The names of {@link QuoteColumns}' fields. */
export type QuoteField = (typeof QUOTE_FIELDS)[number];

/** Fields of a ticker beside its last price, in the order of a row's cells. */
export const QUOTE_FIELDS = [
  "yesBid",
  "yesAsk",
  "noBid",
  "noAsk",
  "yesBidSize",
  "yesAskSize",
  "lastSize",
  "volume",
  "openInterest",
  "dollarVolume",
  "dollarOpenInterest",
] as const;

/** One ticker's quotes; a field that the frame did not give is absent. */
export interface Quote {
  /** Best YES bid. */
  readonly yesBid?: Price;
  /** Best YES ask. */
  readonly yesAsk?: Price;
  /** Best NO bid, where the frame gives one (before April 2026). */
  readonly noBid?: Price;
  /** Best NO ask, where the frame gives one. */
  readonly noAsk?: Price;
  /** Resting contracts at the best YES bid. */
  readonly yesBidSize?: Quantity;
  /** Resting contracts at the best YES ask. */
  readonly yesAskSize?: Quantity;
  /** Contracts of the last trade. */
  readonly lastSize?: Quantity;
  /** Contracts traded over the market's life. */
  readonly volume?: Quantity;
  /** Contracts open. */
  readonly openInterest?: Quantity;
  /** Dollars traded over the market's life. */
  readonly dollarVolume?: Money;
  /** Dollars open. */
  readonly dollarOpenInterest?: Money;
}

/** The quotes of a batch's ticker rows: a column of doubles for each field, NaN where absent. */
export class QuoteColumns {
  /** How many rows are filled. */
  length = 0;
  #columns: Float64Array[] = QUOTE_FIELDS.map(() => new Float64Array(64));

  /** Appends a row of absent fields and returns its index. */
  push(): number {
    const row = this.length++;
    if (row === this.#columns[0]!.length) this.reserve(this.length);
    const columns = this.#columns;
    for (let field = 0; field < columns.length; field++) columns[field]![row] = NaN;
    return row;
  }

  /** Makes room for `rows` rows in all, so that {@link column} has as many. */
  reserve(rows: number): void {
    const capacity = this.#columns[0]!.length;
    if (rows <= capacity) return;
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(Math.max(rows, capacity * 2));
      larger.set(column);
      return larger;
    });
  }

  /** The column `field` (its place in {@link QUOTE_FIELDS}); replaced when the rows outgrow it. */
  column(field: number): Float64Array {
    return this.#columns[field]!;
  }

  /** Sets cell `field` (its place in {@link QUOTE_FIELDS}) of `row`. */
  set(row: number, field: number, value: number): void {
    this.#columns[field]![row] = value;
  }

  /** Cell `field` (its place in {@link QUOTE_FIELDS}) of `row`; NaN when absent. */
  get(row: number, field: number): number {
    return this.#columns[field]![row]!;
  }

  /** Row `row` as an object. */
  at(row: number): Quote {
    const quote: Partial<Record<QuoteField, number>> = {};
    QUOTE_FIELDS.forEach((name, field) => {
      const value = this.get(row, field);
      if (!Number.isNaN(value)) quote[name] = value;
    });
    return quote;
  }
}

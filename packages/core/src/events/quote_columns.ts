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

/** The quotes of a batch's ticker rows: fixed-width rows of doubles, NaN where absent. */
export class QuoteColumns {
  /** How many rows are filled. */
  length = 0;
  #cells = new Float64Array(64 * QUOTE_FIELDS.length);

  /** Appends a row of absent fields and returns its index. */
  push(): number {
    const width = QUOTE_FIELDS.length;
    const row = this.length++;
    if ((row + 1) * width > this.#cells.length) {
      const larger = new Float64Array(this.#cells.length * 2);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells.fill(NaN, row * width, (row + 1) * width);
    return row;
  }

  /** Sets cell `field` (its place in {@link QUOTE_FIELDS}) of `row`. */
  set(row: number, field: number, value: number): void {
    this.#cells[row * QUOTE_FIELDS.length + field] = value;
  }

  /** Cell `field` (its place in {@link QUOTE_FIELDS}) of `row`; NaN when absent. */
  get(row: number, field: number): number {
    return this.#cells[row * QUOTE_FIELDS.length + field]!;
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

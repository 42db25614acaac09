import {
  NO_PRICE,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  QUOTE_FIELDS,
  type QuoteColumns,
  type Side,
} from "@ssmd/core";

const YES_BID = QUOTE_FIELDS.indexOf("yesBid");
const YES_ASK = QUOTE_FIELDS.indexOf("yesAsk");
const NO_BID = QUOTE_FIELDS.indexOf("noBid");
const NO_ASK = QUOTE_FIELDS.indexOf("noAsk");
const YES_BID_SIZE = QUOTE_FIELDS.indexOf("yesBidSize");
const YES_ASK_SIZE = QUOTE_FIELDS.indexOf("yesAskSize");

/** A {@link MarketQuote} as plain data; a size that is not known is absent. */
export interface SavedQuote {
  /** The best YES bid, or NO_PRICE. */
  readonly yesPrice: Price;
  /** What rests there. */
  readonly yesSize?: Quantity;
  /** The best NO bid, or NO_PRICE. */
  readonly noPrice: Price;
  /** What rests there. */
  readonly noSize?: Quantity;
  /** How often the YES bid was renewed. */
  readonly yesRenewals: number;
  /** How often the NO bid was renewed. */
  readonly noRenewals: number;
  /** Whether a gap came since. */
  readonly stale: boolean;
}

/**
 * The best bids of one market as its last ticker gives them: what that does not give is not known,
 * and $0, $1 or a size of 0 mean that a side is empty.
 */
export class MarketQuote {
  #known = false;
  #stale = false;
  #yesPrice: Price = NO_PRICE;
  #yesSize: Quantity = NaN;
  #yesRenewals = 0;
  #noPrice: Price = NO_PRICE;
  #noSize: Quantity = NaN;
  #noRenewals = 0;

  /** Whether there was a ticker. */
  get known(): boolean {
    return this.#known;
  }

  /** Whether a gap came since the last ticker, or there was none. */
  get stale(): boolean {
    return this.#stale || !this.#known;
  }

  /** The best bid for `side`, or NO_PRICE. */
  price(side: Side): Price {
    return side === "yes" ? this.#yesPrice : this.#noPrice;
  }

  /** What rests at the best bid for `side`; NaN where the ticker did not say. */
  size(side: Side): Quantity {
    return side === "yes" ? this.#yesSize : this.#noSize;
  }

  /** Counts up whenever the best bid for `side` gets another price or size. */
  renewals(side: Side): number {
    return side === "yes" ? this.#yesRenewals : this.#noRenewals;
  }

  /** Takes over row `row` of `quotes`; the quote can be trusted again. */
  update(quotes: QuoteColumns, row: number): void {
    let yesPrice = quotes.get(row, YES_BID);
    if (yesPrice !== yesPrice) yesPrice = ONE_DOLLAR - quotes.get(row, NO_ASK);
    let noPrice = ONE_DOLLAR - quotes.get(row, YES_ASK);
    if (noPrice !== noPrice) noPrice = quotes.get(row, NO_BID);
    const yesSize = quotes.get(row, YES_BID_SIZE);
    const noSize = quotes.get(row, YES_ASK_SIZE);
    // Comparisons with NaN are false: a price that is not given is none.
    if (!(yesPrice > 0 && yesPrice < ONE_DOLLAR) || yesSize === 0) yesPrice = NO_PRICE;
    if (!(noPrice > 0 && noPrice < ONE_DOLLAR) || noSize === 0) noPrice = NO_PRICE;
    if (yesPrice !== this.#yesPrice || !Object.is(yesSize, this.#yesSize)) {
      this.#yesPrice = yesPrice;
      this.#yesSize = yesSize;
      this.#yesRenewals++;
    }
    if (noPrice !== this.#noPrice || !Object.is(noSize, this.#noSize)) {
      this.#noPrice = noPrice;
      this.#noSize = noSize;
      this.#noRenewals++;
    }
    this.#known = true;
    this.#stale = false;
  }

  /** Makes the quote stale until the next ticker. */
  markStale(): void {
    this.#stale = true;
  }

  /** The quote as plain data; `undefined` before any ticker. */
  save(): SavedQuote | undefined {
    if (!this.#known) return undefined;
    return {
      yesPrice: this.#yesPrice,
      ...(Number.isNaN(this.#yesSize) ? {} : { yesSize: this.#yesSize }),
      noPrice: this.#noPrice,
      ...(Number.isNaN(this.#noSize) ? {} : { noSize: this.#noSize }),
      yesRenewals: this.#yesRenewals,
      noRenewals: this.#noRenewals,
      stale: this.#stale,
    };
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedQuote): void {
    this.#known = true;
    this.#stale = saved.stale;
    this.#yesPrice = saved.yesPrice;
    this.#yesSize = saved.yesSize ?? NaN;
    this.#noPrice = saved.noPrice;
    this.#noSize = saved.noSize ?? NaN;
    this.#yesRenewals = saved.yesRenewals;
    this.#noRenewals = saved.noRenewals;
  }
}

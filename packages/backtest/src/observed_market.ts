import type { EpochMicros, OrderBook } from "@ssmd/core";
import type { BookWatch } from "./coverage.ts";
import { MarketQuote } from "./market_quote.ts";

/** What the data have shown of one market so far; every run over them reads the same. */
export class ObservedMarket {
  /** The market's ticker. */
  readonly ticker: string;
  /** Its id in the symbol table of the data. */
  readonly id: number;
  /** Its last ticker's quotes. */
  readonly quote: MarketQuote = new MarketQuote();
  /** Goes up with every row that may change what it shows. */
  version = 0;
  /** Its recorded book, as soon as there was a row about it. */
  book: OrderBook | undefined = undefined;
  /** Follows its coverage, unless the run follows it only. */
  watch: BookWatch | undefined = undefined;
  /** How many gaps concerned it, other than that the recorder stopped watching. */
  losses = 0;

  /** A market of which nothing is known yet. */
  constructor(ticker: string, id: number) {
    this.ticker = ticker;
    this.id = id;
  }

  /**
   * Where its prices come from: the recorded book once that had a snapshot, before that the quotes
   * where there are any; `undefined` when neither was seen.
   */
  get source(): "book" | "quote" | undefined {
    if (this.book === undefined) return this.quote.known ? "quote" : undefined;
    return this.book.staleReason === "no snapshot" && this.quote.known ? "quote" : "book";
  }

  /** Whether what {@link source} shows may be wrong; true when nothing was seen. */
  get stale(): boolean {
    const { book } = this;
    if (book === undefined) return this.quote.stale;
    return book.stale && !(book.staleReason === "no snapshot" && !this.quote.stale);
  }

  /** Tells the market's watch whether it is stale. */
  observe(time: EpochMicros): void {
    this.watch?.observe(this.stale, time);
  }
}

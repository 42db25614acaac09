import {
  type BookLevel,
  BookSet,
  EventBatch,
  EventKind,
  FLAG_LAST,
  type Money,
  NO_MARKET,
  NO_PRICE,
  ONE_DOLLAR,
  type OrderBook,
  type Price,
  type Quantity,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
  type StaleReason,
  type SymbolTable,
} from "@ssmd/core";
import type { MarketState } from "./market_state.ts";

/** The exchange counts half a dollar for each contract, whatever its price: `dollar_volume` is volume / 2. */
const MONEY_PER_QUANTITY: Money = 5000;

/** A market of {@link BookTickers} as plain data. */
export interface SavedBookTicker {
  /** What its last ticker would have said; absent before any. */
  readonly last?: {
    /** The last trade's price; null before any. */
    readonly price: Price | null;
    /** The best YES bid. */
    readonly yesBid: Price;
    /** The best NO bid. */
    readonly noBid: Price;
    /** Contracts traded so far. */
    readonly volume: Quantity;
    /** Whether the state has its baseline of volume. */
    readonly begun: boolean;
  };
  /** Its book, after the first snapshot. */
  readonly book?: {
    /** Its YES bids. */
    readonly yes: readonly BookLevel[];
    /** Its NO bids. */
    readonly no: readonly BookLevel[];
    /** Why it may be wrong. */
    readonly staleReason?: StaleReason;
  };
}

/** What a market without tickers would have said in its last one. */
interface LastTicker {
  price: Price;
  yesBid: Price;
  noBid: Price;
  volume: Quantity;
  /** Whether the state has its baseline of volume. */
  begun: boolean;
}

/**
 * Tickers for markets whose data have a book and trades but none: one whenever the best bid or ask
 * has changed at the end of a frame, and one for each trade, as the exchange's channel gives them.
 * Price and volume are those of the trades since the data began.
 */
export class BookTickers {
  readonly #trustStale: boolean;
  // By market id.
  readonly #last: (LastTicker | undefined)[] = [undefined];
  #books: BookSet | undefined;

  /** `trustStale`: whether a book is looked at after a gap as if nothing were missing. */
  constructor(trustStale: boolean) {
    this.#trustStale = trustStale;
  }

  /** Applies a row about a book, or a gap. Gives whether `state` got a ticker. */
  book(batch: EventBatch, row: number, time: number, state: MarketState | undefined): boolean {
    const books = this.#books ??= new BookSet(batch.symbols);
    books.apply(batch, row);
    const market = batch.market[row]!;
    if (state === undefined || market === NO_MARKET) return false;
    if ((batch.flags[row]! & FLAG_LAST) === 0 || batch.kind[row] === EventKind.gap) return false;
    const book = books.get(market);
    if (book === undefined || (book.stale && !this.#trustStale)) return false;
    return this.#quote(this.#lastOf(market, time, state), book, time, state);
  }

  /** Applies a trade that `state` has been told of. */
  trade(market: number, time: number, price: Price, size: Quantity, state: MarketState): void {
    const last = this.#lastOf(market, time, state);
    last.price = price;
    last.volume += size;
    this.#tell(last, time, state);
  }

  /** Begins anew for `market`: the next row gives a new baseline. */
  reset(market: number): void {
    const last = this.#last[market];
    if (last !== undefined) {
      last.begun = false;
      last.yesBid = 0;
      last.noBid = 0;
    }
  }

  /** Plain data for {@link restore}. */
  save(market: number): SavedBookTicker {
    const last = this.#last[market];
    const book = this.#books?.get(market);
    const hasBook = book !== undefined && book.staleReason !== "no snapshot";
    return {
      ...(last === undefined
        ? {}
        : { last: { ...last, price: Number.isNaN(last.price) ? null : last.price } }),
      ...(hasBook ? { book: savedBook(book) } : {}),
    };
  }

  /** Goes on from what {@link save} gave; `symbols` names the markets of the rows that follow. */
  restore(market: number, { last, book }: SavedBookTicker, symbols: SymbolTable): void {
    if (last !== undefined) this.#setLast(market, { ...last, price: last.price ?? NaN });
    if (book === undefined) return;
    const batch = new EventBatch(symbols);
    batch.push(EventKind.snapshot, market, NaN, 0, SIDE_NONE, NO_PRICE, NaN);
    for (const [side, levels] of [[SIDE_YES, book.yes], [SIDE_NO, book.no]] as const) {
      for (const { price, size } of levels) {
        batch.push(EventKind.level, market, NaN, 0, side, price, size);
      }
    }
    const books = this.#books ??= new BookSet(symbols);
    books.applyAll(batch);
    if (book.staleReason !== undefined) books.get(market)?.markStale(book.staleReason);
  }

  #quote(last: LastTicker, book: OrderBook, time: number, state: MarketState): boolean {
    // NO_PRICE is below 0; a bid of 0 is none either.
    const yesBid = Math.max(book.bestBidPrice(SIDE_YES), 0);
    const noBid = Math.max(book.bestBidPrice(SIDE_NO), 0);
    if (yesBid === last.yesBid && noBid === last.noBid) return false;
    last.yesBid = yesBid;
    last.noBid = noBid;
    this.#tell(last, time, state);
    return true;
  }

  #tell({ price, yesBid, noBid, volume }: LastTicker, time: number, state: MarketState): void {
    const yesAsk = noBid > 0 ? ONE_DOLLAR - noBid : 0;
    const noAsk = yesBid > 0 ? ONE_DOLLAR - yesBid : 0;
    const dollars = volume * MONEY_PER_QUANTITY;
    state.onTicker(time, price, yesBid, yesAsk, noBid, noAsk, volume, dollars);
  }

  #lastOf(market: number, time: number, state: MarketState): LastTicker {
    const last = this.#last[market] ?? this.#setLast(market, {
      price: NaN,
      yesBid: 0,
      noBid: 0,
      volume: 0,
      begun: false,
    });
    if (!last.begun) {
      last.begun = true;
      state.onTicker(time, NaN, NaN, NaN, NaN, NaN, last.volume, last.volume * MONEY_PER_QUANTITY);
    }
    return last;
  }

  #setLast(market: number, last: LastTicker): LastTicker {
    while (this.#last.length <= market) this.#last.push(undefined);
    this.#last[market] = last;
    return last;
  }
}

function savedBook(book: OrderBook): NonNullable<SavedBookTicker["book"]> {
  const { staleReason } = book;
  const levels = { yes: book.bids("yes"), no: book.bids("no") };
  return staleReason === undefined ? levels : { ...levels, staleReason };
}

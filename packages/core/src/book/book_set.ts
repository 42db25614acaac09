import type { EpochMicros } from "../clock.ts";
import type { EventBatch } from "../events/event_batch.ts";
import { EventKind, NO_MARKET } from "../events/event_kind.ts";
import type { Gap } from "../gap.ts";
import { OrderBook, type SavedBook, type StaleReason } from "./order_book.ts";
import type { SymbolTable } from "../events/symbol_table.ts";

// A literal that the type checks: bundled code reads an exported constant anew for every row.
const DELTA: typeof EventKind.delta = 3;

/** The books of all markets of a stream, fed by the rows of its batches. */
export class BookSet {
  readonly #symbols: SymbolTable;
  // By market id. Starting with an element keeps V8 from compiling for an array of integers first.
  readonly #books: (OrderBook | undefined)[] = [undefined];
  #unattributed = 0;

  /** Books for the markets that `symbols` names; every batch has to use the same table. */
  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  /** Book rows that named no market; any book may have missed one, so each made all books stale. */
  get unattributed(): number {
    return this.#unattributed;
  }

  /**
   * Applies row `row` of `batch`. Snapshot, level and delta rows change their market's book, and a
   * gap makes stale those that it concerns; other kinds change nothing. A snapshot is complete once
   * the last row of its frame is applied. Throws `TypeError` for another symbol table.
   */
  apply(batch: EventBatch, row: number): void {
    this.#checkSymbols(batch);
    const book = batch.kind[row] === DELTA ? this.#books[batch.market[row]!] : undefined;
    const { side, price, size } = batch;
    if (book === undefined || !book.applyDelta(side[row]!, price[row]!, size[row]!)) {
      this.#applyRare(batch, row, book);
    }
  }

  /** Does what {@link apply} does for every row, a little faster. */
  applyAll(batch: EventBatch): void {
    this.#checkSymbols(batch);
    const { length, kind, market, side, price, size } = batch;
    const books = this.#books;
    for (let row = 0; row < length; row++) {
      const book = kind[row] === DELTA ? books[market[row]!] : undefined;
      if (book === undefined || !book.applyDelta(side[row]!, price[row]!, size[row]!)) {
        this.#applyRare(batch, row, book);
      }
    }
  }

  /** The book of the market with this id, or `undefined` before any row about its book. */
  get(market: number): OrderBook | undefined {
    return this.#books[market];
  }

  /** The book of `ticker`, or `undefined` before any row about its book. */
  find(ticker: string): OrderBook | undefined {
    const market = this.#symbols.find(ticker);
    return market === undefined ? undefined : this.#books[market];
  }

  /**
   * Takes over books that were saved one by one, and {@link unattributed}; markets are named, as ids
   * need not be the same in another process. Throws what {@link OrderBook.restore} throws.
   */
  restore(saved: {
    readonly markets: readonly { readonly ticker: string; readonly book?: SavedBook }[];
    readonly unattributed: number;
  }): void {
    this.#unattributed = saved.unattributed;
    for (const { ticker, book } of saved.markets) {
      if (book !== undefined) this.#open(this.#symbols.intern(ticker)).restore(book);
    }
  }

  #checkSymbols(batch: EventBatch): void {
    if (batch.symbols !== this.#symbols) {
      throw new TypeError("Cannot apply the batch: its symbol table is not that of the books");
    }
  }

  /** Whatever is not a delta that its book took; `refusing` is the book that did not take it. */
  #applyRare(batch: EventBatch, row: number, refusing: OrderBook | undefined): void {
    const at = batch.tsRecv[row]!;
    if (refusing !== undefined) return refusing.markStale("inconsistency", at);
    const kind = batch.kind[row]!;
    if (kind === EventKind.gap) return this.#applyGap(batch, row);
    if (kind !== EventKind.delta && kind !== EventKind.level && kind !== EventKind.snapshot) return;
    const market = batch.market[row]!;
    if (market === NO_MARKET) {
      this.#unattributed++;
      return this.#markAllStale("inconsistency", at);
    }
    const book = this.#open(market);
    const { side, price, size } = batch;
    if (kind === EventKind.snapshot) book.snapshot();
    else if (kind === EventKind.delta) book.applyDelta(side[row]!, price[row]!, size[row]!);
    else if (!book.setLevel(side[row]!, price[row]!, size[row]!)) {
      book.markStale("inconsistency", at);
    }
  }

  #applyGap(batch: EventBatch, row: number): void {
    const market = batch.market[row]!;
    // EventBatch.pushGap is the one producer of gap rows and stores the Gap itself.
    const { reason, books } = batch.details[batch.ref[row]!] as Gap;
    if (books === false) return;
    if (market === NO_MARKET) this.#markAllStale(reason, batch.tsRecv[row]!);
    else this.#books[market]?.markStale(reason, batch.tsRecv[row]!);
  }

  #markAllStale(reason: StaleReason, at: EpochMicros): void {
    for (const book of this.#books) book?.markStale(reason, at);
  }

  #open(market: number): OrderBook {
    // Ids are dense: filling up keeps the array free of holes, which are slow to read.
    while (this.#books.length <= market) this.#books.push(undefined);
    return this.#books[market] ??= new OrderBook();
  }
}

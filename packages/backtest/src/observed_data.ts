import {
  BookSet,
  type EpochMicros,
  type EventBatch,
  EventKind,
  type EventKindName,
  FLAG_LAST,
  type Gap,
  type LossReason,
  type MarketInfo,
  NO_MARKET,
  type OrderBook,
  type SymbolTable,
} from "@ssmd/core";
import type { DataSummary } from "./backtest_result.ts";
import { announcedClose } from "./announced_close.ts";
import { BookWatch, type Coverage } from "./coverage.ts";
import { ObservedMarket } from "./observed_market.ts";
import type { SavedData } from "./saved_data.ts";

// Literals that the types check: bundled code reads an exported constant anew for every row.
const SNAPSHOT: typeof EventKind.snapshot = 1;
const DELTA: typeof EventKind.delta = 3;
const TICKER: typeof EventKind.ticker = 5;
const LIFECYCLE: typeof EventKind.lifecycle = 6;
const GAP: typeof EventKind.gap = 8;

/** Told of what {@link ObservedData} reads. */
export interface DataEvents {
  /** There is more of a market than an announcement; before anything of that is known. */
  met(ticker: string, time: EpochMicros): void;
  /** A row announced when a market closes. */
  closeAnnounced(ticker: string, closeTime: EpochMicros, time: EpochMicros): void;
}

/**
 * The data as far as they were read: the books and quotes they give, and what can be said about them.
 * Several runs read the same.
 */
export class ObservedData {
  readonly #given: ReadonlyMap<string, MarketInfo> | undefined;
  readonly #events: DataEvents | undefined;
  readonly #rows = new Float64Array(Object.keys(EventKind).length);
  readonly #gaps: Record<LossReason, number> = {
    sequence: 0,
    overflow: 0,
    disconnect: 0,
    restart: 0,
    damage: 0,
  };
  // By market id. Starting with an element keeps V8 from compiling for an array of integers first.
  readonly #markets: (ObservedMarket | undefined)[] = [undefined];
  readonly #seen: ObservedMarket[] = [];
  #symbols: SymbolTable | undefined;
  #books: BookSet | undefined;
  #watched = 0;
  #frames = 0;
  #first: EpochMicros = NaN;
  #last: EpochMicros = NaN;

  /** Watches the markets that are `given`, or all of them, and tells `events`. */
  constructor(given: ReadonlyMap<string, MarketInfo> | undefined, events?: DataEvents) {
    this.#given = given;
    this.#events = events;
  }

  /** How many markets that were not given have more in the data than their lifecycle. */
  get notGiven(): number {
    return this.#seen.length - this.#watched;
  }

  /** How many of the markets that were given have more in the data than their lifecycle. */
  get withData(): number {
    return this.#watched;
  }

  /** When the last row was received; NaN before any. */
  get last(): EpochMicros {
    return this.#last;
  }

  /** The market with this id, or `undefined` before any row about it. */
  get(market: number): ObservedMarket | undefined {
    return this.#markets[market];
  }

  /** The market `ticker`, or `undefined` before any row about it. */
  find(ticker: string): ObservedMarket | undefined {
    const market = this.#symbols?.find(ticker);
    return market === undefined ? undefined : this.#markets[market];
  }

  /**
   * Takes `symbols` for those of all batches. Throws `TypeError` when they are not the ones it has
   * seen before.
   */
  open(symbols: SymbolTable): void {
    if (symbols === this.#symbols) return;
    if (this.#symbols !== undefined) {
      throw new TypeError("Cannot apply the batch: its symbol table is not that of the others");
    }
    this.#symbols = symbols;
    this.#books = new BookSet(symbols);
  }

  /** Applies a row that was received at `time`; its batch's symbols were handed to {@link open}. */
  apply(batch: EventBatch, row: number, time: EpochMicros): void {
    const kind = batch.kind[row]!;
    this.#rows[kind]!++;
    const isLast = (batch.flags[row]! & FLAG_LAST) !== 0;
    if (isLast) this.#frames++;
    // Comparisons with NaN are false.
    if (!(this.#first <= time)) this.#first = time;
    this.#last = time;
    const id = batch.market[row]!;
    if (kind === TICKER) {
      if (id !== NO_MARKET) this.#applyTicker(batch, row, time);
    } else if (kind >= SNAPSHOT && kind <= DELTA) {
      this.#applyBook(batch, row, time);
    } else if (kind === GAP) {
      this.#applyGap(batch, row, time, isLast);
    } else if (kind === LIFECYCLE) {
      // The exchange announces every market that it has; one that nothing else is told of is not data.
      if (id !== NO_MARKET) this.#applyLifecycle(batch, row, time);
    } else if (id !== NO_MARKET && this.#markets[id] === undefined) {
      this.#meet(batch.symbols, id, time);
    }
  }

  /** What was read; `late` is the run's own count. */
  summary(late: number): DataSummary {
    const names = Object.keys(EventKind) as EventKindName[];
    const events = names.map((name) => [name, this.#rows[EventKind[name]]!] as const);
    return {
      ...(Number.isNaN(this.#first) ? {} : { first: this.#first, last: this.#last }),
      frames: this.#frames,
      events: Object.fromEntries(events) as Record<EventKindName, number>,
      late,
    };
  }

  /** What the data lack. */
  coverage(): Coverage {
    const total = (of: (book: OrderBook) => number) =>
      this.#seen.reduce((sum, { book }) => sum + (book === undefined ? 0 : of(book)), 0);
    const watches = this.#given === undefined
      ? this.#seen.map(({ watch }) => watch)
      : [...this.#given.keys()].map((ticker) => this.find(ticker)?.watch);
    return {
      gaps: { ...this.#gaps },
      markets: watches.flatMap((watch) => watch?.summary(this.#last) ?? []),
      deltasBeforeSnapshot: total((book) => book.deltasBeforeSnapshot),
      inconsistencies: total((book) => book.inconsistencies),
      unattributed: this.#books?.unattributed ?? 0,
    };
  }

  /** What was read so far, as plain data. */
  save(): SavedData {
    return {
      rows: [...this.#rows],
      frames: this.#frames,
      gaps: { ...this.#gaps },
      ...(Number.isNaN(this.#first) ? {} : { first: this.#first, last: this.#last }),
      unattributed: this.#books?.unattributed ?? 0,
      markets: this.#seen.map(({ ticker, losses, book, quote, watch }) => {
        const savedQuote = quote.save();
        return {
          ticker,
          losses,
          ...(book === undefined ? {} : { book: book.save() }),
          ...(savedQuote === undefined ? {} : { quote: savedQuote }),
          ...(watch === undefined ? {} : { watch: watch.save() }),
        };
      }),
    };
  }

  /** Takes over what {@link save} gave, before any row; `symbols` are those of the batches to come. */
  restore(saved: SavedData, symbols: SymbolTable): void {
    this.open(symbols);
    this.#rows.set(saved.rows);
    this.#frames = saved.frames;
    Object.assign(this.#gaps, saved.gaps);
    this.#first = saved.first ?? NaN;
    this.#last = saved.last ?? NaN;
    this.#books?.restore(saved);
    for (const { ticker, losses, quote, watch } of saved.markets) {
      const market = this.#meet(symbols, symbols.intern(ticker), this.#first);
      market.losses = losses;
      market.book = this.#books?.get(market.id);
      if (quote !== undefined) market.quote.restore(quote);
      if (watch !== undefined) market.watch?.restore(watch);
    }
  }

  #applyTicker(batch: EventBatch, row: number, time: EpochMicros): void {
    const id = batch.market[row]!;
    const market = this.#markets[id] ?? this.#meet(batch.symbols, id, time);
    const { quote } = market;
    const wasStale = quote.stale;
    quote.update(batch.quotes, batch.ref[row]!);
    market.version++;
    if (wasStale) market.observe(time);
  }

  #applyLifecycle(batch: EventBatch, row: number, time: EpochMicros): void {
    const closeTime = announcedClose(batch.details[batch.ref[row]!]);
    if (closeTime === undefined) return;
    this.#events?.closeAnnounced(batch.symbols.name(batch.market[row]!), closeTime, time);
  }

  #applyBook(batch: EventBatch, row: number, time: EpochMicros): void {
    const books = this.#books!;
    books.apply(batch, row);
    const id = batch.market[row]!;
    if (id === NO_MARKET) {
      for (const market of this.#seen) {
        market.version++;
        market.observe(time);
      }
      return;
    }
    const market = this.#markets[id] ?? this.#meet(batch.symbols, id, time);
    if (market.book === undefined) market.book = books.get(id);
    market.version++;
    market.observe(time);
  }

  #applyGap(batch: EventBatch, row: number, time: EpochMicros, isLast: boolean): void {
    this.#books!.apply(batch, row);
    // EventBatch.pushGap is the one producer of gap rows and stores the Gap itself.
    const { reason } = batch.details[batch.ref[row]!] as Gap;
    const loss = reason !== "unsubscribed";
    // A gap has a row for each market that it names.
    if (loss && isLast) this.#gaps[reason]++;
    const id = batch.market[row]!;
    if (id === NO_MARKET) { for (const market of this.#seen) miss(market, loss, time); }
    else miss(this.#markets[id] ?? this.#meet(batch.symbols, id, time), loss, time);
  }

  #meet(symbols: SymbolTable, id: number, time: EpochMicros): ObservedMarket {
    const market = new ObservedMarket(symbols.name(id), id);
    const info = this.#given === undefined
      ? { ticker: market.ticker }
      : this.#given.get(market.ticker);
    if (info !== undefined) {
      market.watch = new BookWatch(info, this.#first);
      this.#watched++;
    }
    // Ids are dense: filling up keeps the array free of holes, which are slow to read.
    while (this.#markets.length <= id) this.#markets.push(undefined);
    this.#markets[id] = market;
    this.#seen.push(market);
    this.#events?.met(market.ticker, time);
    return market;
  }
}

/** What a gap does to a market, whichever channel it was in: tickers have no numbers of their own. */
function miss(market: ObservedMarket, loss: boolean, time: EpochMicros): void {
  if (loss) {
    market.losses++;
    market.watch?.noteGap(time);
  }
  market.quote.markStale();
  market.version++;
  market.observe(time);
}

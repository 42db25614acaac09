import {
  BookSet,
  type BookView,
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
} from "@ssmd/core";
import type { DataSummary } from "./backtest_result.ts";
import { BookWatch, type Coverage } from "./coverage.ts";

/** The data as far as they were read: the books they give, and what can be said about them. */
export class ObservedData {
  readonly #given: ReadonlyMap<string, MarketInfo>;
  readonly #rows = new Float64Array(Object.keys(EventKind).length);
  readonly #gaps: Record<LossReason, number> = {
    sequence: 0,
    overflow: 0,
    disconnect: 0,
    restart: 0,
    damage: 0,
  };
  // By market id: null for a market that was not given, undefined for one that was not seen.
  readonly #watches: (BookWatch | null | undefined)[] = [undefined];
  readonly #watchOf = new Map<string, BookWatch>();
  readonly #seen: number[] = [];
  #books: BookSet | undefined;
  #lastGap: unknown;
  #frames = 0;
  #first: EpochMicros | undefined;
  #last: EpochMicros | undefined;

  /** Watches the books of the markets that are `given`. */
  constructor(given: ReadonlyMap<string, MarketInfo>) {
    this.#given = given;
  }

  /** How many markets that were not given have more in the data than their lifecycle. */
  get notGiven(): number {
    return this.#seen.length - this.#watchOf.size;
  }

  /** How many of the markets that were given have more in the data than their lifecycle. */
  get withData(): number {
    return this.#watchOf.size;
  }

  /** The recorded book of `ticker`, or `undefined` before any row about it. */
  book(ticker: string): BookView | undefined {
    return this.#books?.find(ticker);
  }

  /** Whether the book of a given market was stale at any time from `time` to now, while it traded. */
  staleAfter(ticker: string, time: EpochMicros): boolean {
    return this.#watchOf.get(ticker)?.staleAfter(time) ?? true;
  }

  /** Applies a row that was received at `time`. */
  apply(batch: EventBatch, row: number, time: EpochMicros): void {
    const books = this.#books ??= new BookSet(batch.symbols);
    books.apply(batch, row);
    this.#first ??= time;
    this.#last = time;
    const kind = batch.kind[row]!;
    this.#rows[kind]!++;
    if (batch.flags[row]! & FLAG_LAST) this.#frames++;
    const market = batch.market[row]!;
    if (kind === EventKind.gap) this.#countGap(batch.details[batch.ref[row]!]);
    const changesBooks = kind === EventKind.gap ||
      (kind >= EventKind.snapshot && kind <= EventKind.delta);
    if (market === NO_MARKET) {
      if (changesBooks) this.#observeAll(books, time);
      return;
    }
    // The exchange announces every market that it has; one that nothing else is told of is not data.
    if (kind === EventKind.lifecycle && this.#watches[market] === undefined) return;
    const watch = this.#watches[market] ?? this.#meet(batch, market);
    if (watch !== null && changesBooks) watch.observe(books.get(market)?.stale ?? true, time);
  }

  /** What was read; `late` is the run's own count. */
  summary(late: number): DataSummary {
    const names = Object.keys(EventKind) as EventKindName[];
    const events = names.map((name) => [name, this.#rows[EventKind[name]]!] as const);
    return {
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      frames: this.#frames,
      events: Object.fromEntries(events) as Record<EventKindName, number>,
      late,
    };
  }

  /** What the data lack. */
  coverage(): Coverage {
    const books = this.#seen.map((market) => this.#books?.get(market));
    const total = (of: (book: OrderBook) => number) =>
      books.reduce((sum, book) => sum + (book === undefined ? 0 : of(book)), 0);
    const watches = [...this.#given.keys()].map((ticker) => this.#watchOf.get(ticker));
    return {
      gaps: { ...this.#gaps },
      markets: watches.flatMap((watch) => watch?.summary(this.#last ?? 0) ?? []),
      deltasBeforeSnapshot: total((book) => book.deltasBeforeSnapshot),
      inconsistencies: total((book) => book.inconsistencies),
      unattributed: this.#books?.unattributed ?? 0,
    };
  }

  /** A gap has a row for each market that it names; all of them share its object. */
  #countGap(gap: unknown): void {
    if (gap === this.#lastGap) return;
    this.#lastGap = gap;
    // EventBatch.pushGap is the one producer of gap rows and stores the Gap itself.
    const { reason } = gap as Gap;
    if (reason !== "unsubscribed") this.#gaps[reason]++;
  }

  #observeAll(books: BookSet, time: EpochMicros): void {
    for (const market of this.#seen) {
      this.#watches[market]?.observe(books.get(market)?.stale ?? true, time);
    }
  }

  #meet(batch: EventBatch, market: number): BookWatch | null {
    const known = this.#watches[market];
    if (known !== undefined) return known;
    const ticker = batch.symbols.name(market);
    const info = this.#given.get(ticker);
    const watch = info === undefined ? null : new BookWatch(info, this.#first ?? 0);
    if (watch !== null) this.#watchOf.set(ticker, watch);
    while (this.#watches.length <= market) this.#watches.push(undefined);
    this.#watches[market] = watch;
    this.#seen.push(market);
    return watch;
  }
}

/**
 * Market events as typed columns: one row per event, one or more rows per frame. Engines walk the
 * columns; {@link EventBatch.at} gives an object for people.
 * @module
 */
import type { EpochMicros } from "../clock.ts";
import {
  EventKind,
  FLAG_BLOCK_TRADE,
  FLAG_LAST,
  NO_MARKET,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
} from "./event_kind.ts";
import type { Price, Quantity } from "../fixed_point.ts";
import type { Gap } from "../gap.ts";
import type { EventKindName, MarketEvent } from "./market_event.ts";
import { QUOTE_FIELDS, QuoteColumns } from "./quote_columns.ts";
import type { SymbolTable } from "./symbol_table.ts";

/**
 * A growing table of events. The columns are valid up to `length`; they are replaced when the batch
 * grows, so read them from the batch each time. Producers reuse batches: what outlives the next
 * one must be copied.
 */
export class EventBatch {
  /** How many rows are filled. */
  length = 0;
  /** {@link EventKind} of each row. */
  kind: Uint8Array;
  /** Id in {@link symbols}, or {@link NO_MARKET}. */
  market: Uint32Array;
  /** The exchange's time in {@link EpochMicros}; NaN when the frame gives none. */
  tsEvent: Float64Array;
  /** Our receive time in {@link EpochMicros}; equal for all rows of a frame, never decreasing. */
  tsRecv: Float64Array;
  /** {@link SIDE_NONE}, {@link SIDE_YES} or {@link SIDE_NO}. */
  side: Uint8Array;
  /** {@link Price}, or {@link NO_PRICE}. */
  price: Int32Array;
  /** {@link Quantity}; NaN when absent. */
  size: Float64Array;
  /** Row in {@link quotes} for a ticker, index in {@link details} for the kinds that say so. */
  ref: Uint32Array;
  /** Bits {@link FLAG_LAST}, {@link FLAG_BLOCK_TRADE}. */
  flags: Uint8Array;
  /** The quotes of the ticker rows. */
  readonly quotes: QuoteColumns = new QuoteColumns();
  /** Gaps, lifecycle and other parsed frames. */
  readonly details: unknown[] = [];
  /** Names the ids in {@link market}. */
  readonly symbols: SymbolTable;
  #capacity: number;

  /**
   * An empty batch with room for `capacity` rows; it doubles when that is not enough. Throws
   * `RangeError` unless `capacity` is a whole number above 0.
   */
  constructor(symbols: SymbolTable, capacity = 4096) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make a batch for ${capacity} rows: expected a whole number above 0`,
      );
    }
    this.symbols = symbols;
    this.#capacity = capacity;
    this.kind = new Uint8Array(capacity);
    this.market = new Uint32Array(capacity);
    this.tsEvent = new Float64Array(capacity);
    this.tsRecv = new Float64Array(capacity);
    this.side = new Uint8Array(capacity);
    this.price = new Int32Array(capacity);
    this.size = new Float64Array(capacity);
    this.ref = new Uint32Array(capacity);
    this.flags = new Uint8Array(capacity);
  }

  /** Appends a row and returns its index; `ref` is 0 and `flags` are clear. */
  push(
    kind: EventKind,
    market: number,
    tsEvent: EpochMicros,
    tsRecv: EpochMicros,
    side: number,
    price: Price,
    size: Quantity,
  ): number {
    const row = this.length;
    if (row === this.#capacity) this.#grow(row + 1);
    this.kind[row] = kind;
    this.market[row] = market;
    this.tsEvent[row] = tsEvent;
    this.tsRecv[row] = tsRecv;
    this.side[row] = side;
    this.price[row] = price;
    this.size[row] = size;
    this.ref[row] = 0;
    this.flags[row] = 0;
    this.length = row + 1;
    return row;
  }

  /** Appends a row without side, price and size whose `ref` points at `detail`. */
  pushDetail(
    kind: EventKind,
    market: number,
    tsEvent: EpochMicros,
    tsRecv: EpochMicros,
    detail: unknown,
  ): number {
    const row = this.push(kind, market, tsEvent, tsRecv, SIDE_NONE, NO_PRICE, NaN);
    this.ref[row] = this.details.push(detail) - 1;
    return row;
  }

  /** Appends one gap row per market that `gap` names, or one for every market; marks the last. */
  pushGap(gap: Gap): void {
    const markets = gap.markets?.map((name) => this.symbols.intern(name)) ?? [NO_MARKET];
    for (const market of markets) this.pushDetail(EventKind.gap, market, NaN, gap.tsRecv, gap);
    if (markets.length > 0) this.markLast();
  }

  /** Marks the newest row as the last of its frame. */
  markLast(): void {
    this.flags[this.length - 1]! |= FLAG_LAST;
  }

  /** Empties the batch for reuse; the columns keep their memory. */
  clear(): void {
    this.length = 0;
    this.quotes.length = 0;
    this.details.length = 0;
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    if (rows > this.#capacity) this.#grow(rows);
  }

  /**
   * Appends the rows `[start, end)` of `from`, which must be another batch with the same symbol table
   * (`TypeError`), with their quotes and details.
   */
  append(from: EventBatch, start: number, end: number): void {
    if (from === this || from.symbols !== this.symbols) {
      throw new TypeError("Cannot append rows: expected another batch with the same symbol table");
    }
    let detail: unknown;
    let detailRef = -1;
    for (let row = start; row < end; row++) {
      const kind = from.kind[row]! as EventKind; // rows were pushed with one
      const copy = this.push(
        kind,
        from.market[row]!,
        from.tsEvent[row]!,
        from.tsRecv[row]!,
        from.side[row]!,
        from.price[row]!,
        from.size[row]!,
      );
      this.flags[copy] = from.flags[row]!;
      if (kind === EventKind.ticker) {
        const quote = this.quotes.push();
        this.ref[copy] = quote;
        const source = from.ref[row]!;
        for (let field = 0; field < QUOTE_FIELDS.length; field++) {
          this.quotes.set(quote, field, from.quotes.get(source, field));
        }
      } else if (hasDetail(kind)) {
        const found = from.details[from.ref[row]!];
        // Neighbouring rows of one gap share it.
        if (detailRef < 0 || found !== detail) detailRef = this.details.push(found) - 1;
        detail = found;
        this.ref[copy] = detailRef;
      }
    }
  }

  /** Row `index` as an object. Throws `RangeError` outside `0 … length − 1`. */
  at(index: number): MarketEvent {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`Cannot read row ${index} of a batch of ${this.length}`);
    }
    return viewEvent(this, index);
  }

  #grow(rows: number): void {
    this.#capacity = Math.max(rows, this.#capacity * 2);
    this.kind = enlarge(this.kind, new Uint8Array(this.#capacity));
    this.market = enlarge(this.market, new Uint32Array(this.#capacity));
    this.tsEvent = enlarge(this.tsEvent, new Float64Array(this.#capacity));
    this.tsRecv = enlarge(this.tsRecv, new Float64Array(this.#capacity));
    this.side = enlarge(this.side, new Uint8Array(this.#capacity));
    this.price = enlarge(this.price, new Int32Array(this.#capacity));
    this.size = enlarge(this.size, new Float64Array(this.#capacity));
    this.ref = enlarge(this.ref, new Uint32Array(this.#capacity));
    this.flags = enlarge(this.flags, new Uint8Array(this.#capacity));
  }
}

function enlarge<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}

const KIND_NAMES = Object.keys(EventKind) as readonly EventKindName[];

function viewEvent(batch: EventBatch, row: number): MarketEvent {
  const kind = KIND_NAMES[batch.kind[row]!]!;
  const market = batch.market[row]!;
  const side = batch.side[row]!;
  const flags = batch.flags[row]!;
  return {
    kind,
    ...(market === NO_MARKET ? {} : { market: batch.symbols.name(market) }),
    ...optionalNumber("tsEvent", batch.tsEvent[row]!),
    tsRecv: batch.tsRecv[row]!,
    ...(side === SIDE_YES ? { side: "yes" } : side === SIDE_NO ? { side: "no" } : {}),
    ...(batch.price[row] === NO_PRICE ? {} : { price: batch.price[row]! }),
    ...optionalNumber("size", batch.size[row]!),
    ...(kind === "ticker" ? { quote: batch.quotes.at(batch.ref[row]!) } : {}),
    ...(hasDetail(batch.kind[row]!) ? { detail: batch.details[batch.ref[row]!] } : {}),
    ...(flags & FLAG_BLOCK_TRADE ? { blockTrade: true } : {}),
    last: (flags & FLAG_LAST) !== 0,
  };
}

/** Whether `ref` of a row of this kind is an index of {@link EventBatch.details}. */
export function hasDetail(kind: number): boolean {
  return kind === EventKind.lifecycle || kind === EventKind.detail || kind === EventKind.gap;
}

function optionalNumber<K extends string>(key: K, value: number): Partial<Record<K, number>> {
  return Number.isNaN(value) ? {} : { [key]: value } as Record<K, number>;
}

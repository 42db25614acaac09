import { CentRecordKind, type CentRecords, type EpochMicros, SymbolTable } from "@ssmd/core";
import { CENT_COLUMNS, CentColumn } from "./cent_fields.ts";

/** Records in columns of a fixed capacity, filled again and again. */
export class CentColumns implements CentRecords {
  /** How many rows fit. */
  readonly capacity: number;
  /** How many rows are filled. */
  length = 0;
  /** Tickers by their ids. */
  readonly tickers: string[] = [];
  /** Names the markets; its ids are those of {@link tickers}. */
  readonly symbols: SymbolTable = new SymbolTable();
  /** All columns of numbers, one behind the other: one array is written faster than nine. */
  readonly numbers: Float64Array;
  /** See {@link CentRecords}. */
  readonly kind: Uint8Array;
  /** See {@link CentRecords}. */
  readonly market: Uint32Array;
  /** See {@link CentRecords}. */
  readonly side: Uint8Array;
  /** See {@link CentRecords}. */
  readonly ts: Float64Array;
  /** See {@link CentRecords}. */
  readonly price: Float64Array;
  /** See {@link CentRecords}. */
  readonly volume: Float64Array;
  /** See {@link CentRecords}. */
  readonly dollarVolume: Float64Array;
  /** See {@link CentRecords}. */
  readonly yesBid: Float64Array;
  /** See {@link CentRecords}. */
  readonly yesAsk: Float64Array;
  /** See {@link CentRecords}. */
  readonly noBid: Float64Array;
  /** See {@link CentRecords}. */
  readonly noAsk: Float64Array;
  /** See {@link CentRecords}. */
  readonly count: Float64Array;
  /** See {@link CentRecords}. */
  lastReceivedAt: EpochMicros = 0;

  /** Room for `capacity` rows. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.numbers = new Float64Array(CENT_COLUMNS * capacity);
    this.kind = new Uint8Array(capacity);
    this.market = new Uint32Array(capacity);
    this.side = new Uint8Array(capacity);
    const column = (of: CentColumn): Float64Array =>
      this.numbers.subarray(of * capacity, (of + 1) * capacity);
    this.ts = column(CentColumn.ts);
    this.price = column(CentColumn.price);
    this.volume = column(CentColumn.volume);
    this.dollarVolume = column(CentColumn.dollarVolume);
    this.yesBid = column(CentColumn.yesBid);
    this.yesAsk = column(CentColumn.yesAsk);
    this.noBid = column(CentColumn.noBid);
    this.noAsk = column(CentColumn.noAsk);
    this.count = column(CentColumn.count);
  }

  /** The id of a market, given on first sight. */
  intern(ticker: string): number {
    const id = this.symbols.intern(ticker);
    if (id === this.tickers.length) this.tickers.push(ticker);
    return id;
  }

  /** Adds a row that says nothing but its kind and its market; gives its number. There is room. */
  add(kind: CentRecordKind, market: number): number {
    const row = this.length++;
    this.kind[row] = kind;
    this.market[row] = market;
    this.side[row] = 0;
    for (let at = row; at < this.numbers.length; at += this.capacity) this.numbers[at] = NaN;
    this.ts[row] = 0;
    return row;
  }
}

/** The kind of a record by its `type`. */
export function centKind(type: unknown): CentRecordKind {
  if (type === "ticker") return CentRecordKind.ticker;
  return type === "trade" ? CentRecordKind.trade : CentRecordKind.other;
}

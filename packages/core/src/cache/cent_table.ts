import type { BlockReader } from "./block_reader.ts";
import type { BlockWriter } from "./block_writer.ts";
import type { CentRecords } from "../cent_records.ts";
import type { EpochMicros } from "../clock.ts";
import { SymbolTable } from "../events/symbol_table.ts";

/** Columns of doubles. */
const DOUBLES = [
  "ts",
  "price",
  "volume",
  "dollarVolume",
  "yesBid",
  "yesAsk",
  "noBid",
  "noAsk",
  "count",
] as const;

/**
 * Records of several files, one batch at a time: markets keep their ids over all files, given in the
 * order in which they first appear.
 */
export class CentTable implements CentRecords {
  /** How many rows are filled. */
  length = 0;
  /** Tickers by the ids of {@link market}. */
  readonly tickers: string[] = [];
  /** See {@link CentRecords}. */
  kind: Uint8Array = new Uint8Array(0);
  /** See {@link CentRecords}. */
  side: Uint8Array = new Uint8Array(0);
  /** See {@link CentRecords}. */
  market: Uint32Array = new Uint32Array(0);
  /** See {@link CentRecords}. */
  ts: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  price: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  volume: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  dollarVolume: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  yesBid: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  yesAsk: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  noBid: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  noAsk: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  count: Float64Array = new Float64Array(0);
  /** See {@link CentRecords}. */
  lastReceivedAt: EpochMicros = 0;
  readonly #symbols = new SymbolTable();
  #scratch = new Float64Array(0);

  /**
   * Takes over the rows of `from`; `ids` are the ids of its markets here, grown on the way, so that one
   * array belongs to the batches of one file.
   */
  copy(from: CentRecords, ids: number[]): void {
    const rows = from.length;
    this.#reserve(rows);
    this.length = rows;
    this.kind.set(from.kind.subarray(0, rows));
    this.side.set(from.side.subarray(0, rows));
    for (const name of DOUBLES) this[name].set(from[name].subarray(0, rows));
    for (let row = 0; row < rows; row++) {
      const id = from.market[row]!;
      this.market[row] = ids[id] ??= this.#intern(from.tickers[id]!);
    }
    if (from.lastReceivedAt > 0) this.lastReceivedAt = from.lastReceivedAt;
  }

  /** Takes the rows of a block; `tickers` and `ids` are those of its file. */
  read(block: BlockReader, tickers: readonly string[], ids: number[]): void {
    const rows = block.rows("kind");
    this.#reserve(rows);
    this.length = rows;
    block.bytes("kind", this.kind);
    block.bytes("side", this.side);
    for (const name of DOUBLES) block.numbers(name, rows, this[name]);
    const scratch = this.#scratch;
    block.numbers("lastReceivedAt", 1, scratch);
    if (scratch[0]! > 0) this.lastReceivedAt = scratch[0]!;
    block.numbers("market", rows, scratch);
    const market = this.market;
    for (let row = 0; row < rows; row++) {
      const id = scratch[row]!;
      market[row] = ids[id] ??= this.#intern(tickers[id]!);
    }
  }

  #intern(ticker: string): number {
    const id = this.#symbols.intern(ticker);
    if (id === this.tickers.length) this.tickers.push(ticker);
    return id;
  }

  #reserve(rows: number): void {
    const room = Math.max(rows, 1);
    if (room <= this.#scratch.length) return;
    this.#scratch = new Float64Array(room);
    this.kind = new Uint8Array(room);
    this.side = new Uint8Array(room);
    this.market = new Uint32Array(room);
    for (const name of DOUBLES) this[name] = new Float64Array(room);
  }
}

/** Adds the rows of `records` to a block. */
export function writeCents(records: CentRecords, block: BlockWriter): void {
  const rows = records.length;
  block.bytes("kind", records.kind.subarray(0, rows));
  block.bytes("side", records.side.subarray(0, rows));
  block.numbers("market", records.market.subarray(0, rows));
  for (const name of DOUBLES) block.numbers(name, records[name].subarray(0, rows));
  block.numbers("lastReceivedAt", [records.lastReceivedAt]);
}

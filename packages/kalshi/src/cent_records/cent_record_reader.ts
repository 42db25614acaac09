import type { CentRecords } from "@ssmd/core";
import { CentColumns } from "./cent_columns.ts";
import { readCentLine } from "./cent_line.ts";
import { CentScanner } from "./cent_scanner.ts";
import { receiveTime, receiveTimeOf } from "./receive_time.ts";

const NEWLINE = 0x0a;
const EMPTY = new Uint8Array(0);

/**
 * What a {@link CentRecordReader} met so far; every line that is not blank is counted once. A line
 * with an object `msg` is a record: the `scanned`, the `parsed` and those `withoutMarket`.
 */
export interface CentCounts {
  /** Rows read from their bytes. */
  scanned: number;
  /** Rows read through `JSON.parse`. */
  parsed: number;
  /** Records that name no market, and so are no rows. */
  withoutMarket: number;
  /** Lines of JSON that are no records. */
  withoutMessage: number;
  /** Lines that are not JSON. */
  parseErrors: number;
  /** Lines skipped because they were longer than the limit. */
  tooLong: number;
}

/**
 * Names how lines become rows, for caches of them: the number goes up with every change after which
 * any line gives another row or count.
 */
export const CENT_RULES = "kalshi-cents-1";

/** How a {@link CentRecordReader} works. */
export interface CentRecordReaderOptions {
  /** Rows of a batch. Default 4096. */
  readonly capacity?: number;
  /**
   * Whether frequent lines are scanned as bytes; default true. Without, every line goes through
   * `JSON.parse`: the same rows, slower.
   */
  readonly scanner?: boolean;
  /** The longest line in bytes, its newline included. Default 64 MiB. */
  readonly longestLine?: number;
}

/**
 * Turns the text of archived lines into {@link CentRecords}, in the order of the lines. Chunks may
 * be cut anywhere; which rows a batch holds does not depend on the cuts.
 *
 * For each chunk call {@link push}, then {@link next} until it says false; call {@link endFile} and
 * then {@link next} likewise when the next chunk does not continue the last line; at the very end,
 * {@link finish}.
 */
export class CentRecordReader {
  /** What was met so far. */
  readonly counts: CentCounts = {
    scanned: 0,
    parsed: 0,
    withoutMarket: 0,
    withoutMessage: 0,
    parseErrors: 0,
    tooLong: 0,
  };
  readonly #columns: CentColumns;
  readonly #scanner: CentScanner | undefined;
  readonly #longest: number;
  readonly #utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  // The lines being read, each with its newline, and those that come after them.
  #data: Uint8Array = EMPTY;
  #at = 0;
  #end = 0;
  #rest: Uint8Array = EMPTY;
  // The bytes after the last newline.
  #carry: Uint8Array[] = [];
  #carried = 0;
  // The last row's line.
  #rowData: Uint8Array = EMPTY;
  #rowStart = 0;
  #rowEnd = 0;
  #isDelivered = false;

  /** Knows no markets yet. */
  constructor(options: CentRecordReaderOptions = {}) {
    const { capacity = 4096, scanner = true, longestLine = 64 * 1024 * 1024 } = options;
    this.#columns = new CentColumns(capacity);
    this.#scanner = scanner ? new CentScanner(this.#columns) : undefined;
    this.#longest = longestLine;
  }

  /** The batch: there when {@link next} or {@link finish} said true, until they are called again. */
  get records(): CentRecords {
    return this.#columns;
  }

  /** Takes the next chunk, which must stay as it is until {@link next} says false. */
  push(chunk: Uint8Array): void {
    const whole = chunk.lastIndexOf(NEWLINE) + 1;
    if (whole > 0) {
      const first = this.#carried === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
      if (first > 0) this.#completeLine(chunk.subarray(0, first));
      this.#rest = chunk.subarray(first, whole);
    }
    if (whole < chunk.length) this.#keep(chunk.subarray(whole));
  }

  /** Ends the file: what follows its last newline is a line. */
  endFile(): void {
    if (this.#carried > 0) this.#completeLine(Uint8Array.of(NEWLINE));
  }

  /** Reads on; true when the batch is full, false when everything pushed is used up. */
  next(): boolean {
    this.#begin();
    const columns = this.#columns;
    for (;;) {
      while (this.#at < this.#end) {
        if (columns.length === columns.capacity) return this.#deliver();
        const start = this.#at;
        const next = this.#scanner === undefined ? -1 : this.#scanner.scan(start);
        if (next < 0) this.#parseLine(start);
        else if (next - start > this.#longest) this.#dropRow(next);
        else {
          this.counts.scanned++;
          this.#rowData = this.#data;
          this.#rowStart = start;
          this.#rowEnd = next;
          this.#at = next;
        }
      }
      if (this.#rest.length === 0) {
        this.#keepRow();
        return false;
      }
      this.#turnTo(this.#rest);
      this.#rest = EMPTY;
    }
  }

  /** Gives the rows after the last full batch; false when there are none. */
  finish(): boolean {
    this.#begin();
    return this.#columns.length > 0 && this.#deliver();
  }

  #begin(): void {
    if (this.#isDelivered) this.#columns.length = 0;
    this.#isDelivered = false;
  }

  #deliver(): true {
    const columns = this.#columns;
    const { length, ts } = columns;
    let received = receiveTime(this.#text(this.#rowData, this.#rowStart, this.#rowEnd));
    // Rows without any time are passed over, so that the result is one of the rows alone.
    for (let row = length - 1; received === undefined && row >= 0; row--) {
      received = receiveTimeOf(ts[row]!);
    }
    columns.lastReceivedAt = received ?? columns.lastReceivedAt;
    this.#isDelivered = true;
    return true;
  }

  #turnTo(lines: Uint8Array): void {
    this.#data = lines;
    this.#at = 0;
    this.#end = lines.length;
    this.#scanner?.turnTo(lines);
  }

  #parseLine(start: number): void {
    const data = this.#data;
    const end = data.indexOf(NEWLINE, start);
    this.#at = end + 1;
    if (end - start >= this.#longest) {
      this.counts.tooLong++;
      return;
    }
    const text = this.#text(data, start, end);
    if (text.trim() === "") return;
    const line = readCentLine(text, this.#columns);
    this.counts[line]++;
    if (line !== "parsed") return;
    this.#rowData = data;
    this.#rowStart = start;
    this.#rowEnd = end;
  }

  #dropRow(next: number): void {
    this.#columns.length--;
    this.counts.tooLong++;
    this.#at = next;
  }

  #text(data: Uint8Array, start: number, end: number): string {
    return this.#utf8.decode(data.subarray(start, end));
  }

  /** The chunk is gone when the batch is full: only the line that its time is read from stays. */
  #keepRow(): void {
    this.#rowData = this.#rowData.slice(this.#rowStart, this.#rowEnd);
    this.#rowEnd -= this.#rowStart;
    this.#rowStart = 0;
  }

  #keep(bytes: Uint8Array): void {
    this.#carried += bytes.length;
    // Of a line that is too long only the length counts.
    if (this.#carried > this.#longest) this.#carry = [];
    else this.#carry.push(bytes.slice());
  }

  /** Turns to the line of which the carry is the beginning and `end` the end with its newline. */
  #completeLine(end: Uint8Array): void {
    const length = this.#carried + end.length;
    const tooLong = length > this.#longest;
    const line = new Uint8Array(tooLong ? 0 : length);
    let at = 0;
    for (const part of tooLong ? [] : [...this.#carry, end]) {
      line.set(part, at);
      at += part.length;
    }
    if (tooLong) this.counts.tooLong++;
    this.#carry = [];
    this.#carried = 0;
    this.#turnTo(line);
  }
}

import { ArchiveLineReader } from "./archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { exchangeTime } from "./exchange_time.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { ByteStream } from "../storage/storage.ts";

/** A file whose lines a {@link LineCursor} reads. */
export interface CursorFile<T> {
  /** Opens its content, decompressed; a damaged one ends with `SsmdError` `damaged_gzip`. */
  open(): ByteStream;
  /** What the caller wants to know again when a line of this file is current. */
  readonly source: T;
  /** Whether the file still grows: then a last line without newline is not whole and is left out. */
  readonly growing?: boolean;
  /** Longer lines are skipped, in bytes. Default 64 MiB. */
  readonly maxLineBytes?: number;
}

/** Says what a frame's exchange time is; see {@link exchangeTime}. */
export type FrameClock = (data: Uint8Array, start: number, end: number) => EpochMicros;

/** Told of what a cursor could not read. */
export interface CursorLosses<T> {
  /** The rest of `source` cannot be read. */
  damaged(source: T, error: SsmdError): void;
  /** Lines longer than the limit were skipped. */
  tooLong(source: T, lines: number): void;
}

/**
 * Walks the lines of files that follow each other. {@link advance} is synchronous while the current
 * chunk lasts; when it says false, await {@link fill}. Blank lines are passed over.
 */
export class LineCursor<T> {
  /** The current line. */
  readonly reader: ArchiveLineReader;
  /**
   * The current line's time: its receive time, else the exchange's, never less than the last. Set
   * before the first line, it is the time of lines that come before any with a time.
   */
  time: EpochMicros = 0;
  /** The receive time or exchange time that the current line itself gives; NaN for none. */
  ownTime: EpochMicros = NaN;
  /** Number of the current line in its file. */
  line = 0;
  /** Lines without a receive time: theirs is from the exchange's fields, or of the line before. */
  withoutReceiveTime = 0;
  readonly #files: readonly CursorFile<T>[];
  readonly #losses: CursorLosses<T>;
  readonly #clock: FrameClock;
  #index = -1;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #splitter = new LineSplitter();
  #lastLine = false;
  #damaged = false;

  /**
   * Reads `files` in this order; `feed` goes into the gaps that are read. `clock` is asked once for
   * each frame without a receive time.
   */
  constructor(
    files: readonly CursorFile<T>[],
    feed: string,
    losses: CursorLosses<T>,
    clock: FrameClock = exchangeTime,
  ) {
    this.#files = files;
    this.#losses = losses;
    this.#clock = clock;
    this.reader = new ArchiveLineReader(feed);
  }

  /** The file of the current line. */
  get source(): T {
    return this.#files[this.#index]!.source;
  }

  /** Moves to the next line of what is in memory; false when {@link fill} is needed. */
  advance(): boolean {
    for (;;) {
      if (this.#lastLine) this.#lastLine = false;
      else if (!this.#splitter.next()) return false;
      this.reader.read(this.#splitter.data, this.#splitter.start, this.#splitter.end);
      if (this.reader.kind === "blank") continue;
      this.line = this.#splitter.line;
      this.#setTime();
      return true;
    }
  }

  /** Reads on until {@link advance} may be called again; false when every file is used up. */
  async fill(): Promise<boolean> {
    for (;;) {
      if (this.#chunks === undefined) {
        this.#index++;
        const file = this.#files[this.#index];
        if (file === undefined) return false;
        this.#splitter = new LineSplitter(file.maxLineBytes);
        this.#damaged = false;
        this.#chunks = file.open()[Symbol.asyncIterator]();
      }
      const chunk = await this.#nextChunk(this.#chunks);
      if (chunk !== undefined) {
        this.#splitter.push(chunk);
        return true;
      }
      this.#chunks = undefined;
      // What follows the last newline of a cut file is half a line.
      const whole = !this.#damaged && this.#files[this.#index]?.growing !== true;
      const more = whole && this.#splitter.finish();
      if (this.#splitter.tooLong > 0) this.#losses.tooLong(this.source, this.#splitter.tooLong);
      if (more) {
        this.#lastLine = true;
        return true;
      }
    }
  }

  /** Closes the file that is being read; twice is safe. */
  async close(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    await chunks?.return?.();
  }

  async #nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
    try {
      const result = await chunks.next();
      return result.done === true ? undefined : result.value;
    } catch (error) {
      if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
      this.#damaged = true;
      this.#losses.damaged(this.source, error);
      return undefined;
    }
  }

  #setTime(): void {
    let time = this.reader.tsRecv;
    if (Number.isNaN(time)) {
      this.withoutReceiveTime++;
      time = this.#clock(this.reader.data, this.reader.start, this.reader.end);
    }
    this.ownTime = time;
    // Not `Math.max`: a line without any time keeps that of the line before it.
    if (time > this.time) this.time = time;
  }
}

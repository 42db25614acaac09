import { LineSplitter } from "../lines/line_splitter.ts";
import type { AppendFile, JournalStorage } from "./storage.ts";
import { SsmdError } from "../errors.ts";

const NEWLINE = 0x0a;

/**
 * A file of whole lines that only grows, for what is kept beside a stream. Each line is durable when
 * {@link append} resolves; an unfinished one that a crash or a full disk left is cut off. One writer
 * at a time: whoever holds the stream's lock.
 */
export class LineLog {
  readonly #storage: JournalStorage;
  readonly #path: string;
  #size: number;
  #file: AppendFile | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(storage: JournalStorage, path: string, size: number) {
    this.#storage = storage;
    this.#path = path;
    this.#size = size;
  }

  /**
   * Opens the file at `path`, hands every line that is there to `visit` (bytes without the newline,
   * valid during the call) and cuts an unfinished last one. A file that is absent is made by the
   * first line. Throws `SsmdError` `write_failed`.
   */
  static async open(
    storage: JournalStorage,
    path: string,
    visit: (line: Uint8Array) => void = () => {},
  ): Promise<LineLog> {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of storage.read(path)) {
        splitter.push(chunk);
        while (splitter.next()) visit(splitter.data.subarray(splitter.start, splitter.end));
      }
    } catch (error) {
      if (!(error instanceof SsmdError) || error.code !== "not_found") throw error;
      return new LineLog(storage, path, 0);
    }
    if (splitter.pending > 0) await storage.truncate(path, splitter.offset);
    return new LineLog(storage, path, splitter.offset);
  }

  /**
   * Adds `lines`, one or more, each with its newline, and forces them to disk. Rejects with
   * `SsmdError` `write_failed`, after which the next call cuts off what reached the file of them;
   * after a crash before that, whole ones may be found. Throws `RangeError` for an unfinished line.
   */
  append(lines: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error(`Cannot append to ${this.#path}: the log is closed`);
    if (lines.at(-1) !== NEWLINE) {
      throw new RangeError(`Cannot append to ${this.#path}: the last line has no end`);
    }
    const done = this.#work.then(() => this.#append(lines));
    // Its caller hears of the failure.
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** Waits for what is under way and closes the file; twice is safe. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
    await this.#drop();
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      this.#file ??= await this.#open();
      await this.#file.append(bytes);
      await this.#file.sync();
      this.#size += bytes.length;
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  /** What a failed append left is cut off before anything follows it. */
  async #open(): Promise<AppendFile> {
    const file = await this.#storage.openAppend(this.#path);
    try {
      await this.#storage.truncate(this.#path, this.#size);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  async #drop(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

import { LineSplitter } from "../lines/line_splitter.ts";
import type { AppendFile, JournalStorage } from "./storage.ts";
import { SsmdError } from "../errors.ts";

const NEWLINE = new Uint8Array([0x0a]);

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
   * Adds `lines`, none with a newline in it, and forces them to disk. Throws `SsmdError`
   * `write_failed`, after which the next call cuts off what reached the file of them; after a crash
   * before that, whole ones may be found.
   */
  append(lines: readonly Uint8Array[]): Promise<void> {
    if (this.#closed) throw new Error(`Cannot append to ${this.#path}: the log is closed`);
    const done = this.#work.then(() => this.#append(joined(lines)));
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
    if (bytes.length === 0) return;
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

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const parts = lines.flatMap((line) => [line, NEWLINE]);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

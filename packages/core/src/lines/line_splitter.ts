import { type NewlineSearch, searchable } from "./newline_search.ts";

const NEWLINE = 0x0a;

/** The longest frame, and the longest line that others made; a longer one is skipped and counted. */
export const MAX_LINE_BYTES: number = 64 * 1024 * 1024;
/** The longest line of an archive of ours: a wrapped frame is longer than its bytes. */
export const MAX_STORED_LINE_BYTES: number = 2 * MAX_LINE_BYTES;

/**
 * Cuts chunks of bytes into lines without copying those that lie within one chunk. After
 * {@link push}, call {@link next} until it says false; after the last chunk, {@link finish} once.
 * A chunk is of no use any more when {@link next} has said false.
 */
export class LineSplitter {
  /** The bytes that hold the current line. The line may be changed in place. */
  data: Uint8Array = new Uint8Array(0);
  /** Where the current line starts in {@link data}. */
  start = 0;
  /** Where it ends, before its newline. */
  end = 0;
  /** Number of the current line, from 1; skipped lines are counted too. */
  line = 0;
  /** Bytes consumed up to and including the current line's newline. */
  offset = 0;
  /** Lines skipped because they were longer than the limit. */
  tooLong = 0;
  readonly #limit: number;
  #chunk: Uint8Array = this.data;
  #search: NewlineSearch = this.data;
  #at = 0;
  #carry: Uint8Array[] = [];
  #carried = 0;
  #skipping = false;

  /** Lines longer than `limit` bytes are skipped and counted. */
  constructor(limit: number = MAX_LINE_BYTES) {
    this.#limit = limit;
  }

  /** Bytes after the last newline seen so far: a line that is not whole yet. */
  get pending(): number {
    return this.#carried;
  }

  /** Takes the next chunk, which must stay as it is until it is used up. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#search = searchable(chunk);
    this.#at = 0;
  }

  /** Moves to the next whole line of what was pushed; false when another chunk is needed. */
  next(): boolean {
    for (;;) {
      const newline = this.#search.indexOf(NEWLINE, this.#at);
      if (newline < 0) {
        this.#keep(this.#chunk.subarray(this.#at));
        this.push(this.#chunk.subarray(this.#chunk.length));
        return false;
      }
      const from = this.#at;
      this.#at = newline + 1;
      this.line++;
      this.offset += this.#carried + newline + 1 - from;
      if (this.#carried === 0) this.#set(this.#chunk, from, newline);
      else this.#join(this.#chunk.subarray(from, newline));
      const skip = this.#skipping || this.end - this.start > this.#limit;
      this.#skipping = false;
      if (!skip) return true;
      this.tooLong++;
    }
  }

  /** Moves to the last line when it has no newline at its end; false when there is none. */
  finish(): boolean {
    if (this.#carried === 0) return false;
    this.line++;
    this.offset += this.#carried;
    this.#join(new Uint8Array(0));
    const skip = this.#skipping || this.end - this.start > this.#limit;
    this.#skipping = false;
    if (skip) this.tooLong++;
    return !skip;
  }

  #set(data: Uint8Array, start: number, end: number): void {
    this.data = data;
    this.start = start;
    this.end = end;
  }

  #keep(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#carried += rest.length;
    if (this.#carried > this.#limit) {
      this.#skipping = true;
      this.#carry = [];
    }
    if (!this.#skipping) this.#carry.push(rest.slice());
  }

  #join(rest: Uint8Array): void {
    const joined = new Uint8Array(this.#skipping ? 0 : this.#carried + rest.length);
    if (!this.#skipping) {
      let at = 0;
      for (const part of this.#carry) {
        joined.set(part, at);
        at += part.length;
      }
      joined.set(rest, at);
    }
    this.#carry = [];
    this.#carried = 0;
    this.#set(joined, 0, joined.length);
  }
}

import type { EpochMicros } from "../clock.ts";
import type { LineCursor } from "./line_cursor.ts";
import { MergeQueue, type Timed } from "./merge_queue.ts";

/** What walks lines, or frames, in the order of their times. */
export interface TimedCursor<T> {
  /** The time of the current line; never decreasing. */
  readonly time: EpochMicros;
  /** What the current line comes from. */
  readonly source: T;
  /** Moves to the next line of what is in memory; false when {@link fill} is needed. */
  advance(): boolean;
  /** Reads on until {@link advance} may be called again; false when there is no more. */
  fill(): Promise<boolean>;
  /** Closes what is being read; twice is safe. */
  close(): Promise<void>;
}

interface Entry<C> extends Timed {
  time: number;
  rank: number;
  readonly cursor: C;
}

/**
 * Merges cursors by the time of their lines. {@link next} is synchronous while the chunks in memory
 * last; when it says false, await {@link fill}.
 */
export class LineMerge<T, C extends TimedCursor<T> = LineCursor<T>> {
  readonly #entries: Entry<C>[];
  readonly #rankOf: (source: T, begun: boolean) => number;
  readonly #queue = new MergeQueue<Entry<C>>();
  #current: Entry<C> | undefined;
  #starved: Entry<C> | undefined;
  #started = false;

  /**
   * At equal times the line with the lower rank goes first; `begun` is false for the very first
   * line of a cursor.
   */
  constructor(
    cursors: readonly (C & TimedCursor<T>)[],
    rankOf: (source: T, begun: boolean) => number,
  ) {
    this.#rankOf = rankOf;
    this.#entries = cursors.map((cursor) => ({ time: 0, rank: 0, cursor }));
  }

  /** The cursor that stands on the current line, after {@link next} said true. */
  get current(): C {
    return this.#current!.cursor;
  }

  /** Moves to the next line in time; false when {@link fill} must be awaited. */
  next(): boolean {
    const entry = this.#current;
    if (entry !== undefined) {
      this.#current = undefined;
      if (!entry.cursor.advance()) {
        this.#starved = entry;
        return false;
      }
      this.#place(entry, true);
      this.#queue.firstGrew();
    }
    if (this.#starved !== undefined) return false;
    this.#current = this.#queue.first;
    return this.#current !== undefined;
  }

  /** Reads on; false when every cursor is used up. */
  async fill(): Promise<boolean> {
    if (!this.#started) {
      this.#started = true;
      for (const entry of this.#entries) {
        if (await this.#reachLine(entry, false)) this.#queue.push(entry);
      }
    }
    const entry = this.#starved;
    this.#starved = undefined;
    if (entry !== undefined) {
      if (await this.#reachLine(entry, true)) this.#queue.firstGrew();
      else this.#queue.removeFirst();
    }
    return this.#queue.first !== undefined;
  }

  /** Closes every cursor, also when one of them fails to; twice is safe. */
  async close(): Promise<void> {
    const closing = this.#entries.map(({ cursor }) => cursor.close());
    const failed = (await Promise.allSettled(closing)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  async #reachLine(entry: Entry<C>, begun: boolean): Promise<boolean> {
    while (await entry.cursor.fill()) {
      if (!entry.cursor.advance()) continue;
      this.#place(entry, begun);
      return true;
    }
    return false;
  }

  #place(entry: Entry<C>, begun: boolean): void {
    entry.time = entry.cursor.time;
    entry.rank = this.#rankOf(entry.cursor.source, begun);
  }
}

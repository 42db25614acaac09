import type { BlockReader } from "../cache/block_reader.ts";
import type { CachedBytes } from "../cache/replay_cache.ts";
import type { EpochMicros } from "../clock.ts";
import type { DecodedPart } from "../decoder.ts";
import type { EntryReader } from "../cache/entry_reader.ts";
import type { EventBatch } from "../events/event_batch.ts";
import type { EventColumns } from "../cache/event_columns.ts";
import { FLAG_LAST, NO_MARKET } from "../events/event_kind.ts";
import type { LineTally } from "./line_rows.ts";
import type { OpenEntry } from "../cache/open_entry.ts";
import type { TimeRange, TimeSpan } from "./replay_plan.ts";

/** What an entry says of the file that it was made from. */
export interface CompiledSummary extends LineTally {
  /** The markets of its rows, by the ids that stand there. */
  readonly symbols: readonly string[];
  /** What it did to the decoder. */
  readonly part: DecodedPart;
  /** Lines skipped because they were too long. */
  readonly tooLongLines: number;
  /** Whether all lines have a receive time of ours. */
  readonly isReceived: boolean;
  /** What the time was before its first line. */
  readonly before: EpochMicros;
  /** Whether a time up to {@link first} before it would have given the same. */
  readonly startsAnew: boolean;
  /** The least and the greatest receive time; null when its first line has none, or without lines. */
  readonly span: TimeSpan | null;
  /** The times of its first and last line; null without lines. */
  readonly first: EpochMicros | null;
  /** See {@link first}. */
  readonly last: EpochMicros | null;
}

/**
 * A sealed file whose rows come from the cache. Blocks are read by {@link next}; then rows are taken
 * frame by frame ({@link advance}) or all at once ({@link takeBlock}).
 */
export class CompiledFile {
  /** What it was made from. */
  readonly summary: CompiledSummary;
  /** False when all its lines come before what is wanted: then there is nothing to read, take or join. */
  readonly isWanted: boolean;
  /** Whether it was decoded for this replay. */
  readonly isNew: boolean;
  /** The rows of the current block; the ids of its markets are right only for rows that were taken. */
  readonly batch: EventBatch;
  /** Where the rows of the current frame begin. */
  start = 0;
  /** Where they end. */
  end = 0;
  /** Rows of the block, whatever a consumer makes of the batch. */
  #rows = 0;
  readonly #entry: EntryReader;
  readonly #bytes: CachedBytes;
  readonly #columns: EventColumns;
  /** Ids in the batch's symbol table, by those of the entry; −1 for markets not met yet. */
  readonly #ids: Int32Array;

  /** Reads into `batch`, which it shares with nobody. Its owner closes it. */
  constructor(
    entry: OpenEntry,
    summary: CompiledSummary,
    batch: EventBatch,
    columns: EventColumns,
    origin: { readonly isWanted: boolean; readonly isNew: boolean },
  ) {
    this.#entry = entry.reader;
    this.#bytes = entry.bytes;
    this.summary = summary;
    this.isWanted = origin.isWanted;
    this.isNew = origin.isNew;
    this.batch = batch;
    this.#columns = columns;
    this.#ids = new Int32Array(summary.symbols.length).fill(-1);
  }

  /** Reads the next block; false after the last. */
  async next(): Promise<boolean> {
    const block: BlockReader | undefined = await this.#entry.next();
    this.start = 0;
    this.end = 0;
    this.#rows = 0;
    if (block === undefined) return false;
    this.#columns.read(block, this.batch);
    this.#rows = this.batch.length;
    return true;
  }

  /** Moves to the rows of the next frame, without taking them; false at the block's end. */
  advance(): boolean {
    const { flags } = this.batch;
    let end = this.end;
    if (end === this.#rows) return false;
    this.start = end;
    while ((flags[end++]! & FLAG_LAST) === 0 && end < this.#rows);
    this.end = end;
    return true;
  }

  /** Takes the rows of the current frame: from now on their markets are right. */
  takeFrame(): void {
    this.#take(this.start, this.end);
  }

  /** Takes all rows from the current frame to the block's end, and passes over them. */
  takeBlock(): EventBatch {
    this.#take(this.start, this.#rows);
    this.start = this.end = this.#rows;
    return this.batch;
  }

  /** Closes the entry; twice is safe. */
  close(): Promise<void> {
    return this.#bytes.close();
  }

  #take(start: number, end: number): void {
    const { market, symbols } = this.batch;
    const ids = this.#ids;
    for (let row = start; row < end; row++) {
      const id = market[row]!;
      if (id === NO_MARKET) continue;
      const known = ids[id]!;
      market[row] = known >= 0 ? known : ids[id] = symbols.intern(this.summary.symbols[id]!);
    }
  }
}

/** Whether rows kept of a file that began at `summary.before` are those of one that begins at `time`. */
export function beginsAlike(summary: CompiledSummary, time: EpochMicros): boolean {
  if (summary.first === null || summary.before === time) return true;
  return summary.startsAnew && time <= summary.first;
}

/**
 * Whether all lines of a file are wanted, or `none` because they come before what is. With `some` the
 * file must be read, also to find that its lines come after.
 */
export function shareOf(
  { first, last }: Pick<CompiledSummary, "first" | "last">,
  { from = -Infinity, to = Infinity }: TimeRange,
): "all" | "some" | "none" {
  if (first === null || last === null) return "all";
  if (last < from) return "none";
  return first >= from && last <= to ? "all" : "some";
}

import type { ArchiveFile, ArchiveStream } from "../archive/archive_catalog.ts";
import { BlockWriter } from "../cache/block_writer.ts";
import type { ByteStream } from "../storage/storage.ts";
import type { CompiledSummary } from "./compiled_file.ts";
import type { EpochMicros } from "../clock.ts";
import type { DecoderBranch } from "../decoder.ts";
import type { EntryWriter } from "../cache/entry_writer.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventColumns } from "../cache/event_columns.ts";
import type { SsmdError } from "../errors.ts";
import type { TimeSpan } from "./replay_plan.ts";
import { LineCursor } from "../lines/line_cursor.ts";
import { LineRows, type LineTally } from "./line_rows.ts";
import { clockOf } from "./frame_clock.ts";

/** Rows of a block: enough to spread its cost, few enough to stay in the processor's cache. */
const BLOCK_ROWS = 8192;
/** A snapshot of a book has that many levels at most, as far as memory is made beforehand. */
const SPARE_ROWS = 1024;

/** What {@link compileFile} reads. */
export interface CompileInput {
  /** The file, sealed. */
  readonly file: ArchiveFile;
  /** Its stream. */
  readonly stream: ArchiveStream;
  /** Opens its content. */
  open(): ByteStream;
  /** Longer lines are skipped, in bytes; `undefined` for the usual limit. */
  readonly maxLineBytes: number | undefined;
  /** The time before its first line. */
  readonly time: EpochMicros;
  /** Decodes it. */
  readonly branch: DecoderBranch;
  /** Ends the work with its reason. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Decodes a whole file into the blocks of `entry`. Gives its summary, or `undefined` when the rows
 * cannot be kept: the file is damaged, JSON cannot hold a detail or the decoder's account, or the entry
 * was refused.
 */
export async function compileFile(
  input: CompileInput,
  entry: EntryWriter,
): Promise<CompiledSummary | undefined> {
  const { branch, file, stream, maxLineBytes } = input;
  const batch = new EventBatch(branch.symbols, BLOCK_ROWS + SPARE_ROWS);
  const tally: LineTally = { records: 0, frames: 0, gaps: {} };
  const rows = new LineRows(branch, batch, tally);
  const block = new BlockWriter();
  const columns = new EventColumns();
  const losses = new Losses();
  const cursor = new LineCursor(
    [{ source: file, open: input.open, ...(maxLineBytes === undefined ? {} : { maxLineBytes }) }],
    stream.feed,
    losses,
    clockOf(branch),
  );
  cursor.time = input.time;
  const flush = async (): Promise<boolean> => {
    block.clear();
    const isKept = columns.write(batch, block) && await entry.add(block);
    batch.clear();
    return isKept;
  };
  let first: EpochMicros | null = null;
  let startsAnew = false;
  let span: TimeSpan | null = null;
  try {
    while (await cursor.fill()) {
      input.signal?.throwIfAborted();
      while (cursor.advance()) {
        if (first === null) {
          first = cursor.time;
          // A line without any time, or with an earlier one, takes the time before it.
          startsAnew = cursor.ownTime >= input.time;
          if (!Number.isNaN(cursor.reader.tsRecv)) span = { first: Infinity, last: -Infinity };
        }
        if (span !== null) span = widen(span, cursor.reader.tsRecv);
        rows.add(cursor.reader, stream, cursor.time);
        if (batch.length >= BLOCK_ROWS && !(await flush())) return undefined;
      }
    }
    const part = branch.part();
    if (losses.isDamaged || part === undefined) return undefined;
    if (batch.length > 0 && !(await flush())) return undefined;
    const { symbols } = branch;
    return {
      ...tally,
      symbols: Array.from({ length: symbols.size }, (_, id) => symbols.name(id)),
      part,
      tooLongLines: losses.tooLongLines,
      isReceived: cursor.withoutReceiveTime === 0,
      before: input.time,
      startsAnew,
      span,
      first,
      last: first === null ? null : cursor.time,
    };
  } finally {
    await cursor.close();
  }
}

function widen(span: TimeSpan, time: EpochMicros): TimeSpan {
  if (time < span.first) return { first: time, last: Math.max(time, span.last) };
  return time > span.last ? { first: span.first, last: time } : span;
}

class Losses {
  isDamaged = false;
  tooLongLines = 0;

  damaged(_file: ArchiveFile, _error: SsmdError): void {
    this.isDamaged = true;
  }

  tooLong(_file: ArchiveFile, lines: number): void {
    this.tooLongLines += lines;
  }
}

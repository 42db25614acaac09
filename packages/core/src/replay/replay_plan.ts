import type { ArchiveFile, ArchiveStream } from "../archive/archive_catalog.ts";
import { type EpochMicros, MICROS_PER_DAY } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { readFirstLine } from "../lines/first_line.ts";
import { readLines } from "../lines/read_lines.ts";
import { type ArchiveSource, openContent } from "../archive/open_content.ts";
import { parseIsoTime } from "../time_text.ts";

/** Files of one stream that can be read one after the other without going back in time. */
export interface ReplayRun {
  /** The stream that they belong to. */
  readonly stream: ArchiveStream;
  /** The files, in order. */
  readonly files: readonly ArchiveFile[];
}

/** The stretch of receive time that is wanted, both ends included. */
export interface TimeRange {
  /** Lines received before this are left out. */
  readonly from?: EpochMicros;
  /** Lines received after this are left out. */
  readonly to?: EpochMicros;
}

/** The receive times that the lines of a file begin and end with. */
export interface TimeSpan {
  /** The least. */
  readonly first: EpochMicros;
  /** The greatest. */
  readonly last: EpochMicros;
}

/** A file and its place in the stream. */
interface TimedFile extends TimeSpan {
  readonly file: ArchiveFile;
  readonly place: number;
}

/**
 * Arranges a stream's files into runs. Files that overlap in time (two recordings imported into one
 * stream) go into different runs, to be merged. A stream with files whose lines have no receive time
 * is one run, in the order of its names, because such lines are never reordered. Files that lie
 * outside of `range` and those salvaged by others are left out. Of a file that no manifest describes
 * `known` may know the times; otherwise it is read.
 */
export async function planRuns(
  source: ArchiveSource,
  stream: ArchiveStream,
  range: TimeRange,
  signal?: AbortSignal,
  known?: (file: ArchiveFile) => Promise<TimeSpan | undefined>,
): Promise<ReplayRun[]> {
  const files = stream.files.filter((file) => file.supersededBy === undefined);
  const timed: TimedFile[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const span = file.entry === undefined
      ? await findSpan(source, file, known)
      : { first: file.entry.firstReceivedAt, last: file.entry.lastReceivedAt };
    if (span === undefined) return [{ stream, files }];
    timed.push({ file, place: timed.length, ...span });
  }
  const { from = -Infinity, to = Infinity } = range;
  const wanted = timed.filter(({ first, last }) => last >= from && first <= to);
  // Array.prototype.sort is stable: files that begin together keep the order of their names.
  return separate(wanted.sort((a, b) => a.first - b.first)).map((run) => ({ stream, files: run }));
}

/** Puts each file behind one that ends before it begins: of the same session, else the nearest. */
function separate(inOrder: readonly TimedFile[]): ArchiveFile[][] {
  const runs: TimedFile[][] = [];
  for (const file of inOrder) {
    const free = runs.filter((run) => follows(run.at(-1)!, file))
      .sort((a, b) => b.at(-1)!.last - a.at(-1)!.last);
    const run = free.find((candidate) => shareSession(candidate.at(-1)!, file)) ?? free[0];
    if (run === undefined) runs.push([file]);
    else run.push(file);
  }
  return runs.map((run) => run.map(({ file }) => file));
}

/** Whether `b` may be read after `a`: at the same time the order of the files counts. */
function follows(a: TimedFile, b: TimedFile): boolean {
  return a.last < b.first || (a.last === b.first && a.place < b.place);
}

function shareSession(a: TimedFile, b: TimedFile): boolean {
  const known = new Set(a.file.entry?.sessions.map(({ id }) => id));
  return b.file.entry?.sessions.some(({ id }) => known.has(id)) === true;
}

/**
 * The receive times of a file that no manifest describes, found by reading it; `undefined` when its
 * first line has none. A file without any line that can be read may have been about all of its day.
 */
async function findSpan(
  source: ArchiveSource,
  file: ArchiveFile,
  known?: (file: ArchiveFile) => Promise<TimeSpan | undefined>,
): Promise<TimeSpan | undefined> {
  const firstLine = await readFirstLine(openContent(source, file));
  if (firstLine === undefined) {
    const day = parseIsoTime(`${file.date}T00:00:00Z`) ?? 0;
    return { first: day, last: day + MICROS_PER_DAY - 1 };
  }
  if (Number.isNaN(firstLine.tsRecv)) return undefined;
  const span = await known?.(file);
  if (span !== undefined) return span;
  let first = Infinity;
  let last = -Infinity;
  try {
    await readLines(openContent(source, file), ({ tsRecv }) => {
      if (tsRecv < first) first = tsRecv;
      if (tsRecv > last) last = tsRecv;
    });
  } catch (error) {
    // The replay itself meets the damage again and reports it.
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
  }
  return { first, last };
}

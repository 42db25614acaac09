import {
  archiveFingerprint,
  type ArchiveIo,
  type ArchiveSource,
  type ArchiveStream,
  type DayRange,
  type EpochMicros,
  type Gap,
  MICROS_PER_DAY,
  parseIsoTime,
  readCatalog,
  selectDays,
  SsmdError,
} from "@ssmd/core";
import { existingArchive, streamFilter } from "../archive_folder.ts";

/** Which part of an archive is wanted, as the command line gives it. */
export interface SourceOptions {
  /** The archive's folder, or a plain folder of days. */
  readonly archive: string;
  /** Only this stream. */
  readonly stream?: string;
  /** The first day. */
  readonly from?: string;
  /** The last day, included. */
  readonly to?: string;
  /** Single days, separated by commas. */
  readonly dates?: string;
}

/** The part of an archive that is read, and what is known of it before. */
export interface BacktestSource {
  /** The whole archive. */
  readonly io: ArchiveIo;
  /** The chosen days of it. */
  readonly data: ArchiveSource;
  /** Which streams are read. */
  readonly streams: (stream: ArchiveStream) => boolean;
  /** The chosen days that have a file. */
  readonly days: readonly string[];
  /** The chosen days without one. */
  readonly missingDays: readonly string[];
  /** The streams' names, for results: `kalshi/books`; `.` for a plain folder of days. */
  readonly name: string;
}

/** Finds the data. Throws `SsmdError` `not_found` when there is none, saying what there is. */
export async function openSource(options: SourceOptions): Promise<BacktestSource> {
  const io = await existingArchive(options.archive);
  const streams = streamFilter(options.stream);
  const { storage, present, missing } = await selectDays(io.storage, dayRange(options));
  const found = (await readCatalog(storage)).filter(streams);
  if (!found.some(({ files }) => files.length > 0)) {
    throw new SsmdError(
      "not_found",
      `Cannot backtest ${options.archive}: it holds no data${await described(options, io)}`,
    );
  }
  return {
    io,
    data: { storage, gzip: io.gzip },
    streams,
    days: present,
    missingDays: missing,
    name: found.map(({ folder }) => folder === "" ? "." : folder).join(", "),
  };
}

/** The days that the options name. */
export function dayRange({ from, to, dates }: SourceOptions): DayRange {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(dates === undefined ? {} : { dates: dates.split(",").map((day) => day.trim()) }),
  };
}

/**
 * The days that are not read, as gaps, from the first to the last chosen one: those without a file,
 * and those between chosen ones that were not chosen themselves. What was displayed before them says
 * nothing of what could be traded on them.
 */
export function unreadGaps(
  { days, missingDays }: Pick<BacktestSource, "days" | "missingDays">,
): Gap[] {
  const read = new Set(days.map(midnightOf));
  const chosen = [...read, ...missingDays.map(midnightOf)];
  const last = Math.max(...chosen);
  const gaps: Gap[] = [];
  for (let from = Math.min(...chosen); from <= last; from += MICROS_PER_DAY) {
    const to = from + MICROS_PER_DAY - 1;
    if (read.has(from)) continue;
    gaps.push({ feed: "", session: "", reason: "restart", from, to, tsRecv: from });
  }
  return gaps;
}

/** `day` is one of an archive's folders. */
function midnightOf(day: string): EpochMicros {
  return parseIsoTime(`${day}T00:00:00Z`)!;
}

/** SHA-256 of the data that is read; see `archiveFingerprint` of `@ssmd/core`. */
export function fingerprintOf({ io, data, streams }: BacktestSource): Promise<string> {
  return archiveFingerprint({ storage: data.storage, sha256: () => io.sha256() }, streams);
}

async function described(options: SourceOptions, io: ArchiveIo): Promise<string> {
  const stream = options.stream === undefined ? "" : ` in a stream ${options.stream}`;
  const { present } = await selectDays(io.storage, {});
  const days = present.length === 0 ? "" : ` (there is ${present[0]} to ${present.at(-1)})`;
  const chosen = options.from ?? options.to ?? options.dates;
  return `${stream}${chosen === undefined ? "" : ` on these days${days}`}`;
}

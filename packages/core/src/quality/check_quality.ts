import { type ArchiveFile, type ArchiveStream, readCatalog } from "../archive/archive_catalog.ts";
import { readManifest, type SequenceCoverage } from "../archive/manifest.ts";
import { readStreamFacts } from "../archive/stream_facts.ts";
import { type DayRange, selectDays } from "../archive/selected_days.ts";
import { type EpochMicros, MICROS_PER_DAY } from "../clock.ts";
import type { Decoder } from "../decoder.ts";
import type { MarketInfo } from "../market_info.ts";
import { ArchiveLines } from "../replay/archive_lines.ts";
import { weakerSequence } from "../replay/coverage.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import type { ArchiveIo, Storage } from "../storage/storage.ts";
import { chooseFiles, type ChosenFiles } from "./chosen_files.ts";
import { reportDay } from "./day_report.ts";
import { expectedDays, startOfDay } from "./expected_days.ts";
import { FileTally } from "./file_tally.ts";
import { judgeAll } from "./judge_day.ts";
import type { QualityReport, StreamQuality } from "./quality_report.ts";
import { StreamCheck } from "./stream_check.ts";

/** Options of {@link checkQuality}. */
export interface QualityOptions {
  /** Which days are looked at; one that is named is also without data. Default: all there are. */
  readonly days?: DayRange;
  /** Only streams for which this is true. Default: all. */
  readonly streams?: (stream: ArchiveStream) => boolean;
  /**
   * What objects say of the stream's markets; `undefined` when there are none. Then a market counts
   * from its first row to its last.
   */
  readonly markets?: (
    stream: ArchiveStream,
  ) => readonly MarketInfo[] | undefined | Promise<readonly MarketInfo[] | undefined>;
  /** Told how many stored bytes of how many have been begun, for progress. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What is read of an archive's machine; nothing is written. */
export type QualitySource = Pick<ArchiveIo, "gzip" | "sha256"> & { readonly storage: Storage };

/**
 * Says of each day of an archive, or of a folder `{YYYY-MM-DD}/*.jsonl.gz`, what its data are worth.
 * Reads every line once in time order, as a replay does; memory grows with markets × days. Each
 * stream gets a decoder of its own from `decoder`. Damaged files and manifests do not throw: they
 * are found. Throws `SsmdError` `newer_format`, and `invalid_input` for days that cannot be.
 */
export async function checkQuality(
  io: QualitySource,
  decoder: () => Decoder,
  options: QualityOptions = {},
): Promise<QualityReport> {
  const range = options.days ?? {};
  const present = new Set((await selectDays(io.storage, range)).present);
  const chosen = await chooseFiles(io, present);
  const source = { storage: chosen.storage, gzip: io.gzip };
  const wanted = options.streams ?? (() => true);
  const checks = new Map<string, StreamCheck>();
  for (const whole of (await readCatalog(chosen.everyDay)).filter(wanted)) {
    const stream = { ...whole, files: whole.files.filter(({ date }) => present.has(date)) };
    const absent = stream.missing.map((path) => path.split("/").at(-2)!);
    const dates = expectedDays(range, [...stream.files.map(({ date }) => date), ...absent]);
    const objects = await options.markets?.(stream);
    const byTicker = objects && new Map(objects.map((info) => [info.ticker, info]));
    const isBeginNamed = (range.from ?? range.dates) !== undefined;
    const start = isBeginNamed ? startOfDay(dates[0] ?? "") : -Infinity;
    const check = new StreamCheck(stream, dates, decoder(), byTicker, start);
    await addFiles(check, chosen);
    checks.set(stream.folder, check);
  }
  await readLines(source, checks, options);
  const reports: StreamQuality[] = [];
  for (const check of checks.values()) {
    addEmptyFiles(check);
    addIdentical(check, chosen.digests);
    const end = endOf(check, range);
    check.finish(end);
    const sequence = await sequenceOf(check.stream, chosen.storage);
    reports.push(reportStream(check, sequence, end));
  }
  return {
    verdict: judgeAll(reports.flatMap(({ days }) => days.map(({ verdict }) => verdict))),
    streams: reports,
    sharedMarkets: sharedMarkets([...checks.values()]),
  };
}

/** Notes what is known of the files before they are read. */
async function addFiles(
  { stream, days }: StreamCheck,
  { storage, damagedManifests }: ChosenFiles,
): Promise<void> {
  for (const file of stream.files) {
    if (file.supersededBy === undefined) continue;
    const tally = days.get(file.date)!.file(file);
    const salvaged = stream.files.find(({ date, name }) =>
      date === file.date && name === file.supersededBy
    );
    if (file.entry !== undefined && salvaged?.entry !== undefined) {
      const { records, gaps } = salvaged.entry;
      // Repair puts a gap of its own where the lines end.
      const kept = gaps.some(({ reason }) => reason === "damage") ? records - 1 : records;
      tally.lostRecords = Math.max(0, file.entry.records - kept);
    }
  }
  for (const path of stream.missing) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const manifest = await readManifest(storage, folder);
    const name = path.slice(folder.length + 1);
    const claimed = manifest?.files.find((file) => file.name === name)?.records ?? 0;
    days.get(folder.split("/").at(-1)!)!.files.set(path, FileTally.absent(path, claimed));
  }
  for (const { folder, reason } of damagedManifests) {
    const date = folder.split("/").at(-1)!;
    const day = folder === joined(stream.folder, date) ? days.get(date) : undefined;
    if (day !== undefined) day.manifestDamage = reason;
  }
}

async function readLines(
  source: ArchiveSource,
  checks: ReadonlyMap<string, StreamCheck>,
  { onProgress, signal }: QualityOptions,
): Promise<void> {
  const files = new Map<string, readonly [StreamCheck, ArchiveFile]>();
  for (const check of checks.values()) {
    for (const file of check.stream.files) files.set(file.path, [check, file]);
  }
  let reading: ArchiveFile | undefined;
  let tooLong = 0;
  let damaged = 0;
  const lines: ArchiveLines = await ArchiveLines.open(source, {
    streams: ({ folder }) => checks.has(folder),
    onFile: (file) => {
      noteTooLong();
      reading = file;
    },
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  /** Lines that were skipped until now belong to the file that was read until now. */
  const noteTooLong = (): void => {
    const more = lines.coverage.tooLongLines - tooLong;
    tooLong += more;
    if (more === 0 || reading === undefined) return;
    const [check, file] = files.get(reading.path)!;
    check.days.get(file.date)!.file(file).tooLong += more;
  };
  try {
    for (let more = true; more;) {
      more = await lines.fill();
      noteTooLong();
      for (const gap of lines.takeDamage()) {
        const { path, reason } = lines.coverage.damaged[damaged++]!;
        const [check, file] = files.get(path)!;
        check.addDamage(file, reason, gap);
      }
      while (lines.next()) {
        const { file, run } = lines;
        reading = file;
        checks.get(run.stream.folder)!.line(lines.reader, lines.time, file, run);
      }
    }
  } finally {
    await lines.close();
  }
}

/** Files that gave no line are files all the same. */
function addEmptyFiles({ stream, days }: StreamCheck): void {
  for (const file of stream.files) days.get(file.date)!.file(file);
}

/** Where the time that is looked at ends; `undefined`: with the data. */
function endOf({ stream, days }: StreamCheck, { to, dates }: DayRange): EpochMicros | undefined {
  const last = [...days.keys()].at(-1);
  // Of what is still being written the end is not known.
  if (stream.files.at(-1)?.state === "open" || last === undefined) return undefined;
  return (to ?? dates) === undefined ? undefined : startOfDay(last) + MICROS_PER_DAY;
}

async function sequenceOf(
  { files, folder, stream }: ArchiveStream,
  storage: Storage,
): Promise<SequenceCoverage> {
  let weakest: SequenceCoverage = files.length === 0 ? "unchecked" : "checked";
  for (const { entry, state, supersededBy } of files) {
    if (supersededBy !== undefined) continue;
    const isOurs = state === "open" && stream !== "";
    const word = isOurs ? (await readStreamFacts(storage, folder)).sequence : entry?.sequence;
    weakest = weakerSequence(weakest, word ?? "unchecked");
  }
  return weakest;
}

function reportStream(
  check: StreamCheck,
  sequence: SequenceCoverage,
  end: EpochMicros | undefined,
): StreamQuality {
  const { stream, objects, decoder, watches } = check;
  const days = [...check.days.values()].map((day) => reportDay(day, decoder.symbols));
  const seen = new Set(watches.map((watch) => watch?.ticker));
  const first = days.find(({ first }) => first !== undefined)?.first ?? Infinity;
  const last = end ?? check.last;
  const silent = [...objects?.values() ?? []].filter(({ ticker, openTime, closeTime }) =>
    !seen.has(ticker) && (openTime ?? -Infinity) < last && (closeTime ?? Infinity) > first
  );
  const isExchange = stream.files.some(({ entry }) => entry?.clock === "exchange") ||
    days.some(({ files }) => files.some(({ withoutReceiveTime }) => withoutReceiveTime > 0));
  return {
    stream: stream.folder,
    clock: isExchange ? "exchange" : "receive",
    sequence,
    hours: objects === undefined ? "rows" : "objects",
    silentMarkets: silent.map(({ ticker }) => ticker).sort(),
    days,
  };
}

/** Compares the files that gave lines by the manifests' digests, or else by that of the bytes. */
function addIdentical({ stream, days }: StreamCheck, digests: ReadonlyMap<string, string>): void {
  const known = new Map<string, string>();
  for (const { path, date, entry } of stream.files) {
    const tally = days.get(date)!.files.get(path);
    const digest = entry?.contentSha256 ?? digests.get(path);
    if (digest === undefined || tally === undefined || tally.records === 0) continue;
    tally.identicalTo = known.get(digest);
    if (tally.identicalTo === undefined) known.set(digest, path);
  }
}

function sharedMarkets(checks: readonly StreamCheck[]): string[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { watches } of checks) {
    for (const watch of watches) {
      if (watch === undefined) continue;
      if (seen.has(watch.ticker)) shared.add(watch.ticker);
      else seen.add(watch.ticker);
    }
  }
  return [...shared].sort();
}

function joined(folder: string, date: string): string {
  return folder === "" ? date : `${folder}/${date}`;
}

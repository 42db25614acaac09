import type { ArchiveLinesOptions } from "./archive_lines_options.ts";
import { type ArchiveFile, type ArchiveStream, readCatalog } from "../archive/archive_catalog.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import { type Coverage, emptyCoverage, weakerSequence } from "./coverage.ts";
import { readFirstTime } from "../lines/first_line.ts";
import type { Gap, LossReason } from "../gap.ts";
import { exchangeTime } from "../lines/exchange_time.ts";
import type { FrameClock } from "../lines/line_cursor.ts";
import { LineMerge } from "../lines/line_merge.ts";
import { type ManifestFile, readManifest, type SequenceCoverage } from "../archive/manifest.ts";
import { type ArchiveSource, openContent } from "../archive/open_content.ts";
import type { CompiledFile } from "./compiled_file.ts";
import type { CompiledFiles } from "./compiled_files.ts";
import { planRuns, type ReplayRun } from "./replay_plan.ts";
import { type RankedFile, RunCursor, type RunHandlers } from "./run_cursor.ts";
import { readStreamFacts } from "../archive/stream_facts.ts";
import { parseIsoTime } from "../time_text.ts";

/**
 * The lines of an archive in time order, and for files that a cache has, the rows of their frames:
 * `ArchiveLines` tells how to walk them.
 */
export class ArchiveFrames {
  /** What was read so far, without the counts of lines that the user of the lines keeps. */
  readonly coverage: Coverage = emptyCoverage();
  readonly #options: ArchiveLinesOptions;
  readonly #clock: FrameClock;
  readonly #merge: LineMerge<RankedFile, RunCursor>;
  readonly #cursors: readonly RunCursor[];
  readonly #damaged: Gap[] = [];
  #missing: readonly MissingFile[] = [];
  #doneBytes = 0;
  #totalBytes = 0;
  #passedEnd = false;

  private constructor(
    source: ArchiveSource,
    runs: readonly ReplayRun[],
    ranks: ReadonlyMap<ArchiveFile, number>,
    options: ArchiveLinesOptions,
    compiled: (run: ReplayRun) => CompiledFiles | undefined,
    clock: FrameClock,
  ) {
    this.#options = options;
    // A frame of another run may be decoded between the look at the time and the frame's own turn.
    this.#clock = runs.length === 1 ? clock : exchangeTime;
    this.#cursors = runs.map((run) => this.#openRun(source, run, ranks, compiled(run)));
    this.#merge = new LineMerge(this.#cursors, ({ rank }) => rank);
    if (runs.length === 0) this.coverage.sequence = "unchecked";
  }

  /**
   * Finds the files. With `compiled` those of a run that is the only one of its stream may come as
   * {@link rows}; `clock` is that of the decoder of the frames. Throws `SsmdError` `newer_format` or
   * `damaged_manifest`.
   */
  static async open(
    source: ArchiveSource,
    options: ArchiveLinesOptions = {},
    compiled?: CompiledFiles,
    clock: FrameClock = exchangeTime,
  ): Promise<ArchiveFrames> {
    const wanted = options.streams ?? (() => true);
    const runs: ReplayRun[] = [];
    const alone = new Set<ReplayRun>();
    const ranks = new Map<ArchiveFile, number>();
    let open: SequenceCoverage = "checked";
    const streams = (await readCatalog(source.storage)).filter(wanted);
    for (const stream of streams) {
      for (const file of stream.files) ranks.set(file, ranks.size);
      const planned = await planRuns(
        source,
        stream,
        options,
        options.signal,
        compiled && ((file) => compiled.span(stream, file)),
      );
      runs.push(...planned);
      // What a decoder remembers of a stream is shared by its runs, line by line.
      if (planned.length === 1) alone.add(planned[0]!);
      if (planned.some(({ files }) => files.some(({ state }) => state === "open"))) {
        open = weakerSequence(open, await sequenceOfOpen(source, stream));
      }
    }
    const compiledOf = (run: ReplayRun) => alone.has(run) ? compiled : undefined;
    const lines = new ArchiveFrames(source, runs, ranks, options, compiledOf, clock);
    await lines.#startUntimed(source, runs);
    lines.#missing = await missingFiles(source, streams, options);
    lines.coverage.sequence = weakerSequence(lines.coverage.sequence, open);
    return lines;
  }

  /** The current line, valid until the next call of {@link next} or {@link fill}. */
  get reader(): ArchiveLineReader {
    return this.#merge.current.reader;
  }

  /** Whether everything comes from one run, so that nothing is merged. */
  get isOneRun(): boolean {
    return this.#cursors.length === 1;
  }

  /** The file whose current frame it is, when its rows come from a cache; then there is no line. */
  get rows(): CompiledFile | undefined {
    return this.#merge.current.rows;
  }

  /** The current line's time: its receive time or what stands for it, never decreasing. */
  get time(): EpochMicros {
    return this.#merge.current.time;
  }

  /** The run of the current line: one recording, as far as its files can tell. */
  get run(): ReplayRun {
    return this.#merge.current.source.run;
  }

  /** The file of the current line. */
  get file(): ArchiveFile {
    return this.#merge.current.source.file;
  }

  /** Moves to the next line within the time range; false when {@link fill} must be awaited. */
  next(): boolean {
    const { from = -Infinity, to = Infinity } = this.#options;
    while (this.#merge.next()) {
      if (this.time > to) {
        this.#passedEnd = true;
        return false;
      }
      if (this.time >= from) return true;
    }
    return false;
  }

  /** Reads on; false when there is no more. */
  async fill(): Promise<boolean> {
    this.#options.signal?.throwIfAborted();
    this.#options.onProgress?.(this.#doneBytes, this.#totalBytes);
    const more = !this.#passedEnd && await this.#merge.fill();
    if (!this.#cursors.every((cursor) => cursor.isReceived)) this.coverage.clock = "exchange";
    return more;
  }

  /**
   * The gaps for what turned out to be unreadable since the last call. Each belongs before the first
   * line that follows in time, and none before a line that was current already.
   */
  takeDamage(): Gap[] {
    return this.#damaged.splice(0);
  }

  /** Counts files that a manifest lists and that are not there as damaged, each with its gap. */
  loseMissing(): void {
    for (const { feed, path, entry } of this.#missing) {
      const { firstReceivedAt: from, lastReceivedAt: to } = entry;
      this.coverage.damaged.push({ path, reason: "its manifest lists it, it is not there" });
      this.#damaged.push({ feed, session: "", reason: "damage", from, to, tsRecv: from });
    }
    this.#missing = [];
  }

  /** Closes every file; twice is safe. */
  close(): Promise<void> {
    return this.#merge.close();
  }

  /** Bare recordings may begin with lines without any time: theirs is that of the first with one. */
  async #startUntimed(source: ArchiveSource, runs: readonly ReplayRun[]): Promise<void> {
    for (const [index, { files }] of runs.entries()) {
      const first = files[0];
      if (first === undefined || first.entry !== undefined) continue;
      this.#cursors[index]!.time = await readFirstTime(openContent(source, first)) ?? 0;
    }
  }

  #openRun(
    source: ArchiveSource,
    run: ReplayRun,
    ranks: ReadonlyMap<ArchiveFile, number>,
    compiled: CompiledFiles | undefined,
  ): RunCursor {
    const { coverage } = this;
    for (const { entry, size, state } of run.files) {
      this.#totalBytes += size;
      // Of the open files the writer's own word counts.
      const sequence = entry?.sequence ?? (state === "open" ? "checked" : "unchecked");
      coverage.sequence = weakerSequence(coverage.sequence, sequence);
      if (entry?.clock === "exchange") coverage.clock = "exchange";
    }
    const files = run.files.map((file) => ({ file, run, rank: ranks.get(file)! }));
    const { feed } = run.stream;
    const handlers: RunHandlers = {
      open: ({ file }) => openContent(source, file),
      clock: this.#clock,
      opened: ({ file }, rows) => {
        coverage.files++;
        this.#doneBytes += file.size;
        if (rows !== undefined) addSummary(coverage, rows);
        this.#options.onFile?.(file, rows?.isNew === false ? "cache" : "archive");
      },
      damaged: ({ file }, error) => {
        coverage.damaged.push({ path: file.path, reason: error.message });
        this.#damaged.push(lossOf(feed, file, cursor.time));
      },
      tooLong: (_file, lines) => {
        coverage.tooLongLines += lines;
      },
    };
    const cursor: RunCursor = new RunCursor(run, files, handlers, compiled);
    return cursor;
  }
}

/** A file of which only the manifest is left. */
interface MissingFile {
  readonly feed: string;
  readonly path: string;
  readonly entry: ManifestFile;
}

/** Listed files that are not there, were not salvaged by others, and reach into the time range. */
async function missingFiles(
  { storage }: ArchiveSource,
  streams: readonly ArchiveStream[],
  { from = -Infinity, to = Infinity }: ArchiveLinesOptions,
): Promise<MissingFile[]> {
  const gone: MissingFile[] = [];
  for (const { feed, missing } of streams) {
    for (const path of missing) {
      const slash = path.lastIndexOf("/");
      const listed = (await readManifest(storage, path.slice(0, slash)))?.files ?? [];
      const entry = listed.find(({ name }) => name === path.slice(slash + 1));
      if (entry === undefined || entry.lastReceivedAt < from || entry.firstReceivedAt > to) {
        continue;
      }
      if (listed.some(({ salvagedFrom }) => salvagedFrom === entry.name)) continue;
      gone.push({ feed, path, entry });
    }
  }
  return gone;
}

/** Counts the lines of a file that is not read line by line. */
function addSummary(coverage: Coverage, { summary, isWanted }: CompiledFile): void {
  coverage.tooLongLines += summary.tooLongLines;
  if (!isWanted) return;
  coverage.records += summary.records;
  coverage.frames += summary.frames;
  for (const [reason, count] of Object.entries(summary.gaps)) {
    const known = reason as LossReason; // the summary's keys are these
    coverage.gaps[known] = (coverage.gaps[known] ?? 0) + count;
  }
}

/** What the stream's writer says of its open file; nobody says anything in other layouts. */
async function sequenceOfOpen(
  { storage }: ArchiveSource,
  { folder, stream }: ArchiveStream,
): Promise<SequenceCoverage> {
  return stream === "" ? "unchecked" : (await readStreamFacts(storage, folder)).sequence;
}

/** What is lost with the rest of `file` when the last line read before that has the time `after`. */
function lossOf(feed: string, { entry, date }: ArchiveFile, after: EpochMicros): Gap {
  const known = Math.max(after, entry?.firstReceivedAt ?? 0);
  // Nothing was read and nothing is claimed: the folder still names the day.
  const from = known > 0 ? known : parseIsoTime(`${date}T00:00:00Z`) ?? 0;
  const to = Math.max(from, entry?.lastReceivedAt ?? 0);
  return { feed, session: "", reason: "damage", from, to, tsRecv: from };
}

import { type ArchiveFile, type ArchiveStream, readCatalog } from "../archive/archive_catalog.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import { type Coverage, emptyCoverage, weakerSequence } from "./coverage.ts";
import { readFirstTime } from "../lines/first_line.ts";
import type { Gap } from "../gap.ts";
import { LineCursor } from "../lines/line_cursor.ts";
import { LineMerge } from "../lines/line_merge.ts";
import { MAX_STORED_LINE_BYTES } from "../lines/line_splitter.ts";
import type { SequenceCoverage } from "../archive/manifest.ts";
import { type ArchiveSource, openContent } from "../archive/open_content.ts";
import { planRuns, type ReplayRun, type TimeRange } from "./replay_plan.ts";
import { readStreamFacts } from "../archive/stream_facts.ts";
import { parseIsoTime } from "../time_text.ts";

/** Options of {@link ArchiveLines} and of what is built on it. */
export interface ArchiveLinesOptions extends TimeRange {
  /** Only streams for which this is true. Default: all. */
  readonly streams?: (stream: ArchiveStream) => boolean;
  /** Told how many stored bytes of how many have been begun, for progress. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface RankedFile {
  readonly file: ArchiveFile;
  readonly run: ReplayRun;
  readonly rank: number;
}

/**
 * The lines of an archive in time order: streams are merged by receive time; file order, then line,
 * break ties. Open it, call {@link next} until it says false, then await {@link fill}, until that
 * says false too; close it.
 */
export class ArchiveLines {
  /** What was read so far, without the counts of lines that the user of the lines keeps. */
  readonly coverage: Coverage = emptyCoverage();
  readonly #options: ArchiveLinesOptions;
  readonly #merge: LineMerge<RankedFile>;
  readonly #cursors: readonly LineCursor<RankedFile>[];
  readonly #damaged: Gap[] = [];
  #doneBytes = 0;
  #totalBytes = 0;
  #passedEnd = false;

  private constructor(
    source: ArchiveSource,
    runs: readonly ReplayRun[],
    ranks: ReadonlyMap<ArchiveFile, number>,
    options: ArchiveLinesOptions,
  ) {
    this.#options = options;
    this.#cursors = runs.map((run) => this.#openRun(source, run, ranks));
    this.#merge = new LineMerge(this.#cursors, ({ rank }) => rank);
    if (runs.length === 0) this.coverage.sequence = "unchecked";
  }

  /** Finds the files. Throws `SsmdError` `newer_format` or `damaged_manifest`. */
  static async open(
    source: ArchiveSource,
    options: ArchiveLinesOptions = {},
  ): Promise<ArchiveLines> {
    const wanted = options.streams ?? (() => true);
    const runs: ReplayRun[] = [];
    const ranks = new Map<ArchiveFile, number>();
    let open: SequenceCoverage = "checked";
    for (const stream of (await readCatalog(source.storage)).filter(wanted)) {
      for (const file of stream.files) ranks.set(file, ranks.size);
      const planned = await planRuns(source, stream, options, options.signal);
      runs.push(...planned);
      if (planned.some(({ files }) => files.some(({ state }) => state === "open"))) {
        open = weakerSequence(open, await sequenceOfOpen(source, stream));
      }
    }
    const lines = new ArchiveLines(source, runs, ranks, options);
    await lines.#startUntimed(source, runs);
    lines.coverage.sequence = weakerSequence(lines.coverage.sequence, open);
    return lines;
  }

  /** The current line, valid until the next call of {@link next} or {@link fill}. */
  get reader(): ArchiveLineReader {
    return this.#merge.current.reader;
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
    if (this.#cursors.some((cursor) => cursor.withoutReceiveTime > 0)) {
      this.coverage.clock = "exchange";
    }
    return more;
  }

  /**
   * The gaps for what turned out to be unreadable since the last call. Each belongs before the first
   * line that follows in time, and none before a line that was current already.
   */
  takeDamage(): Gap[] {
    return this.#damaged.splice(0);
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
  ): LineCursor<RankedFile> {
    const { coverage } = this;
    for (const { entry, size, state } of run.files) {
      this.#totalBytes += size;
      // Of the open files the writer's own word counts.
      const sequence = entry?.sequence ?? (state === "open" ? "checked" : "unchecked");
      coverage.sequence = weakerSequence(coverage.sequence, sequence);
      if (entry?.clock === "exchange") coverage.clock = "exchange";
    }
    const files = run.files.map((file) => ({
      source: { file, run, rank: ranks.get(file)! },
      growing: file.state === "open",
      ...(isOurs(file) ? { maxLineBytes: MAX_STORED_LINE_BYTES } : {}),
      open: () => {
        coverage.files++;
        this.#doneBytes += file.size;
        return openContent(source, file);
      },
    }));
    const { feed } = run.stream;
    const cursor: LineCursor<RankedFile> = new LineCursor(files, feed, {
      damaged: ({ file }, error) => {
        coverage.damaged.push({ path: file.path, reason: error.message });
        this.#damaged.push(lossOf(feed, file, cursor.time));
      },
      tooLong: (_file, lines) => {
        coverage.tooLongLines += lines;
      },
    });
    return cursor;
  }
}

function isOurs({ entry, state }: ArchiveFile): boolean {
  return entry !== undefined || state === "open";
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

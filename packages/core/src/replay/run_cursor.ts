import type { ArchiveFile } from "../archive/archive_catalog.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { ByteStream } from "../storage/storage.ts";
import type { CompiledFile } from "./compiled_file.ts";
import { type CompiledFiles, maxLineBytesOf, type RunMemory } from "./compiled_files.ts";
import type { EpochMicros } from "../clock.ts";
import type { CursorLosses, FrameClock } from "../lines/line_cursor.ts";
import { LineCursor } from "../lines/line_cursor.ts";
import type { ReplayRun } from "./replay_plan.ts";

/** A file of a run, and its place among all files of the archive. */
export interface RankedFile {
  /** The file. */
  readonly file: ArchiveFile;
  /** The run that it belongs to. */
  readonly run: ReplayRun;
  /** At equal times the lower one goes first. */
  readonly rank: number;
}

/** What a {@link RunCursor} asks and tells. */
export interface RunHandlers extends CursorLosses<RankedFile> {
  /** Opens a file's content. */
  open(source: RankedFile): ByteStream;
  /** Says what the exchange's time of a frame is. */
  readonly clock: FrameClock;
  /** A file was opened; `compiled` when its rows come from a cache. */
  opened(source: RankedFile, compiled: CompiledFile | undefined): void;
}

/**
 * Walks a run: the lines of its files, or the frames of those that a cache has. {@link advance} is
 * synchronous while the memory lasts; when it says false, await {@link fill}.
 */
export class RunCursor {
  /** The time of the current line or frame. Set before the first line, it is the time before it. */
  time: EpochMicros = 0;
  readonly #run: ReplayRun;
  readonly #files: readonly RankedFile[];
  readonly #handlers: RunHandlers;
  readonly #compiled: CompiledFiles | undefined;
  readonly #memory: RunMemory | undefined;
  #isReceived = true;
  #index = -1;
  #lines: LineCursor<RankedFile> | undefined;
  #rows: CompiledFile | undefined;
  #reader: ArchiveLineReader | undefined;

  /** Without `compiled` everything is read line by line. */
  constructor(
    run: ReplayRun,
    files: readonly RankedFile[],
    handlers: RunHandlers,
    compiled: CompiledFiles | undefined,
  ) {
    this.#run = run;
    this.#files = files;
    this.#handlers = handlers;
    this.#compiled = compiled;
    this.#memory = compiled?.runMemory();
  }

  /** The file of the current line or frame. */
  get source(): RankedFile {
    return this.#files[this.#index]!;
  }

  /** Whether all lines so far had a receive time of ours. */
  get isReceived(): boolean {
    return this.#isReceived && (this.#lines?.withoutReceiveTime ?? 0) === 0;
  }

  /** The current line; meaningless while {@link rows} is there. */
  get reader(): ArchiveLineReader {
    return this.#reader!;
  }

  /** The file whose current frame it is, when it comes from a cache. */
  get rows(): CompiledFile | undefined {
    return this.#rows;
  }

  /** Moves to the next line or frame of what is in memory; false when {@link fill} is needed. */
  advance(): boolean {
    const lines = this.#lines;
    if (lines !== undefined) {
      if (!lines.advance()) return false;
      this.time = lines.time;
      return true;
    }
    const rows = this.#rows;
    if (rows === undefined || !rows.advance()) return false;
    this.time = rows.batch.tsRecv[rows.start]!;
    return true;
  }

  /** Reads on until {@link advance} may be called again; false when every file is used up. */
  async fill(): Promise<boolean> {
    for (;;) {
      if (this.#lines !== undefined) {
        if (await this.#lines.fill()) return true;
        this.#leaveLines();
      } else if (this.#rows !== undefined) {
        if (this.#rows.isWanted && await this.#rows.next()) return true;
        await this.#leaveRows(this.#rows);
      }
      const next = this.#files[++this.#index];
      if (next === undefined) return false;
      await this.#openFile(next);
    }
  }

  /** Closes the file that is being read; twice is safe. */
  async close(): Promise<void> {
    const lines = this.#lines;
    const rows = this.#rows;
    await lines?.close();
    await rows?.close();
  }

  async #openFile(source: RankedFile): Promise<void> {
    const { file } = source;
    const { stream } = this.#run;
    const maxLineBytes = maxLineBytesOf(file);
    const place = { file, stream, time: this.time, maxLineBytes };
    this.#rows = this.#memory && await this.#compiled?.open(place, this.#memory);
    this.#handlers.opened(source, this.#rows);
    if (this.#rows !== undefined) {
      if (!this.#rows.summary.isReceived) this.#isReceived = false;
      return;
    }
    const cursorFile = {
      source,
      growing: file.state === "open",
      ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
      open: () => this.#handlers.open(source),
    };
    this.#lines = new LineCursor([cursorFile], stream.feed, this.#handlers, this.#handlers.clock);
    this.#lines.time = this.time;
    this.#reader = this.#lines.reader;
  }

  #leaveLines(): void {
    this.#isReceived = this.isReceived;
    this.#lines = undefined;
  }

  async #leaveRows(rows: CompiledFile): Promise<void> {
    this.#compiled!.leave(rows);
    if (rows.summary.last !== null) this.time = rows.summary.last;
    this.#rows = undefined;
    await rows.close();
  }
}

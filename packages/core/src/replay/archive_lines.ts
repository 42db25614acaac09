import type { ArchiveFile } from "../archive/archive_catalog.ts";
import { ArchiveFrames } from "./archive_frames.ts";
import type { ArchiveLinesOptions } from "./archive_lines_options.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import type { EpochMicros } from "../clock.ts";
import type { Coverage } from "./coverage.ts";
import type { Gap } from "../gap.ts";
import type { ReplayRun } from "./replay_plan.ts";

/**
 * The lines of an archive in time order: streams are merged by receive time; file order, then line,
 * break ties. Open it, call {@link next} until it says false, then await {@link fill}, until that
 * says false too; close it.
 */
export class ArchiveLines {
  readonly #frames: ArchiveFrames;

  private constructor(frames: ArchiveFrames) {
    this.#frames = frames;
  }

  /** Finds the files. Throws `SsmdError` `newer_format` or `damaged_manifest`. */
  static async open(
    source: ArchiveSource,
    options: ArchiveLinesOptions = {},
  ): Promise<ArchiveLines> {
    return new ArchiveLines(await ArchiveFrames.open(source, options));
  }

  /** What was read so far, without the counts of lines that the user of the lines keeps. */
  get coverage(): Coverage {
    return this.#frames.coverage;
  }

  /** The current line, valid until the next call of {@link next} or {@link fill}. */
  get reader(): ArchiveLineReader {
    return this.#frames.reader;
  }

  /** The current line's time: its receive time or what stands for it, never decreasing. */
  get time(): EpochMicros {
    return this.#frames.time;
  }

  /** The run of the current line: one recording, as far as its files can tell. */
  get run(): ReplayRun {
    return this.#frames.run;
  }

  /** The file of the current line. */
  get file(): ArchiveFile {
    return this.#frames.file;
  }

  /** Moves to the next line within the time range; false when {@link fill} must be awaited. */
  next(): boolean {
    return this.#frames.next();
  }

  /** Reads on; false when there is no more. */
  fill(): Promise<boolean> {
    return this.#frames.fill();
  }

  /**
   * The gaps for what turned out to be unreadable since the last call. Each belongs before the first
   * line that follows in time, and none before a line that was current already.
   */
  takeDamage(): Gap[] {
    return this.#frames.takeDamage();
  }

  /** Closes every file; twice is safe. */
  close(): Promise<void> {
    return this.#frames.close();
  }
}

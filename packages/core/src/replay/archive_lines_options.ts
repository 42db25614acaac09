import type { ArchiveFile, ArchiveStream } from "../archive/archive_catalog.ts";
import type { TimeRange } from "./replay_plan.ts";

/** Options of `ArchiveLines` and of what is built on it. */
export interface ArchiveLinesOptions extends TimeRange {
  /** Only streams for which this is true. Default: all. */
  readonly streams?: (stream: ArchiveStream) => boolean;
  /** Told how many stored bytes of how many have been begun, for progress. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /**
   * Told of each file when its turn comes, and where it is read from; one that was decoded into a cache
   * just now is from the archive.
   */
  readonly onFile?: (file: ArchiveFile, from: "archive" | "cache") => void;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

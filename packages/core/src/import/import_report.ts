import type { LossReason } from "../gap.ts";
import type { ImportedFile } from "./import_log.ts";
import type { ReceiveClock, SequenceCoverage } from "../archive/manifest.ts";

/** What became of one tape. */
export interface TapeReport extends ImportedFile {
  /** Lines imported. */
  records: number;
  /** Frames whose sequence number equals the one before: kept, and not applied to books. */
  duplicates: number;
  /** Restarts of the recorder's connection that the sequence numbers show. */
  restarts: number;
  /** Lines that are no JSON object: kept as they are. */
  unparsed: number;
  /** Lines skipped because they are longer than 64 MiB. */
  tooLong: number;
  /** Why the tape could not be read to its end; its readable lines were imported. */
  damaged?: string;
}

/** What {@link importTapes} did. */
export interface ImportReport {
  /** The tapes, in the order given. */
  readonly tapes: readonly TapeReport[];
  /** Lines imported, those of gaps and of what was sent included. */
  readonly records: number;
  /** Lines by type. */
  readonly recordsByType: Readonly<Record<string, number>>;
  /** Gap lines for which something is missing, by reason. */
  readonly gaps: Readonly<Partial<Record<LossReason, number>>>;
  /** Frames that the sequence gaps stand for. */
  readonly missingFrames: number;
  /** Records whose receive time went back and were given the time of the record before them. */
  readonly clampedTimes: number;
  /** Whether sequence was judged. */
  readonly sequence: SequenceCoverage;
  /** `exchange` when some lines had no receive time. */
  readonly clock: ReceiveClock;
  /** Receive times of the first and last line; absent when there was none. */
  readonly span?: { readonly from: number; readonly to: number };
  /** Paths of the sealed files; none in a dry run. */
  readonly sealed: readonly string[];
}

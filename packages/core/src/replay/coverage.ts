import type { LossReason } from "../gap.ts";
import type { ReceiveClock, SequenceCoverage } from "../archive/manifest.ts";

/** What a replay read, and what it knows it did not see. */
export interface Coverage {
  /** Files read. */
  files: number;
  /** Lines read: frames, gaps and what was sent. */
  records: number;
  /** Frames read. */
  frames: number;
  /** Gap lines for which something is missing, and stretches that could not be read, by reason. */
  readonly gaps: Partial<Record<LossReason, number>>;
  /**
   * Files that end early, are corrupt, or are missing though a manifest lists them, with the reason;
   * their readable lines were used.
   */
  readonly damaged: { readonly path: string; readonly reason: string }[];
  /** Lines skipped because they were longer than 64 MiB. */
  tooLongLines: number;
  /** Whether the exchange's sequence was judged: the weakest word of all files. */
  sequence: SequenceCoverage;
  /** `exchange` when any line had no receive time of ours. */
  clock: ReceiveClock;
  /**
   * Markets whose book or trades come from more than one stream, or from recordings in one stream
   * that overlap: their books are stale from each change to the next snapshot, and their trades may
   * be counted twice.
   */
  readonly overlappingMarkets: Set<string>;
}

/** A coverage of nothing yet. */
export function emptyCoverage(): Coverage {
  return {
    files: 0,
    records: 0,
    frames: 0,
    gaps: {},
    damaged: [],
    tooLongLines: 0,
    sequence: "checked",
    clock: "receive",
    overlappingMarkets: new Set(),
  };
}

const STRENGTH: readonly SequenceCoverage[] = ["unchecked", "partial", "checked"];

/** The weaker of two words about sequence. */
export function weakerSequence(a: SequenceCoverage, b: SequenceCoverage): SequenceCoverage {
  return STRENGTH.indexOf(a) < STRENGTH.indexOf(b) ? a : b;
}

import type { EpochMicros } from "../clock.ts";
import type { StaleReason } from "../book/order_book.ts";
import type { GapReason } from "../gap.ts";
import type { ReceiveClock, SequenceCoverage } from "../archive/manifest.ts";
import type { QualityFact } from "./quality_fact.ts";
import type { RowFact } from "./row_fact.ts";

/**
 * `clean`: nothing to be said against it; `warn`: something is missing or odd; `corrupt`: more than
 * 10 % cannot be read; `no data`: there is no frame.
 */
export type QualityVerdict = "clean" | "warn" | "corrupt" | "no data";

/** Why nothing could be said of a market: why its book was stale, or that nothing was recorded. */
export type UntrustedReason = StaleReason | "no data yet" | "file gap";

/** One thing found on a day. */
export interface QualityFinding {
  /** What it is, for programs. */
  readonly fact: QualityFact;
  /** What it does to the verdict; a `note` does nothing. */
  readonly severity: "note" | "warn" | "corrupt";
  /** How often; for a share or an age 1. */
  readonly count: number;
  /** For people, the count included. */
  readonly text: string;
}

/** What {@link checkQuality} found. */
export interface QualityReport {
  /** `corrupt` when any day is, `no data` when every day is, `clean` when every day is, else `warn`. */
  readonly verdict: QualityVerdict;
  /** The chosen streams, by folder. */
  readonly streams: readonly StreamQuality[];
  /** Markets whose book, trades or quotes lie in more than one of the streams. */
  readonly sharedMarkets: readonly string[];
}

/** One stream. */
export interface StreamQuality {
  /** Its folder; `""` when the days lie in the archive's root. */
  readonly stream: string;
  /** `exchange` when any line had no receive time of ours. */
  readonly clock: ReceiveClock;
  /** Whether the exchange's sequence was judged: the weakest word of its files. */
  readonly sequence: SequenceCoverage;
  /**
   * What says when a market traded: market objects, or the first and last row of each market, which
   * knows nothing of what came before and after.
   */
  readonly hours: "objects" | "rows";
  /** Markets that objects name, that traded in the time looked at, and of which there is no row. */
  readonly silentMarkets: readonly string[];
  /** Every day looked at, also those without data. */
  readonly days: readonly DayQuality[];
}

/** One day of a stream: what lies in that day's folder. */
export interface DayQuality {
  /** The UTC day. */
  readonly date: string;
  /** The judgement of the day. */
  readonly verdict: QualityVerdict;
  /** What led to it, the worst first, and what is worth knowing. */
  readonly findings: readonly QualityFinding[];
  /** Time of the first line, {@link EpochMicros}; absent without lines. */
  readonly first?: EpochMicros;
  /** Time of the last line. */
  readonly last?: EpochMicros;
  /** Lines read: frames, gaps and what was sent. */
  readonly records: number;
  /** Frames read. */
  readonly frames: number;
  /** Lines known to be lost with damaged and absent files; absent when nobody knows how many. */
  readonly lostRecords?: number;
  /** The files of the day that were read or could not be. */
  readonly files: readonly FileQuality[];
  /** Gaps by reason, those on purpose (`unsubscribed`) included. */
  readonly gapCounts: Readonly<Partial<Record<GapReason, number>>>;
  /** The first 1,000 of them. */
  readonly gaps: readonly GapQuality[];
  /** Stretches of more than 30 minutes between two files in which nothing was recorded. */
  readonly fileGaps: readonly FileGap[];
  /** How many frames came twice, by the exchange's numbers. */
  readonly duplicates: number;
  /** Receive time minus the exchange's; absent when no frame has both. */
  readonly messageAge?: MessageAge;
  /** Frames by unknown `type`. */
  readonly unknownTypes: Readonly<Record<string, number>>;
  /** Frames by unknown field, `type.field`. */
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Frames by field whose value could not be used, `type.field`. */
  readonly invalidFields: Readonly<Record<string, number>>;
  /** Of all markets together: the time in which they traded and a book or quote was to be had. */
  readonly coverage: CoverageQuality;
  /** Sums of {@link MarketQuality.facts}. */
  readonly facts: Readonly<Partial<Record<RowFact, number>>>;
  /** The markets with rows or trading time on the day, by ticker. */
  readonly markets: readonly MarketQuality[];
}

/** How much of the trading time the data show. */
export interface CoverageQuality {
  /** Microseconds in which the market traded, was watched, and was asked for or recorded. */
  readonly tradingTime: EpochMicros;
  /** Of that, microseconds with neither a fresh book nor a quote since the last gap. */
  readonly staleTime: EpochMicros;
  /** The same by what made it so. */
  readonly staleBy: Readonly<Partial<Record<UntrustedReason, EpochMicros>>>;
  /** Microseconds after watching was ended on purpose; not part of the trading time. */
  readonly unwatchedTime: EpochMicros;
}

/** One market on one day. */
export interface MarketQuality {
  /** Its ticker. */
  readonly ticker: string;
  /** Book snapshots. */
  readonly snapshots: number;
  /** Changes of a book level. */
  readonly deltas: number;
  /** Trades. */
  readonly trades: number;
  /** Quote summaries. */
  readonly tickers: number;
  /** See {@link CoverageQuality.tradingTime}. */
  readonly tradingTime: EpochMicros;
  /** See {@link CoverageQuality.staleTime}. */
  readonly staleTime: EpochMicros;
  /** Microseconds in which a fresh book was crossed. */
  readonly crossedTime: EpochMicros;
  /** What is odd about its rows; absent is 0. */
  readonly facts: Readonly<Partial<Record<RowFact, number>>>;
}

/** One file. */
export interface FileQuality {
  /** Its path from the archive's root. */
  readonly path: string;
  /** `absent` when only the manifest knows it, `salvaged` when another file holds its lines. */
  readonly state: "sealed" | "open" | "plain" | "absent" | "salvaged";
  /** Whether a manifest of ours describes it. */
  readonly listed: boolean;
  /** Lines read. */
  readonly records: number;
  /** Lines that are no JSON object. */
  readonly malformed: number;
  /** Lines skipped because they were too long. */
  readonly tooLong: number;
  /** Lines without a receive time of ours. */
  readonly withoutReceiveTime: number;
  /** Lines whose receive time lies before that of the line above. */
  readonly receiveTimeBack: number;
  /** Lines whose time does not lie in the folder's day. */
  readonly otherDay: number;
  /** Why the file or its rest cannot be read. */
  readonly damage?: string;
  /** Lines lost with it, when the manifest tells. */
  readonly lostRecords?: number;
  /** The first moment that may be lost. */
  readonly lostFrom?: EpochMicros;
  /** The path of an earlier file with the same content: everything in it counts twice. */
  readonly identicalTo?: string;
}

/** One gap. */
export interface GapQuality {
  /** Why frames are missing. */
  readonly reason: GapReason;
  /** When it became known. */
  readonly time: EpochMicros;
  /** Microseconds from its begin to its end; absent for a hole in the exchange's numbers. */
  readonly duration?: EpochMicros;
  /** How many frames are missing, when that is known. */
  readonly missing?: number;
  /** How many markets it names; absent means all of the stream. */
  readonly markets?: number;
  /** True when no line says so: the exchange's numbers begin anew in a recording without sessions. */
  readonly inferred?: true;
}

/** A stretch between two files in which nothing was recorded. */
export interface FileGap {
  /** Time of the last line before it. */
  readonly from: EpochMicros;
  /** Time of the first line after it. */
  readonly to: EpochMicros;
  /** The file before it. */
  readonly before: string;
  /** The file after it. */
  readonly after: string;
}

/** How old frames were when they came. With one clock behind the other, ages are negative. */
export interface MessageAge {
  /** Frames with both times. */
  readonly frames: number;
  /** Microseconds that half of them did not exceed, to 1/32. */
  readonly p50: EpochMicros;
  /** Microseconds that 99 % of them did not exceed, to 1/32. */
  readonly p99: EpochMicros;
  /** Frames that came before they were sent: the recorder's clock is behind the exchange's. */
  readonly negative: number;
}

import type { ArchiveFile } from "../archive/archive_catalog.ts";
import { LogHistogram } from "../capture/log_histogram.ts";
import type { EpochMicros } from "../clock.ts";
import type { DecodeCounts } from "../decoder.ts";
import type { Gap, GapReason } from "../gap.ts";
import { startOfDay } from "./expected_days.ts";
import { FileTally } from "./file_tally.ts";
import { MarketDay } from "./market_day.ts";
import type { FileGap, GapQuality, UntrustedReason } from "./quality_report.ts";

const MOST_GAPS = 1000;

/** What is counted of one day of a stream. */
export class StreamDay {
  /** The UTC day. */
  readonly date: string;
  /** When it begins; NaN when the folder's name is no day. */
  readonly start: EpochMicros;
  /** Time of its first line; NaN before. */
  first: EpochMicros = NaN;
  /** Time of its last line. */
  last: EpochMicros = NaN;
  /** Frames. */
  frames = 0;
  /** Frames that came twice. */
  duplicates = 0;
  /** The manifest of the day cannot be read: why. */
  manifestDamage: string | undefined;
  /** Files by path. */
  readonly files: Map<string, FileTally> = new Map();
  /** Markets by id. */
  readonly markets: Map<number, MarketDay> = new Map();
  /** Gaps by reason. */
  readonly gapCounts: Partial<Record<GapReason, number>> = {};
  /** The first gaps. */
  readonly gaps: GapQuality[] = [];
  /** Pauses between files. */
  readonly fileGaps: FileGap[] = [];
  /** Microseconds without trust by reason. */
  readonly staleBy: Partial<Record<UntrustedReason, EpochMicros>> = {};
  /** Frames by unknown type. */
  readonly unknownTypes: Map<string, number> = new Map();
  /** Frames by unknown field. */
  readonly unknownFields: Map<string, number> = new Map();
  /** Frames by unusable field. */
  readonly invalidFields: Map<string, number> = new Map();
  /** Frames that came before they were sent. */
  negativeAges = 0;
  #ages: LogHistogram | undefined;

  /** Nothing was counted yet on `date`. */
  constructor(date: string) {
    this.date = date;
    this.start = startOfDay(date);
  }

  /** The tally of `file`, made when it is new. */
  file(file: ArchiveFile): FileTally {
    let tally = this.files.get(file.path);
    if (tally === undefined) this.files.set(file.path, tally = FileTally.of(file));
    return tally;
  }

  /** The figures of the market with this id. */
  market(id: number): MarketDay {
    let market = this.markets.get(id);
    if (market === undefined) this.markets.set(id, market = new MarketDay());
    return market;
  }

  /** Notes a gap; `inferred` when no line says so. */
  addGap(gap: Gap, inferred: boolean): void {
    this.gapCounts[gap.reason] = (this.gapCounts[gap.reason] ?? 0) + 1;
    if (this.gaps.length >= MOST_GAPS) return;
    this.gaps.push({
      reason: gap.reason,
      time: gap.tsRecv,
      ...(gap.reason === "sequence" ? {} : { duration: gap.to - gap.from }),
      ...(gap.missing === undefined ? {} : { missing: gap.missing }),
      ...(gap.markets === undefined ? {} : { markets: gap.markets.length }),
      ...(inferred ? { inferred } : {}),
    });
  }

  /** Notes how old a frame was, in microseconds. */
  addAge(age: EpochMicros): void {
    if (!Number.isSafeInteger(age)) return;
    this.#ages ??= new LogHistogram();
    this.#ages.add(age);
    if (age < 0) this.negativeAges++;
  }

  /** How old frames were; `undefined` before any. */
  get ages(): LogHistogram | undefined {
    return this.#ages;
  }

  /** Adds what a decoder has met since it had met `before`. */
  addCounts(before: NameCounts, now: NameCounts): void {
    addDifference(this.unknownTypes, before.unknownTypes, now.unknownTypes);
    addDifference(this.unknownFields, before.unknownFields, now.unknownFields);
    addDifference(this.invalidFields, before.invalidFields, now.invalidFields);
  }
}

/** The counts by name of a decoder. */
export type NameCounts = Pick<DecodeCounts, "unknownTypes" | "unknownFields" | "invalidFields">;

/** The counts as they are now. */
export function copyNameCounts(counts: NameCounts): NameCounts {
  return {
    unknownTypes: new Map(counts.unknownTypes),
    unknownFields: new Map(counts.unknownFields),
    invalidFields: new Map(counts.invalidFields),
  };
}

function addDifference(
  into: Map<string, number>,
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): void {
  for (const [name, count] of now) {
    const more = count - (before.get(name) ?? 0);
    if (more > 0) into.set(name, (into.get(name) ?? 0) + more);
  }
}

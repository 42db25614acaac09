import type { GapReason } from "../gap.ts";
import type { QualityFact } from "./quality_fact.ts";
import type { DayQuality, QualityFinding, QualityVerdict } from "./quality_report.ts";
import { ROW_FACTS, type RowFact } from "./row_fact.ts";

/** A day is corrupt when more than this share of its lines, or of its files, cannot be read. */
export const MOST_CORRUPT = 0.1;
/** A day warns when less than this share of its market time is covered. */
export const LEAST_COVERAGE = 0.99;
/** A day warns when more than 1 % of its frames are older than this, in microseconds. */
export const MOST_AGE = 10_000_000;

/** What a day is judged by: everything of it but the judgement. */
export type DayFacts = Omit<DayQuality, "verdict" | "findings">;

/** Judges a day. `manifestDamage` says why its manifest cannot be read, if it cannot. */
export function judgeDay(
  day: DayFacts,
  manifestDamage?: string,
): Pick<DayQuality, "verdict" | "findings"> {
  const warnings = warningsOf(day, manifestDamage);
  const corrupt = isCorrupt(day);
  const findings = [
    ...warnings.map((finding) =>
      corrupt && UNREADABLE.includes(finding.fact)
        ? { ...finding, severity: "corrupt" as const }
        : finding
    ),
    ...notesOf(day),
  ].filter(({ count }) => count > 0);
  const isWarned = findings.some(({ severity }) => severity !== "note");
  let verdict: QualityVerdict = isWarned ? "warn" : "clean";
  if (day.frames === 0) verdict = "no data";
  if (corrupt) verdict = "corrupt";
  return { verdict, findings };
}

/** The verdict over several days. */
export function judgeAll(verdicts: readonly QualityVerdict[]): QualityVerdict {
  if (verdicts.includes("corrupt")) return "corrupt";
  if (verdicts.every((verdict) => verdict === "no data")) return "no data";
  return verdicts.every((verdict) => verdict === "clean") ? "clean" : "warn";
}

const UNREADABLE: readonly QualityFact[] = [
  "damagedFiles",
  "absentFiles",
  "lostRecords",
  "malformed",
  "tooLong",
];

function isCorrupt({ records, files }: DayFacts): boolean {
  const lost = sum(files, ({ lostRecords }) => lostRecords ?? 0);
  const tooLong = sum(files, (file) => file.tooLong);
  const bad = sum(files, ({ malformed }) => malformed) + tooLong + lost;
  if (bad > MOST_CORRUPT * (records + tooLong + lost)) return true;
  // Of a file without a manifest nobody knows how much is lost.
  const unknown = files.filter(({ damage, lostRecords }) =>
    damage !== undefined && lostRecords === undefined
  );
  return unknown.length > MOST_CORRUPT * files.length;
}

const ROW_TEXTS: Readonly<Record<RowFact, string>> = {
  inconsistencies: "book row that does not fit|book rows that do not fit",
  deltasBeforeSnapshot: "delta before a snapshot|deltas before a snapshot",
  crossedBooks: "crossed book|crossed books",
  crossedQuotes: "crossed quote|crossed quotes",
  volumeDecreases: "volume decrease|volume decreases",
  eventTimeBack: "row back in time|rows back in time",
  withoutEventTime: "row without time|rows without time",
  priceOutOfRange: "impossible price|impossible prices",
  overlaps: "change between recordings|changes between recordings",
  missingPrice: "trade without price|trades without price",
  missingSide: "trade without side|trades without side",
  missingSize: "trade without count|trades without count",
  missingBid: "quote without bid|quotes without bid",
  missingAsk: "quote without ask|quotes without ask",
  missingVolume: "quote without volume|quotes without volume",
  withoutPrice: "quote without a last price|quotes without a last price",
};

function warningsOf(day: DayFacts, manifestDamage: string | undefined): QualityFinding[] {
  const { files, coverage, messageAge } = day;
  const damaged = files.filter(({ damage, state }) =>
    damage !== undefined && state !== "absent" && state !== "salvaged"
  );
  const isListed = files.some(({ listed }) => listed);
  const covered = coverage.tradingTime === 0 ? 1 : 1 - coverage.staleTime / coverage.tradingTime;
  const age = messageAge ?? { frames: 0, p50: 0, p99: 0, negative: 0 };
  return [
    warning("damagedFiles", damaged.length, "damaged file|damaged files"),
    warning("absentFiles", countState(files, "absent"), "file missing|files missing"),
    warning("lostRecords", day.lostRecords ?? 0, "line lost|lines lost"),
    warning("damagedManifest", manifestDamage === undefined ? 0 : 1, "damaged manifest"),
    warning(
      "malformed",
      sum(files, (f) => f.malformed),
      "line no JSON object|lines no JSON objects",
    ),
    warning("tooLong", sum(files, (f) => f.tooLong), "line too long|lines too long"),
    warning("gaps", lossCount(day.gapCounts), "gap|gaps"),
    warning("fileGaps", day.fileGaps.length, "pause between files|pauses between files"),
    {
      ...warning("lowCoverage", covered < LEAST_COVERAGE ? 1 : 0, ""),
      text: `${percent(covered)} of market time covered`,
    },
    ...ROW_FACTS.filter((fact) => fact !== "withoutPrice")
      .map((fact) => warning(fact, day.facts[fact] ?? 0, ROW_TEXTS[fact]))
      .sort((a, b) => ROW_ORDER.indexOf(a.fact) - ROW_ORDER.indexOf(b.fact)),
    warning(
      "receiveTimeBack",
      sum(files, (f) => f.receiveTimeBack),
      "line received before the last|lines received before the last",
    ),
    warning("otherDay", sum(files, (f) => f.otherDay), "line of another day|lines of another day"),
    warning(
      "identicalFiles",
      files.filter(({ identicalTo }) => identicalTo !== undefined).length,
      "file twice|files twice",
    ),
    warning("duplicates", day.duplicates, "duplicate frame|duplicate frames"),
    warning(
      "unlistedFiles",
      isListed ? files.filter(({ listed, state }) => !listed && state === "sealed").length : 0,
      "file not in the manifest|files not in the manifest",
    ),
    warning("invalidFields", total(day.invalidFields), "unusable value|unusable values"),
    {
      ...warning("clockBehind", age.p50 < 0 ? 1 : 0, ""),
      text: `clock ${seconds(-age.p50)} behind`,
    },
    {
      ...warning("oldMessages", age.p99 > MOST_AGE ? 1 : 0, ""),
      text: `1 % of messages older than ${seconds(age.p99)}`,
    },
  ];
}

const ROW_ORDER: readonly string[] = Object.keys(ROW_TEXTS);

function notesOf(day: DayFacts): QualityFinding[] {
  const { files } = day;
  const withoutManifest = files.length > 0 &&
    files.every(({ listed, state }) => !listed && state !== "open");
  const isRead = ({ state, damage }: DayQuality["files"][number]) =>
    damage === undefined && state !== "salvaged" && state !== "absent";
  return [
    note("salvagedFiles", countState(files, "salvaged"), "file salvaged|files salvaged"),
    note(
      "openFiles",
      countState(files, "open"),
      "file still being written|files still being written",
    ),
    note(
      "emptyFiles",
      files.filter((file) => isRead(file) && file.records === 0).length,
      "file without a line|files without a line",
    ),
    note(
      "unknownTypes",
      total(day.unknownTypes),
      "frame of an unknown type|frames of unknown types",
    ),
    note("unknownFields", total(day.unknownFields), "unknown field|unknown fields"),
    note("withoutPrice", day.facts.withoutPrice ?? 0, ROW_TEXTS.withoutPrice),
    note("unsubscribed", day.gapCounts.unsubscribed ?? 0, "end of watching|ends of watching"),
    { ...note("noManifest", withoutManifest ? 1 : 0, ""), text: "no manifest: nothing is proven" },
    note(
      "exchangeClock",
      sum(files, (f) => f.withoutReceiveTime),
      "line without receive time|lines without receive time",
    ),
  ];
}

/** `texts` are the words for one and for several. */
function warning(fact: QualityFact, count: number, texts: string): QualityFinding {
  const [one = "", several = one] = texts.split("|");
  return { fact, severity: "warn", count, text: `${count} ${count === 1 ? one : several}` };
}

function note(fact: QualityFact, count: number, texts: string): QualityFinding {
  return { ...warning(fact, count, texts), severity: "note" };
}

function lossCount(counts: Readonly<Partial<Record<GapReason, number>>>): number {
  return total(counts) - (counts.unsubscribed ?? 0);
}

function countState(files: DayFacts["files"], state: DayFacts["files"][number]["state"]): number {
  return files.filter((file) => file.state === state).length;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0);
}

/** Rounded down, so that 100 % is all of it. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

function seconds(micros: number): string {
  return micros < 1_000_000 ? `${Math.round(micros / 1000)} ms` : `${(micros / 1e6).toFixed(1)} s`;
}

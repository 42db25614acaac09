import {
  type DayQuality,
  type FileQuality,
  formatIsoTime,
  type GapQuality,
  type QualityFinding,
  ROW_FACTS,
  type RowFact,
} from "@ssmd/core";
import { counted, grouped } from "../ui/numbers.ts";

const SHOWN = 5;

/** What stands behind a finding: which markets, files, moments; the first few of each. */
export function findingDetails(day: DayQuality, { fact }: QualityFinding): string[] {
  if (isRowFact(fact)) return marketDetails(day, fact);
  const { files } = day;
  switch (fact) {
    case "damagedFiles":
    case "absentFiles":
      return firstOf(
        files.filter(({ damage, state }) =>
          damage !== undefined && state !== "salvaged" &&
          (state === "absent") === (fact === "absentFiles")
        ),
        describeDamage,
      );
    case "salvagedFiles":
      return firstOf(files.filter(({ state }) => state === "salvaged"), describeDamage);
    case "malformed":
      return filesWith(files, ({ malformed }) => malformed);
    case "tooLong":
      return filesWith(files, ({ tooLong }) => tooLong);
    case "receiveTimeBack":
      return filesWith(files, ({ receiveTimeBack }) => receiveTimeBack);
    case "otherDay":
      return filesWith(files, ({ otherDay }) => otherDay);
    case "unlistedFiles":
      return firstOf(files.filter(({ listed, state }) => !listed && state === "sealed"), pathOf);
    case "identicalFiles":
      return firstOf(
        files.filter(({ identicalTo }) => identicalTo !== undefined),
        ({ path, identicalTo }) => `${path} is ${identicalTo} again`,
      );
    case "openFiles":
      return firstOf(files.filter(({ state }) => state === "open"), pathOf);
    case "emptyFiles":
      return firstOf(
        files.filter(({ records, damage }) => records === 0 && damage === undefined),
        pathOf,
      );
    case "gaps":
      return gapDetails(day);
    case "fileGaps":
      return firstOf(
        day.fileGaps,
        ({ from, to, before, after }) =>
          `${formatIsoTime(from)} to ${formatIsoTime(to)} (${
            duration(to - from)
          }), ${before} to ${after}`,
      );
    case "lowCoverage":
      return [coverageDetails(day)];
    case "clockBehind":
    case "oldMessages":
      return [ageDetails(day)];
    case "invalidFields":
      return [nameCounts(day.invalidFields)];
    case "unknownTypes":
      return [nameCounts(day.unknownTypes)];
    case "unknownFields":
      return [nameCounts(day.unknownFields)];
    default:
      return [];
  }
}

function isRowFact(fact: string): fact is RowFact {
  return (ROW_FACTS as readonly string[]).includes(fact);
}

function marketDetails({ markets }: DayQuality, fact: RowFact): string[] {
  const concerned = markets.flatMap(({ ticker, facts, crossedTime }) => {
    const count = facts[fact] ?? 0;
    const time = fact === "crossedBooks" && crossedTime > 0 ? ` for ${duration(crossedTime)}` : "";
    return count === 0 ? [] : [{ count, text: `${ticker} ${grouped(count)}${time}` }];
  }).sort((a, b) => b.count - a.count);
  const shown = concerned.slice(0, SHOWN).map(({ text }) => text);
  const rest = concerned.length - shown.length;
  return [shown.join(", ") + (rest > 0 ? `, and ${counted(rest, "more market")}` : "")];
}

function describeDamage({ path, damage, records, lostRecords, lostFrom }: FileQuality): string {
  const lost = lostRecords === undefined
    ? "nobody knows how much is lost"
    : `${counted(lostRecords, "line")} lost`;
  const from = lostFrom === undefined ? "" : ` from ${formatIsoTime(lostFrom)} on`;
  return `${path}: ${damage ?? ""}; ${counted(records, "line")} read, ${lost}${from}`;
}

function filesWith(files: readonly FileQuality[], of: (file: FileQuality) => number): string[] {
  const concerned = files.filter((file) => of(file) > 0).sort((a, b) => of(b) - of(a));
  return firstOf(concerned, (file) => `${file.path}: ${grouped(of(file))}`);
}

function gapDetails({ gapCounts, gaps }: DayQuality): string[] {
  const reasons = Object.entries(gapCounts).filter(([reason]) => reason !== "unsubscribed")
    .map(([reason, count]) => `${reason} ${grouped(count)}`);
  const losses = gaps.filter(({ reason }) => reason !== "unsubscribed");
  return [reasons.join(", "), ...firstOf(losses, describeGap)];
}

function describeGap(gap: GapQuality): string {
  const long = gap.duration === undefined ? "" : `, ${duration(gap.duration)}`;
  const missing = gap.missing === undefined ? "" : `, ${counted(gap.missing, "frame")} missing`;
  const markets = gap.markets === undefined ? "all markets" : counted(gap.markets, "market");
  const inferred = gap.inferred === true ? ", seen in the exchange's numbers" : "";
  return `${formatIsoTime(gap.time)} ${gap.reason}${long}${missing}, ${markets}${inferred}`;
}

function coverageDetails({ coverage, markets }: DayQuality): string {
  const reasons = Object.entries(coverage.staleBy).sort(([, a], [, b]) => b - a)
    .map(([reason, micros]) => `${reason} ${duration(micros)}`);
  const worst = markets.filter(({ staleTime }) => staleTime > 0)
    .sort((a, b) => b.staleTime - a.staleTime).slice(0, SHOWN)
    .map(({ ticker, staleTime, tradingTime }) =>
      `${ticker} ${duration(staleTime)} of ${duration(tradingTime)}`
    );
  return `not covered: ${reasons.join(", ")}; most in ${worst.join(", ")}`;
}

function ageDetails({ messageAge }: DayQuality): string {
  if (messageAge === undefined) return "";
  const { frames, p50, p99, negative } = messageAge;
  return `median ${millis(p50)}, 99 % within ${millis(p99)}; ${grouped(negative)} of ${
    grouped(frames)
  } received before they were sent`;
}

function nameCounts(counts: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, SHOWN).map(([name, count]) => `${name} ${grouped(count)}`);
  const rest = sorted.length - shown.length;
  return shown.join(", ") + (rest > 0 ? `, and ${grouped(rest)} more` : "");
}

function firstOf<T>(items: readonly T[], describe: (item: T) => string): string[] {
  const shown = items.slice(0, SHOWN).map(describe);
  const rest = items.length - shown.length;
  return rest > 0 ? [...shown, `… and ${grouped(rest)} more`] : shown;
}

function pathOf({ path }: FileQuality): string {
  return path;
}

function millis(micros: number): string {
  return `${Math.round(micros / 1000)} ms`;
}

/** `8 s`, `12 min`, `3 h 5 min`; a length of time in microseconds. */
export function duration(micros: number): string {
  if (micros < 1_000_000) return millis(micros);
  const seconds = Math.round(micros / 1e6);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}

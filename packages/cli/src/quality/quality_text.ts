import type {
  DayQuality,
  QualityFinding,
  QualityReport,
  QualityVerdict,
  StreamQuality,
} from "@ssmd/core";
import { counted, grouped } from "../ui/numbers.ts";
import { type Column, facts, paragraph, table } from "../ui/table.ts";
import { type Style, styled, type Terminal } from "../ui/terminal.ts";
import { findingDetails } from "./finding_details.ts";

const STYLES: Readonly<Record<QualityVerdict, Style>> = {
  clean: "green",
  warn: "yellow",
  corrupt: "red",
  "no data": "dim",
};
/** Longer runs of days without data are one line. */
const MOST_EMPTY_ROWS = 3;
const NAMES_SHOWN = 3;

/** Writes the report for people: a line a day, then what is behind all that is not clean. */
export function describeQuality(report: QualityReport, terminal: Terminal): void {
  const { columns } = terminal;
  const many = report.streams.length > 1;
  for (const stream of report.streams) {
    if (many) terminal.out(`${styled(terminal, "bold", nameOf(stream))}\n`);
    terminal.out(`${dayTable(stream, columns)}\n`);
  }
  for (const stream of report.streams) {
    for (const day of stream.days) describeDay(stream, day, many, terminal);
  }
  const days = report.streams.flatMap((stream) => stream.days);
  terminal.out(facts([
    ["days", countVerdicts(days)],
    ["records", grouped(days.reduce((sum, { records }) => sum + records, 0))],
    ["covered", coverageText(report)],
    ["clock", wordsOf(report, ({ clock }) => clock)],
    ["sequence", wordsOf(report, ({ sequence }) => sequence)],
    ...silentRow(report),
    ...sharedRow(report),
    ["result", styled(terminal, STYLES[report.verdict], report.verdict)],
  ], columns));
}

function dayTable({ days }: StreamQuality, width: number): string {
  const columns: Column[] = [
    { head: "DAY" },
    { head: "VERDICT" },
    { head: "RECORDS", align: "right", droppable: 1 },
    { head: "MARKETS", align: "right", droppable: 3 },
    { head: "COVERED", align: "right", droppable: 2 },
    { head: "WORST" },
  ];
  // What is left beside day and verdict when all columns are shown, or only those.
  const room = width >= 60 ? width - 50 : width - 21;
  const rows: string[][] = [];
  for (let i = 0; i < days.length; i++) {
    const day = days[i]!;
    const empty = emptyDaysFrom(days, i);
    const isRun = empty > MOST_EMPTY_ROWS;
    rows.push([
      day.date,
      day.verdict,
      grouped(day.records),
      grouped(day.markets.length),
      percentCovered(day),
      isRun ? `to ${days[i + empty - 1]!.date}` : worstOf(day, room),
    ]);
    if (isRun) i += empty - 1;
  }
  return table(columns, rows, width);
}

/** How many days from `index` on have neither data nor anything to say. */
function emptyDaysFrom(days: readonly DayQuality[], index: number): number {
  let count = 0;
  while (days[index + count]?.verdict === "no data" && days[index + count]!.findings.length === 0) {
    count++;
  }
  return count;
}

/** The worst findings that fit into `room`, at least one. */
function worstOf({ findings }: DayQuality, room: number): string {
  const bad = findings.filter(({ severity }) => severity !== "note").map(textOf);
  let text = bad[0] ?? "";
  for (const next of bad.slice(1)) {
    if (text.length + 2 + next.length > room) return text.length + 3 > room ? text : `${text}, …`;
    text = `${text}, ${next}`;
  }
  return text;
}

function describeDay(
  stream: StreamQuality,
  day: DayQuality,
  many: boolean,
  terminal: Terminal,
): void {
  if (day.verdict === "clean" || day.findings.length === 0) return;
  const head = `${day.date}${many ? ` ${nameOf(stream)}` : ""}`;
  terminal.out(`${head} ${styled(terminal, STYLES[day.verdict], day.verdict)}\n`);
  for (const finding of day.findings) {
    const lead = finding.severity === "note" ? "note: " : "";
    const details = findingDetails(day, finding).filter((text) => text !== "");
    const [only] = details;
    const isShort = details.length === 1 && only !== undefined;
    indented(`${lead}${textOf(finding)}${isShort ? `: ${only}` : ""}`, 2, terminal);
    if (!isShort) { for (const text of details) indented(text, 4, terminal); }
  }
  terminal.out("\n");
}

function indented(text: string, by: number, terminal: Terminal): void {
  const lines = paragraph(text, terminal.columns - by - 2);
  terminal.out(lines.replaceAll(/^/gm, " ".repeat(by)).trimEnd() + "\n");
}

/** The finding's text with its number grouped. */
function textOf({ text, count }: QualityFinding): string {
  return text.startsWith(`${count} `) ? grouped(count) + text.slice(String(count).length) : text;
}

function countVerdicts(days: readonly DayQuality[]): string {
  const verdicts: readonly QualityVerdict[] = ["clean", "warn", "corrupt", "no data"];
  const counts = verdicts.map((verdict) =>
    [verdict, days.filter((day) => day.verdict === verdict).length] as const
  ).filter(([, count]) => count > 0);
  return counts.map(([verdict, count]) => `${grouped(count)} ${verdict}`).join(", ") || "none";
}

function coverageText({ streams }: QualityReport): string {
  const days = streams.flatMap((stream) => stream.days);
  const trading = days.reduce((sum, { coverage }) => sum + coverage.tradingTime, 0);
  const stale = days.reduce((sum, { coverage }) => sum + coverage.staleTime, 0);
  const isKnown = streams.every(({ hours }) => hours === "objects");
  const basis = isKnown
    ? "of the time in which the markets traded"
    : "of the time from each market's first row to its last";
  return trading === 0 ? "nothing" : `${percent(1 - stale / trading)} ${basis}`;
}

function percentCovered({ coverage: { tradingTime, staleTime } }: DayQuality): string {
  return tradingTime === 0 ? "" : percent(1 - staleTime / tradingTime);
}

/** Rounded down, so that 100 % is all of it. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

function wordsOf(report: QualityReport, of: (stream: StreamQuality) => string): string {
  const words = [...new Set(report.streams.map(of))];
  return words.length === 1
    ? words[0]!
    : report.streams.map((stream) => `${nameOf(stream)} ${of(stream)}`).join(", ");
}

function silentRow({ streams }: QualityReport): [string, string][] {
  const names = streams.flatMap(({ silentMarkets }) => silentMarkets);
  return names.length === 0 ? [] : [[
    "silent",
    `${counted(names.length, "market")} with an object and without a row: ${listed(names)}`,
  ]];
}

function sharedRow({ sharedMarkets }: QualityReport): [string, string][] {
  return sharedMarkets.length === 0 ? [] : [[
    "shared",
    `${counted(sharedMarkets.length, "market")} in more than one stream, choose with --stream: ${
      listed(sharedMarkets)
    }`,
  ]];
}

function listed(names: readonly string[]): string {
  return names.slice(0, NAMES_SHOWN).join(", ") + (names.length > NAMES_SHOWN ? ", …" : "");
}

function nameOf({ stream }: StreamQuality): string {
  return stream === "" ? "(no stream)" : stream;
}

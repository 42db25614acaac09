import assert from "node:assert/strict";
import { test } from "node:test";
import { type DayFacts, judgeAll, judgeDay } from "./judge_day.ts";
import type { FileQuality } from "./quality_report.ts";

const FILE: FileQuality = {
  path: "2026-01-05/0000.jsonl.gz",
  state: "sealed",
  listed: true,
  records: 100,
  malformed: 0,
  tooLong: 0,
  withoutReceiveTime: 0,
  receiveTimeBack: 0,
  otherDay: 0,
};

function day(change: Partial<DayFacts> = {}): DayFacts {
  return {
    date: "2026-01-05",
    records: 100,
    frames: 100,
    files: [FILE],
    gapCounts: {},
    gaps: [],
    fileGaps: [],
    duplicates: 0,
    unknownTypes: {},
    unknownFields: {},
    invalidFields: {},
    coverage: { tradingTime: 1000, staleTime: 0, staleBy: {}, unwatchedTime: 0 },
    facts: {},
    markets: [],
    ...change,
  };
}

const verdictOf = (change: Partial<DayFacts>) => judgeDay(day(change)).verdict;
const files = (...changes: Partial<FileQuality>[]) =>
  changes.map((change) => ({ ...FILE, ...change }));

test("A day of which nothing is to be said is clean, one without frames has no data", () => {
  assert.deepEqual(judgeDay(day()), { verdict: "clean", findings: [] });
  assert.equal(verdictOf({ records: 0, frames: 0, files: [] }), "no data");
  assert.equal(verdictOf({ records: 3, frames: 0, gapCounts: { restart: 3 } }), "no data");
});

test("More than a tenth of lost or unreadable lines is corrupt", () => {
  assert.equal(verdictOf({ files: files({ malformed: 10 }) }), "warn");
  assert.equal(verdictOf({ files: files({ malformed: 11 }) }), "corrupt");
  assert.equal(verdictOf({ records: 90, files: files({ damage: "x", lostRecords: 10 }) }), "warn");
  assert.equal(
    verdictOf({ records: 89, files: files({ damage: "x", lostRecords: 11 }) }),
    "corrupt",
  );
  assert.equal(verdictOf({ records: 80, files: files({ tooLong: 20 }) }), "corrupt");
  assert.equal(verdictOf({ records: 0, frames: 0, files: files({ damage: "x" }) }), "corrupt");
});

test("More than a tenth of files with a loss of unknown size is corrupt", () => {
  const nine = Array.from({ length: 9 }, () => ({}));
  assert.equal(verdictOf({ files: files(...nine, { damage: "x" }) }), "warn");
  assert.equal(verdictOf({ files: files(...nine.slice(1), { damage: "x" }) }), "corrupt");
});

test("What cannot be read comes before what is missing, and that before what is odd", () => {
  const { findings } = judgeDay(day({
    files: files({ malformed: 1, withoutReceiveTime: 2 }),
    gapCounts: { sequence: 2, unsubscribed: 1 },
    facts: { missingVolume: 4, crossedQuotes: 3, withoutPrice: 5 },
    coverage: { tradingTime: 1000, staleTime: 11, staleBy: {}, unwatchedTime: 0 },
  }));
  assert.deepEqual(findings.map(({ severity, text }) => `${severity}: ${text}`), [
    "warn: 1 line no JSON object",
    "warn: 2 gaps",
    "warn: 98.9 % of market time covered",
    "warn: 3 crossed quotes",
    "warn: 4 quotes without volume",
    "note: 5 quotes without a last price",
    "note: 1 end of watching",
    "note: 2 lines without receive time",
  ]);
});

test("A hundredth of the market time may be stale", () => {
  const coverage = { tradingTime: 1000, staleTime: 10, staleBy: {}, unwatchedTime: 0 };
  assert.equal(verdictOf({ coverage }), "clean");
});

test("Over several days the worst counts, and days without data make a clean rest doubtful", () => {
  assert.equal(judgeAll(["clean", "corrupt", "no data"]), "corrupt");
  assert.equal(judgeAll(["clean", "clean"]), "clean");
  assert.equal(judgeAll(["clean", "no data"]), "warn");
  assert.equal(judgeAll(["no data", "no data"]), "no data");
  assert.equal(judgeAll([]), "no data");
});

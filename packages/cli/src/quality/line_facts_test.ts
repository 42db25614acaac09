import type {} from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bookFrame,
  check,
  checkDay,
  DAY,
  DAY_SECONDS,
  fileOf,
  gapLine,
  notes,
  quote,
  stamped,
  trade,
  warnings,
} from "./quality_test_support.ts";

const quotes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => quote(from + i));

test("Lines that are no JSON object warn up to a tenth, and make a day corrupt beyond it", async () => {
  const tenth = await checkDay([...quotes(9), "{torn"]);
  assert.deepEqual([tenth.verdict, warnings(tenth)], ["warn", { malformed: 1 }]);
  assert.equal(tenth.files[0]!.malformed, 1);
  const more = await checkDay([...quotes(8), "{torn", "[1]"]);
  assert.deepEqual([more.verdict, warnings(more)], ["corrupt", { malformed: 2 }]);
  assert.equal(more.findings[0]!.severity, "corrupt");
});

test("Blank lines are nothing", async () => {
  const day = await checkDay([quote(0), "", "  ", quote(1)]);
  assert.deepEqual([day.verdict, day.records], ["clean", 2]);
});

test("Unknown types and fields are named and are notes", async () => {
  const day = await checkDay([
    quote(0, { mood: "good" }),
    quote(1, { mood: "bad" }),
    { type: "weather", msg: {} },
  ]);
  assert.equal(day.verdict, "clean");
  assert.deepEqual(day.unknownFields, { "ticker.mood": 2 });
  assert.deepEqual(day.unknownTypes, { weather: 1 });
  assert.deepEqual(notes(day), {
    unknownTypes: 1,
    unknownFields: 2,
    noManifest: 1,
    exchangeClock: 3,
  });
});

test("Counts by name belong to their day", async () => {
  const next = DAY_SECONDS + 86_400;
  const { streams } = await check({
    [`${DAY}/0000.jsonl.gz`]: [quote(0), { type: "weather", msg: {} }],
    "2026-01-06/0000.jsonl.gz": [quote(0, { ts: next }), { type: "tide", msg: {} }],
  });
  assert.deepEqual(streams[0]!.days.map(({ unknownTypes }) => unknownTypes), [
    { weather: 1 },
    { tide: 1 },
  ]);
});

test("Receive times that go back within a file are counted", async () => {
  const day = await checkDay([
    stamped(1, quote(1), "s1", 1),
    stamped(3, quote(2), "s1", 2),
    stamped(2, quote(3), "s1", 3),
  ]);
  assert.deepEqual(warnings(day), { receiveTimeBack: 1 });
});

test("Lines of another day are counted", async () => {
  const day = await checkDay([quote(0), quote(86_399), quote(86_400), quote(90_000)]);
  assert.deepEqual(warnings(day), { otherDay: 2 });
});

test("Two files more than half an hour apart have a pause between them, unless a session lives on", async () => {
  const paused = await check({
    [`${DAY}/a.jsonl.gz`]: [quote(0)],
    [`${DAY}/b.jsonl.gz`]: [quote(1800)],
    [`${DAY}/c.jsonl.gz`]: [quote(3601)],
  });
  assert.deepEqual(paused.streams[0]!.days[0]!.fileGaps, [{
    from: (DAY_SECONDS + 1800) * 1_000_000,
    to: (DAY_SECONDS + 3601) * 1_000_000,
    before: `${DAY}/b.jsonl.gz`,
    after: `${DAY}/c.jsonl.gz`,
  }]);
  const goesOn = await check({
    [`${DAY}/a.jsonl.gz`]: [stamped(0, quote(0))],
    [`${DAY}/b.jsonl.gz`]: [stamped(4000, quote(4000), "s1", 2)],
  });
  assert.deepEqual(warnings(goesOn.streams[0]!.days[0]!), {});
});

test("Gaps are listed by reason with their length; those on purpose are a note", async () => {
  const day = await checkDay([
    stamped(0, quote(0)),
    gapLine(1, 3),
    gapLine(4, 4, { reason: "sequence", sid: 1, from: 7, to: 9, missing: 3, markets: ["A"] }),
    gapLine(5, 5, { reason: "unsubscribed", markets: ["A"] }),
    stamped(6, quote(6), "s1", 2),
  ]);
  assert.deepEqual(day.gapCounts, { disconnect: 1, sequence: 1, unsubscribed: 1 });
  const micros = (second: number) => (DAY_SECONDS + second) * 1_000_000;
  assert.deepEqual(day.gaps, [
    { reason: "disconnect", time: micros(3), duration: 2_000_000 },
    { reason: "sequence", time: micros(4), missing: 3, markets: 1 },
    { reason: "unsubscribed", time: micros(5), duration: 0, markets: 1 },
  ]);
  assert.equal(warnings(day)["gaps"], 2);
  assert.equal(notes(day)["unsubscribed"], 1);
});

test("A restart that only the exchange's numbers tell is a gap, said to be inferred", async () => {
  const day = await checkDay([
    quote(0),
    bookFrame(8, "snapshot", { yes: [[40, 10]], ts: "2026-01-05T00:00:01Z" }),
    bookFrame(2, "snapshot", { yes: [[40, 10]], ts: "2026-01-05T00:00:05Z" }),
  ]);
  assert.deepEqual(day.gaps, [{
    reason: "restart",
    time: (DAY_SECONDS + 5) * 1_000_000,
    duration: 4_000_000,
    markets: 1,
    inferred: true,
  }]);
});

test("Frames that came twice are counted", async () => {
  const frame = bookFrame(5, "snapshot", { yes: [[40, 10]] });
  const day = await checkDay([
    stamped(0, quote(0)),
    stamped(1, frame, "s1", 2),
    stamped(2, frame, "s1", 3),
  ]);
  assert.deepEqual([day.duplicates, warnings(day)], [1, { duplicates: 1 }]);
});

test("Ages of messages are given, and a clock that is behind warns", async () => {
  const late = Array.from({ length: 100 }, (_, i) => stamped(i + (i < 98 ? 2 : 30), quote(i)));
  const day = await checkDay(late);
  assert.deepEqual([day.messageAge?.frames, day.messageAge?.negative], [100, 0]);
  const { p50, p99 } = day.messageAge!;
  assert.ok(p50 >= 2_000_000 && p50 <= 2_000_000 * 33 / 32, `${p50}`);
  assert.ok(p99 >= 30_000_000 && p99 <= 30_000_000 * 33 / 32, `${p99}`);
  assert.deepEqual(warnings(day), { oldMessages: 1 });
  const early = await checkDay([0, 1, 2].map((i) => stamped(i, quote(i + 1))));
  assert.deepEqual(warnings(early), { clockBehind: 1 });
  assert.equal(early.messageAge?.negative, 3);
});

test("A file of which no line has a receive time has no ages, and its clock is the exchange's", async () => {
  const { streams } = await check({ [`${DAY}/0000.jsonl.gz`]: [quote(0), trade(1)] });
  assert.equal(streams[0]!.clock, "exchange");
  assert.equal(streams[0]!.days[0]!.messageAge, undefined);
  assert.equal(streams[0]!.days[0]!.files[0]!.withoutReceiveTime, 2);
});

test("Days between others, and days that were asked for, are there without data", async () => {
  const later = DAY_SECONDS + 2 * 86_400;
  const files = {
    [`${DAY}/0000.jsonl.gz`]: [quote(0)],
    "2026-01-07/0000.jsonl.gz": [quote(0, { ts: later })],
  };
  const verdicts = async (days?: object) =>
    (await check(files, days === undefined ? {} : { days })).streams[0]!.days
      .map(({ date, verdict }) => `${date.slice(-2)} ${verdict}`);
  assert.deepEqual((await verdicts()).map((text) => text.slice(0, 10)), [
    "05 warn",
    "06 no data",
    "07 clean",
  ]);
  assert.deepEqual(await verdicts({ from: "2026-01-07", to: "2026-01-08" }), [
    "07 clean",
    "08 no data",
  ]);
  assert.deepEqual(await verdicts({ dates: ["2026-01-04", "2026-01-05"] }), [
    "04 no data",
    "05 clean",
  ]);
  assert.equal((await check(files, { days: { dates: ["2020-01-01"] } })).verdict, "no data");
});

test("A file with the bytes of another is named, and one that overlaps another counts per change", async () => {
  const twice = await check({
    [`${DAY}/a.jsonl.gz`]: [stamped(0, quote(0)), stamped(9, quote(9), "s1", 2)],
    [`${DAY}/b.jsonl.gz`]: [stamped(0, quote(0)), stamped(9, quote(9), "s1", 2)],
  });
  const day = twice.streams[0]!.days[0]!;
  assert.equal(day.files[1]!.identicalTo, `${DAY}/a.jsonl.gz`);
  assert.deepEqual(warnings(day), { overlaps: 3, identicalFiles: 1 });
});

test("A market in two streams is named", async () => {
  const report = await check({
    [`kalshi/one/${DAY}/a.jsonl.gz`]: [quote(0)],
    [`kalshi/two/${DAY}/a.jsonl.gz`]: [quote(0), quote(1, { market_ticker: "B" })],
  });
  assert.deepEqual(report.sharedMarkets, ["A"]);
  assert.deepEqual(report.streams.map(({ stream }) => stream), ["kalshi/one", "kalshi/two"]);
});

test("A cut file without a manifest is corrupt: nobody knows how much is lost", async () => {
  const whole = fileOf(Array.from({ length: 400 }, (_, i) => quote(i, { volume: i * i })));
  const { streams } = await check({
    [`${DAY}/0000.jsonl.gz`]: whole.subarray(0, whole.length / 2),
  });
  const day = streams[0]!.days[0]!;
  assert.equal(day.verdict, "corrupt");
  const [file] = day.files;
  assert.equal(file!.lostRecords, undefined);
  assert.equal(file!.records, day.records);
  assert.ok(file!.records > 0 && file!.records < 400);
  assert.equal(file!.lostFrom, day.last);
  assert.match(file!.damage!, /gz/);
});

test("A file that is empty and one that is no gzip file are told apart", async () => {
  const { streams } = await check({
    [`${DAY}/a.jsonl.gz`]: quotes(2),
    [`${DAY}/b.jsonl.gz`]: [],
    [`${DAY}/c.jsonl.gz`]: new TextEncoder().encode("no gzip"),
  });
  const day = streams[0]!.days[0]!;
  assert.equal(notes(day)["emptyFiles"], 1);
  assert.equal(warnings(day)["damagedFiles"], 1);
});

test("A line that is too long is skipped and counted with its file", async () => {
  // One byte more than the 64 MiB that a line of others may have, and its newline.
  const long = new Uint8Array(64 * 1024 * 1024 + 2).fill(0x78);
  long[long.length - 1] = 0x0a;
  const report = await check({
    [`one/${DAY}/a.jsonl`]: new TextEncoder().encode(`${JSON.stringify(quote(0))}\n`),
    [`two/${DAY}/a.jsonl`]: new TextEncoder().encode(`${JSON.stringify(quote(0))}\n`),
    [`two/${DAY}/b.jsonl`]: long,
    [`two/${DAY}/c.jsonl`]: new TextEncoder().encode(`${JSON.stringify(quote(9))}\n`),
  });
  const tooLong = report.streams.map(({ days: [day] }) => day!.files.map((file) => file.tooLong));
  assert.deepEqual(tooLong, [[0], [0, 1, 0]]);
});

import type { CoverageQuality, DayQuality, MarketInfo } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bookFrame,
  check,
  checkDay,
  DAY,
  DAY_SECONDS,
  gapLine,
  quote,
  stamped,
  trade,
  warnings,
} from "./quality_test_support.ts";

const SECOND = 1_000_000;
const micros = (second: number) => (DAY_SECONDS + second) * SECOND;
const NEXT = "2026-01-06";
const DAY_LENGTH = 86_400;

/** Trading and stale time in seconds, and why it was stale. */
function seconds({ tradingTime, staleTime, staleBy, unwatchedTime }: CoverageQuality): unknown {
  const by = Object.entries(staleBy).map(([reason, time]) => [reason, time / SECOND]);
  return [tradingTime / SECOND, staleTime / SECOND, Object.fromEntries(by), unwatchedTime / SECOND];
}

async function covered(...args: Parameters<typeof check>): Promise<unknown[]> {
  return (await check(...args)).streams[0]!.days.map(({ coverage }) => seconds(coverage));
}

test("Without objects a market counts from its first row to its last, and is known by its quotes", async () => {
  const { coverage } = await checkDay([trade(10), quote(14), quote(20), trade(50)]);
  assert.deepEqual(seconds(coverage), [40, 4, { "no data yet": 4 }, 0]);
});

test("A gap is stale from where it began to the next quote", async () => {
  const day = await checkDay([
    stamped(0, quote(0)),
    gapLine(10, 30),
    stamped(34, quote(34), "s1", 2),
    stamped(100, quote(100), "s1", 3),
  ]);
  assert.deepEqual(seconds(day.coverage), [100, 24, { disconnect: 24 }, 0]);
  assert.deepEqual(warnings(day), { gaps: 1, lowCoverage: 1 });
  assert.match(day.findings[1]!.text, /^76\.0 % /);
});

test("A gap after a market's last row takes nothing from it", async () => {
  const day = await checkDay([
    stamped(0, quote(0)),
    stamped(9, quote(9), "s1", 2),
    gapLine(20, 30),
  ]);
  assert.deepEqual(seconds(day.coverage), [9, 0, {}, 0]);
});

test("A fresh book is enough, and so is a quote while the book is stale", async () => {
  const book = bookFrame(1, "snapshot", { yes: [[40, 10]] });
  const bad = bookFrame(2, "delta", { price: 41, delta: -5, side: "yes" });
  const good = bookFrame(3, "snapshot", { yes: [[40, 10]] });
  const bookOnly = await checkDay([
    stamped(0, book),
    stamped(10, bad, "s1", 2),
    stamped(25, good, "s1", 3),
    stamped(60, trade(60), "s1", 4),
  ]);
  assert.deepEqual(seconds(bookOnly.coverage), [60, 15, { inconsistency: 15 }, 0]);
  const both = await checkDay([
    stamped(0, quote(0)),
    stamped(0, book, "s1", 2),
    stamped(10, bad, "s1", 3),
    stamped(25, good, "s1", 4),
  ]);
  assert.deepEqual(seconds(both.coverage), [25, 0, {}, 0]);
});

test("A gap that concerns no books leaves fresh books alone", async () => {
  const day = await checkDay([
    stamped(0, bookFrame(1, "snapshot", { yes: [[40, 10]] })),
    gapLine(10, 20, { sid: 2, books: false }),
    stamped(60, trade(60), "s1", 2),
  ]);
  assert.deepEqual(seconds(day.coverage), [60, 0, {}, 0]);
});

test("A gap that names markets concerns only those", async () => {
  const day = await checkDay([
    stamped(0, quote(0)),
    stamped(0, quote(0, { market_ticker: "B" }), "s1", 2),
    gapLine(10, 20, { markets: ["B"] }),
    stamped(40, quote(40), "s1", 3),
    stamped(40, quote(40, { market_ticker: "B" }), "s1", 4),
  ]);
  const stale = (day: DayQuality) =>
    day.markets.map(({ ticker, staleTime }) => [ticker, staleTime]);
  assert.deepEqual(stale(day), [["A", 0], ["B", 30 * SECOND]]);
});

test("Time after watching was ended on purpose is not asked for", async () => {
  const day = await checkDay([
    stamped(0, quote(0)),
    gapLine(10, 10, { reason: "unsubscribed", markets: ["A"] }),
    stamped(40, quote(40), "s1", 2),
    stamped(50, quote(50), "s1", 3),
  ]);
  assert.deepEqual(seconds(day.coverage), [20, 0, {}, 30]);
  assert.equal(day.verdict, "clean");
});

test("A pause between files is stale from the last line before it", async () => {
  assert.deepEqual(
    await covered({
      [`${DAY}/a.jsonl.gz`]: [quote(0), quote(100)],
      [`${DAY}/b.jsonl.gz`]: [quote(2100), quote(2200)],
    }),
    [[2200, 2000, { "file gap": 2000 }, 0]],
  );
});

test("Stale time is spread over the days that it lasts, days without data included", async () => {
  assert.deepEqual(
    await covered({
      [`${DAY}/a.jsonl.gz`]: [quote(DAY_LENGTH - 100)],
      ["2026-01-07/a.jsonl.gz"]: [quote(2 * DAY_LENGTH + 50), quote(2 * DAY_LENGTH + 90)],
    }),
    [
      [100, 100, { "file gap": 100 }, 0],
      [DAY_LENGTH, DAY_LENGTH, { "file gap": DAY_LENGTH }, 0],
      [90, 50, { "file gap": 50 }, 0],
    ],
  );
});

test("With objects a market counts while it trades and data were recorded, before its first row too", async () => {
  const markets: MarketInfo[] = [
    { ticker: "A", openTime: micros(20), closeTime: micros(80) },
    { ticker: "B", openTime: micros(-500), closeTime: micros(9000) },
    { ticker: "SILENT", openTime: micros(10) },
    { ticker: "LATER", openTime: micros(9000) },
  ];
  const files = {
    [`${DAY}/a.jsonl.gz`]: [
      quote(0, { market_ticker: "B" }),
      quote(30),
      quote(99),
      quote(100, { market_ticker: "B" }),
    ],
  };
  const { streams } = await check(files, { markets });
  const [stream] = streams;
  assert.deepEqual(
    stream!.days[0]!.markets.map(({ tradingTime, staleTime }) => [tradingTime, staleTime]),
    [[60 * SECOND, 10 * SECOND], [100 * SECOND, 0]],
  );
  assert.deepEqual([stream!.hours, stream!.silentMarkets], ["objects", ["SILENT"]]);
});

test("With objects and days that were asked for all of these days counts", async () => {
  const markets: MarketInfo[] = [{ ticker: "A" }];
  const files = { [`${DAY}/a.jsonl.gz`]: [quote(100), quote(200)] };
  const start = { "no data yet": 100 };
  assert.deepEqual(await covered(files, { markets }), [[100, 0, {}, 0]]);
  assert.deepEqual(await covered(files, { markets, days: { from: DAY } }), [[200, 100, start, 0]]);
  assert.deepEqual(await covered(files, { markets, days: { from: DAY, to: NEXT } }), [
    [DAY_LENGTH, 100, start, 0],
    [DAY_LENGTH, 0, {}, 0],
  ]);
});

test("Two recordings of one market that overlap make its book doubtful at each change", async () => {
  const snapshot = (seq: number) => bookFrame(seq, "snapshot", { yes: [[40, 10]] });
  const delta = (seq: number) => bookFrame(seq, "delta", { price: 41, delta: 5, side: "yes" });
  const { streams } = await check({
    [`${DAY}/a.jsonl.gz`]: [
      stamped(0, snapshot(1), "one", 1),
      stamped(10, delta(2), "one", 2),
      stamped(30, delta(3), "one", 3),
    ],
    [`${DAY}/b.jsonl.gz`]: [
      stamped(5, snapshot(1), "two", 1),
      stamped(20, delta(2), "two", 2),
      stamped(40, snapshot(3), "two", 3),
    ],
  });
  const day = streams[0]!.days[0]!;
  assert.equal(day.facts.overlaps, 5);
  assert.deepEqual(seconds(day.coverage), [40, 30, { restart: 30 }, 0]);
});

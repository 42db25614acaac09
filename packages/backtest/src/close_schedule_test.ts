import type { KnownClose, MarketInfo } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { closeAtStart, CloseSchedule } from "./close_schedule.ts";

function scheduleOf(...markets: readonly MarketInfo[]): CloseSchedule {
  return new CloseSchedule(new Map(markets.map((info) => [info.ticker, info])));
}

/** Moved twice: known as 100 by 5, as 80 from 20 on, as 90 from 40 on. */
const MOVED: MarketInfo = {
  ticker: "M",
  closeTime: 90,
  closes: [{ time: 5, closeTime: 100 }, { time: 20, closeTime: 80 }, { time: 40, closeTime: 90 }],
};
const UNDATED: MarketInfo = { ticker: "U", closeTime: 70 };

/** Takes all that comes, as `time ticker` where something moved. */
function taken(schedule: CloseSchedule): readonly string[] {
  const moves: string[] = [];
  while (schedule.nextTime < Infinity) {
    const { nextTime } = schedule;
    const ticker = schedule.take();
    if (ticker !== undefined) moves.push(`${nextTime} ${ticker} ${schedule.closeTimeOf(ticker)}`);
  }
  return moves;
}

test("The oldest close counts from the start, the others from when they were known, in time order", () => {
  const other = {
    ticker: "O",
    closeTime: 60,
    closes: [{ time: 1, closeTime: 50 }, { time: 30, closeTime: 50 }, { time: 30, closeTime: 60 }],
  };
  const schedule = scheduleOf(MOVED, UNDATED, other, { ticker: "N" });
  const known = ["M", "U", "O", "N", "?"].map((ticker) => schedule.closeTimeOf(ticker));
  assert.deepEqual(known, [100, 70, 50, undefined, undefined]);
  assert.deepEqual([closeAtStart(MOVED), closeAtStart(UNDATED)], [100, 70]);
  assert.deepEqual(taken(schedule), ["20 M 80", "30 O 60", "40 M 90"]);
  assert.equal(schedule.take(), undefined);
});

test("Trading ends at the last word about the close, whoever knows of it", () => {
  const schedule = scheduleOf(MOVED, UNDATED, { ticker: "N" });
  const ends = () => ["M", "U", "N"].map((ticker) => schedule.endOf(ticker));
  assert.deepEqual(ends(), [90, 70, Infinity]);
  for (const ticker of ["M", "U", "N"]) schedule.announce(ticker, 33, 30);
  assert.deepEqual(ends(), [90, 70, 33], "what is newer than the announcement stands");
  for (const ticker of ["M", "U", "N"]) schedule.announce(ticker, 44, 41);
  assert.deepEqual(
    ends(),
    [44, 70, 44],
    "the announcement is newer than what M's information says",
  );
});

test("Announcements and dated information replace each other as they come", () => {
  const schedule = scheduleOf(MOVED);
  schedule.take();
  assert.equal(schedule.announce("M", 100, 10), false);
  assert.equal(schedule.announce("M", 95, 11), true);
  assert.equal(schedule.announce("other", 95, 11), false);
  assert.equal(schedule.closeTimeOf("other"), undefined);
  assert.deepEqual(taken(schedule), ["20 M 80", "40 M 90"]);
});

test("Without given markets every announcement counts", () => {
  const schedule = new CloseSchedule();
  assert.equal(schedule.nextTime, Infinity);
  assert.equal(schedule.announce("A", 100, 10), true);
  assert.equal(schedule.announce("A", 90, 20), true);
  assert.deepEqual([schedule.closeTimeOf("A"), schedule.endOf("A")], [90, 90]);
  assert.deepEqual([9, 10].map((time) => schedule.isHindsight("A", time)), [false, false]);
});

test("A close is hindsight before the first time that it is known to have been known", () => {
  const schedule = scheduleOf(MOVED, UNDATED);
  const isHindsight = (ticker: string) => [4, 5, 65].map((t) => schedule.isHindsight(ticker, t));
  assert.deepEqual(isHindsight("M"), [true, false, false]);
  assert.deepEqual(isHindsight("U"), [true, true, true]);
  assert.deepEqual(isHindsight("unknown"), [false, false, false]);
  schedule.announce("U", 70, 5);
  assert.deepEqual(isHindsight("U"), [true, false, false]);
});

test("What was saved goes on, and is told only once", () => {
  const noClose = { ticker: "N", closes: [{ time: 5, closeTime: 100 }] };
  const markets = [MOVED, UNDATED, noClose];
  const schedule = scheduleOf(...markets);
  schedule.take();
  schedule.take();
  schedule.take();
  schedule.announce("M", 33, 25);
  const saved = JSON.parse(JSON.stringify(schedule.save()));
  const again = scheduleOf(...markets);
  again.restore(saved, 30);
  assert.deepEqual(again.save(), schedule.save());
  for (const ticker of ["M", "U", "N"]) {
    assert.equal(again.closeTimeOf(ticker), schedule.closeTimeOf(ticker));
    assert.equal(again.endOf(ticker), schedule.endOf(ticker));
    assert.equal(again.isHindsight(ticker, 6), schedule.isHindsight(ticker, 6));
  }
  assert.deepEqual(taken(again), ["40 M 90"]);
});

test("After a restart newer information says when trading ends", () => {
  const asked = (...closes: readonly KnownClose[]): MarketInfo => ({
    ticker: "M",
    closeTime: closes.at(-1)!.closeTime,
    closes,
  });
  const first = { time: 5, closeTime: 100 };
  const before = scheduleOf(asked(first));
  before.announce("M", 80, 20);
  const resumed = (...closes: readonly KnownClose[]) => {
    const after = scheduleOf(asked(...closes));
    after.restore(before.save(), 30);
    return [after.closeTimeOf("M"), after.endOf("M"), ...taken(after)];
  };
  assert.deepEqual(resumed(first), [80, 80], "nothing is newer than the announcement");
  assert.deepEqual(resumed(first, { time: 50, closeTime: 200 }), [80, 200, "50 M 200"]);
});

const DAY = 24 * 3600 * 1_000_000;

/** What of A to D is known. */
function known(schedule: CloseSchedule): string {
  return ["A", "B", "C", "D"].filter((ticker) => schedule.closeTimeOf(ticker) !== undefined).join(
    "",
  );
}

test("What was only announced is forgotten a day after its last close, unless it is needed", () => {
  const schedule = new CloseSchedule(undefined, (ticker) => ticker === "B");
  schedule.announce("A", 100, 10);
  schedule.announce("B", 100, 10);
  schedule.announce("C", 100, 10);
  schedule.announce("C", 90, 11);
  schedule.announce("C", 300, 12);
  assert.equal(schedule.nextTime, DAY + 90);
  while (schedule.nextTime <= DAY + 100) assert.equal(schedule.take(), undefined);
  assert.deepEqual([known(schedule), schedule.nextTime], ["BC", DAY + 300]);
  schedule.take();
  assert.deepEqual([known(schedule), schedule.nextTime], ["B", Infinity]);
  assert.deepEqual([schedule.endOf("B"), schedule.endOf("A")], [100, Infinity]);
});

test("What was saved is forgotten when it would have been", () => {
  const announced = () => new CloseSchedule(undefined, (ticker) => ticker === "B");
  const schedule = announced();
  schedule.announce("A", 100, 10);
  schedule.announce("B", 100, 10);
  schedule.announce("C", 200, 10);
  // Long over when it is told: nothing comes up any more.
  schedule.announce("D", 50, DAY + 60);
  for (const now of [DAY + 60, DAY + 100, DAY + 101, DAY + 200, DAY + 201]) {
    while (schedule.nextTime < now) schedule.take();
    const again = announced();
    again.restore(JSON.parse(JSON.stringify(schedule.save())), now);
    assert.deepEqual([again.nextTime, again.save()], [schedule.nextTime, schedule.save()]);
  }
  assert.equal(known(schedule), "BD");
});

test("A given market is never forgotten", () => {
  const schedule = new CloseSchedule(new Map([["U", UNDATED]]), () => false);
  schedule.announce("U", 90, 10);
  assert.equal(schedule.nextTime, Infinity);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import { FollowedMarket } from "./followed_market.ts";

const OPEN = parseIsoTime("2026-10-01T12:00:00Z")!;
const CLOSE = parseIsoTime("2026-10-01T12:15:00Z")!;
const MINUTE = 60 * MICROS_PER_SECOND;
const WINDOW = { lead: MINUTE, lag: 2 * MINUTE };
const OBJECT = {
  ticker: "A-1",
  event_ticker: "A",
  status: "initialized",
  open_time: "2026-10-01T12:00:00Z",
  close_time: "2026-10-01T12:15:00Z",
};

function hours(market: FollowedMarket): number[] {
  return [market.startsAt(WINDOW), market.endsAt(WINDOW)];
}

test("a market is followed from a lead before its opening to a lag after its close", () => {
  const market = new FollowedMarket(false);
  const problems: string[] = [];
  market.readObject(OBJECT, "A-1", OPEN - 3600 * MICROS_PER_SECOND, problems);
  assert.deepEqual(hours(market), [OPEN - MINUTE, CLOSE + 2 * MINUTE]);
  assert.equal(market.eventTicker, "A");
  assert.equal(market.startsAt({ ...WINDOW, within: 5 * MINUTE }), CLOSE - 5 * MINUTE);
  assert.equal(market.startsAt({ ...WINDOW, within: 3600 * MINUTE }), OPEN - MINUTE);
  assert.deepEqual(problems, []);
});

test("a market asked for by name is followed however far away its close is", () => {
  const market = new FollowedMarket(true);
  market.readObject(OBJECT, "A-1", OPEN, []);
  assert.equal(market.startsAt({ ...WINDOW, within: MINUTE }), OPEN - MINUTE);
});

test("a market that the exchange says is trading is followed whatever our clock says of its hours", () => {
  const year = 365 * 24 * 60 * MINUTE;
  const market = new FollowedMarket(false);
  for (const now of [CLOSE + year, OPEN - year]) {
    market.readObject({ ...OBJECT, status: "active" }, "A-1", now, []);
    assert.deepEqual(hours(market), [-Infinity, Infinity]);
  }
  market.readLifecycle({ event: "determined" }, CLOSE + year);
  assert.equal(market.endsAt(WINDOW), CLOSE + year + 2 * MINUTE);
  market.readObject({ ...OBJECT, status: "closed" }, "A-1", CLOSE + year, []);
  assert.deepEqual(hours(market), [OPEN - MINUTE, CLOSE + 2 * MINUTE]);
});

test("an early end counts, and an end that is taken back does not", () => {
  const market = new FollowedMarket(false);
  market.readObject({ ...OBJECT, status: "active" }, "A-1", OPEN, []);
  market.readLifecycle({ event: "determined" }, OPEN + MINUTE);
  assert.equal(market.endsAt(WINDOW), OPEN + 3 * MINUTE);
  market.readLifecycle({ event: "settled" }, OPEN + 5 * MINUTE);
  assert.equal(market.endsAt(WINDOW), OPEN + 3 * MINUTE, "the first end counts");
  market.readLifecycle({ event: "close_date_updated", closeTime: CLOSE + MINUTE }, OPEN);
  assert.equal(market.endsAt(WINDOW), CLOSE + 3 * MINUTE);
  market.readObject({ ...OBJECT, status: "closed" }, "A-1", OPEN + MINUTE, []);
  assert.equal(market.endsAt(WINDOW), OPEN + 3 * MINUTE);
  market.readLifecycle({ event: "activated" }, OPEN + 2 * MINUTE);
  assert.equal(market.endsAt(WINDOW), CLOSE + 2 * MINUTE);
});

test("a paused market is followed on: it may resume, and a state not known yet is no end", () => {
  const market = new FollowedMarket(false);
  for (const status of ["inactive", "active", "something_new"]) {
    market.readObject({ ...OBJECT, status }, "A-1", OPEN, []);
    assert.equal(market.endsAt(WINDOW), CLOSE + 2 * MINUTE);
  }
  market.readLifecycle({ event: "deactivated", deactivated: true }, OPEN);
  assert.equal(market.endsAt(WINDOW), CLOSE + 2 * MINUTE);
});

test("hours that cannot be read leave the market open and are told", () => {
  const market = new FollowedMarket(false);
  const problems: string[] = [];
  market.readObject({ open_time: 5, close_time: "soon" }, "A-1", OPEN, problems);
  assert.deepEqual(hours(market), [-Infinity, Infinity]);
  assert.equal(problems.length, 2);
});

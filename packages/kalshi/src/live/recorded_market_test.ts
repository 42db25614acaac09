import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_DAY, MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import fc from "fast-check";
import { RecordedMarket } from "./recorded_market.ts";

const CLOSE = parseIsoTime("2026-10-01T12:15:00Z")!;
const HOUR = 3600 * MICROS_PER_SECOND;
const START = CLOSE - HOUR;
const OPEN = {
  event_ticker: "E",
  status: "active",
  close_time: "2026-10-01T12:15:00Z",
  result: "",
};
const CLOSED = { ...OPEN, status: "closed" };
const DECIDED = { ...OPEN, status: "determined", result: "yes" };
const SETTLED = { ...DECIDED, status: "finalized", settlement_ts: "2026-10-01T12:20:00Z" };

function recorded(): RecordedMarket {
  const market = new RecordedMarket(START);
  market.accept(OPEN, START, 0);
  return market;
}

test("a market is recorded at first, with its result, and with its settlement", () => {
  const market = new RecordedMarket(START);
  assert.equal(market.dueAt, START);
  const actions = [OPEN, OPEN, CLOSED, DECIDED, DECIDED, SETTLED].map((object, i) => {
    const action = market.judge(object);
    market.accept(object, CLOSE + i, 0);
    return action;
  });
  assert.deepEqual(actions, ["record", "skip", "skip", "record", "skip", "record"]);
  assert.equal(market.end, "settled");
  assert.equal(market.dueAt, Infinity);
  assert.equal(market.eventTicker, "E");
});

test("a close that has moved is recorded, whatever frames have told of it", () => {
  const market = recorded();
  const moved = { ...OPEN, close_time: "2026-10-01T11:45:00Z" };
  market.hear(START, parseIsoTime(moved.close_time)!, 0);
  const actions = [moved, moved, OPEN].map((object) => {
    const action = market.judge(object);
    market.accept(object, START, 0);
    return action;
  });
  assert.deepEqual(actions, ["record", "skip", "record"]);
});

test("a market that is settled when it is seen first is recorded once and done", () => {
  const market = new RecordedMarket(START);
  assert.equal(market.judge(SETTLED), "record");
  market.accept(SETTLED, START, 0);
  assert.equal(market.end, "settled");
});

test("an open market is looked at after its close, and once a day until then", () => {
  assert.equal(recorded().dueAt, CLOSE + 30 * MICROS_PER_SECOND);
  const market = new RecordedMarket(START);
  const far = { ...OPEN, close_time: "2027-10-01T12:15:00Z" };
  market.accept(far, START, 0);
  assert.equal(market.dueAt, START + MICROS_PER_DAY);
  market.accept({ ...far, close_time: "0001-01-01T00:00:00Z" }, START, 0);
  assert.equal(market.end, undefined, "the exchange's word for never is no close");
});

test("after the close the pauses grow to an hour, and after two months it is given up", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
      const market = recorded();
      let before = 0;
      let looks = 0;
      while (market.end === undefined) {
        const now = market.dueAt;
        market.accept(CLOSED, now, random);
        if (market.end !== undefined) break;
        const pause = market.dueAt - now;
        assert.ok(pause >= before && pause <= HOUR, `${pause} after ${before}`);
        before = pause;
        looks++;
      }
      assert.equal(market.end, "abandoned");
      assert.ok(looks > 24 * 60 && looks < 24 * 60 * 1.4 + 10, `${looks} looks`);
    }),
    { numRuns: 20 },
  );
});

test("a market that the exchange never knew is given up", () => {
  const market = new RecordedMarket(START);
  let misses = 0;
  while (market.end === undefined) {
    const now = market.dueAt;
    market.miss(now, 0.5);
    assert.ok(market.dueAt > now);
    misses++;
  }
  assert.equal(market.end, "abandoned");
  assert.equal(misses, 20);
});

test("misses in between do not add up", () => {
  const market = recorded();
  for (let i = 0; i < 100; i++) {
    market.miss(CLOSE, 0);
    market.accept(CLOSED, CLOSE, 0);
  }
  assert.equal(market.end, undefined);
});

test("a frame that tells of a result or another close moves the next look", () => {
  const market = recorded();
  market.hear(START, undefined, 0);
  assert.ok(market.dueAt <= START + 30 * MICROS_PER_SECOND && market.dueAt > START);
  market.hear(START, CLOSE + HOUR, 0);
  assert.equal(market.dueAt, CLOSE + HOUR + 30 * MICROS_PER_SECOND);
  market.hear(START, START - HOUR, 0);
  assert.equal(market.dueAt, START);
  const fresh = new RecordedMarket(START);
  fresh.hear(START, CLOSE, 0);
  assert.equal(fresh.dueAt, START, "what is not recorded yet stays due");
  market.accept(SETTLED, START, 0);
  market.hear(START, undefined, 0);
  assert.equal(market.dueAt, Infinity);
});

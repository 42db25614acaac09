import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, SystemClock } from "./clock.ts";

const HOUR_MS = 3_600_000;
/** How far the clock may be from the machine's, plus what the runtime takes between two readings. */
const SLACK_MICROS = 1_000_000;

function readsMachineTime(clock: SystemClock, machineNow: () => number): void {
  const before = machineNow() * 1000;
  const now = clock.now();
  const after = machineNow() * 1000;
  assert.ok(now >= before - SLACK_MICROS, `${now} is before ${before}`);
  assert.ok(now <= after + SLACK_MICROS, `${now} is after ${after}`);
}

test("The system clock tells the machine's time in whole microseconds and never goes back", () => {
  const clock = new SystemClock();
  readsMachineTime(clock, Date.now);
  let latest = 0;
  for (let i = 0; i < 1000; i++) {
    const now = clock.now();
    assert.ok(Number.isSafeInteger(now));
    assert.ok(now >= latest);
    latest = now;
  }
});

test("The system clock follows the machine's when that is set forward, and holds when it is set back", () => {
  const realNow = Date.now;
  const clock = new SystemClock();
  clock.now();
  try {
    // As after the sleep of a laptop, or the first network time of a machine without a battery.
    Date.now = () => realNow() + HOUR_MS;
    readsMachineTime(clock, Date.now);
    const ahead = clock.now();
    Date.now = realNow;
    assert.equal(clock.now(), ahead);
    Date.now = () => realNow() + 2 * HOUR_MS;
    readsMachineTime(clock, Date.now);
  } finally {
    Date.now = realNow;
  }
});

test("A manual clock stands still until it is set, and cannot be set back", () => {
  const clock = new ManualClock(5);
  assert.equal(clock.now(), 5);
  clock.set(5);
  clock.set(9);
  assert.equal(clock.now(), 9);
  for (const time of [8, -1, NaN]) assert.throws(() => clock.set(time), RangeError);
  assert.equal(clock.now(), 9);
  assert.equal(new ManualClock().now(), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { OverflowRecovery } from "./overflow_recovery.ts";

/** The first time from `now` on, in steps of 100 ms, at which books are to be asked for. */
function dueAfter(recovery: OverflowRecovery, now: number): number {
  for (let at = now; at < now + 1_000_000; at += 100) if (recovery.isDue(at)) return at - now;
  return Infinity;
}

test("Without a drop nothing is due, and after one nothing until records are kept again", () => {
  const recovery = new OverflowRecovery();
  assert.equal(dueAfter(recovery, 0), Infinity);
  recovery.dropped();
  assert.equal(dueAfter(recovery, 0), Infinity);
  recovery.kept(5000);
  assert.equal(dueAfter(recovery, 5000), 1000);
  assert.equal(dueAfter(recovery, 6000), Infinity);
});

test("While asking for books makes the next drop, it is asked ever more rarely", () => {
  const recovery = new OverflowRecovery();
  const waits: number[] = [];
  let now = 0;
  for (let i = 0; i < 9; i++) {
    recovery.dropped();
    recovery.kept(now);
    const wait = dueAfter(recovery, now);
    waits.push(wait);
    now += wait + 100;
  }
  assert.deepEqual(waits, [1000, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  now += 10_000_000;
  recovery.dropped();
  recovery.kept(now);
  now += dueAfter(recovery, now) + 1_000_000;
  recovery.dropped();
  recovery.kept(now);
  assert.equal(dueAfter(recovery, now), 1000);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { DrawdownHalt } from "./drawdown_halt.ts";

test("a fall from the peak halts from its bound on, for good", () => {
  const halt = new DrawdownHalt(10);
  halt.observe(1000, 1);
  halt.observe(2000, 2);
  halt.observe(1801, 3);
  assert.deepEqual([halt.halted, halt.haltedAt], [false, undefined]);
  halt.observe(1800, 4);
  halt.observe(5000, 5);
  assert.deepEqual([halt.halted, halt.haltedAt], [true, 4]);
});

test("0 percent halts at once, 100 percent when everything is gone", () => {
  const never = new DrawdownHalt(0);
  never.observe(1000, 1);
  assert.equal(never.halted, true);
  const all = new DrawdownHalt(100);
  all.observe(1000, 1);
  all.observe(1, 2);
  assert.equal(all.halted, false);
  all.observe(0, 3);
  assert.equal(all.halted, true);
});

test("a halt that was saved goes on from its peak", () => {
  const before = new DrawdownHalt(50);
  before.observe(1000, 1);
  const after = new DrawdownHalt(50);
  after.restore(JSON.parse(JSON.stringify(before.save())));
  after.observe(500, 2);
  assert.equal(after.haltedAt, 2);
  const again = new DrawdownHalt(50);
  again.restore(JSON.parse(JSON.stringify(after.save())));
  assert.equal(again.haltedAt, 2);
});

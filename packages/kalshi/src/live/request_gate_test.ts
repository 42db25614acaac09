import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "@ssmd/core";
import { RequestGate } from "./request_gate.ts";
import { VirtualTime } from "./virtual_time_test_support.ts";

const T0 = 1_790_000_000_000_000;

async function passTimes(gate: RequestGate, time: VirtualTime, count: number): Promise<number[]> {
  const times: number[] = [];
  const passes = Array.from({ length: count }, async () => {
    await gate.pass();
    times.push((time.clock.now() - T0) / 1000);
  });
  await Promise.all(passes);
  return times;
}

test("a burst goes at once, then requests go at the rate, in the order they came", async () => {
  const time = new VirtualTime(T0);
  const gate = new RequestGate({ clock: time.clock, wait: time.wait, perSecond: 10, burst: 3 });
  assert.deepEqual(await passTimes(gate, time, 6), [0, 0, 0, 100, 200, 300]);
  time.advance(1000);
  const after = await passTimes(gate, time, 4);
  assert.deepEqual(after, [1300, 1300, 1300, 1400]);
});

test("a gate that is closed lets nothing through for that time, and no burst after it", async () => {
  const time = new VirtualTime(T0);
  const gate = new RequestGate({ clock: time.clock, wait: time.wait, perSecond: 10, burst: 3 });
  gate.close(5000);
  assert.deepEqual(await passTimes(gate, time, 3), [5000, 5100, 5200]);
  gate.close(2000);
  assert.deepEqual(await passTimes(gate, time, 2), [7200, 7300]);
});

test("a clock that stands still costs one pause for each request, not more and more", async () => {
  const clock = new ManualClock(T0);
  const waits: number[] = [];
  const wait = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  const gate = new RequestGate({ clock, wait, perSecond: 10, burst: 1 });
  gate.close(700);
  for (let i = 0; i < 5; i++) await gate.pass();
  assert.deepEqual(waits, [700, 100, 100, 100, 100]);
});

test("who gives up waiting leaves at once and costs those behind no turn", async () => {
  const clock = new ManualClock(T0);
  const held: (() => void)[] = [];
  const wait = (_: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal?.addEventListener("abort", () => resolve());
      held.push(resolve);
    });
  const gate = new RequestGate({ clock, wait, perSecond: 10, burst: 1 });
  await gate.pass();
  const first = gate.pass();
  const stop = new AbortController();
  const second = gate.pass(stop.signal);
  const third = gate.pass();
  stop.abort(new Error("enough"));
  await assert.rejects(second, /enough/);
  await assert.rejects(gate.pass(stop.signal), /enough/);
  while (held.length === 0) await Promise.resolve();
  held.shift()!();
  await first;
  while (held.length === 0) await Promise.resolve();
  held.shift()!();
  await third;
  assert.equal(held.length, 0, "the one that gave up waited for no token");
});

test("a rate that is none is refused", () => {
  const clock = new ManualClock(T0);
  for (const [perSecond, burst] of [[0, 1], [-1, 1], [NaN, 1], [Infinity, 1], [1, 0]] as const) {
    const wait = () => Promise.resolve();
    assert.throws(() => new RequestGate({ clock, wait, perSecond, burst }), RangeError);
  }
});

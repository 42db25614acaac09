import assert from "node:assert/strict";
import { test } from "node:test";
import { type EpochMicros, ManualClock } from "@ssmd/core";
import type { ExchangeEvent } from "./exchange_event.ts";
import type { ExchangeSource } from "./exchange_source.ts";
import { Pacer, type Speed } from "./pacer.ts";
import { ScriptedSource } from "./scripted_source.ts";

const CATALOG = { markets: () => [], events: () => [], series: () => [] };

function event(time: EpochMicros): ExchangeEvent {
  return { kind: "delta", time, ticker: "A", side: "yes", price: 1, change: 1 };
}

/** A source of one event per ms, that can go anywhere. */
class Ticking implements ExchangeSource {
  readonly start = 0;
  readonly catalog = CATALOG;
  #time = 0;
  next(): Promise<readonly ExchangeEvent[]> {
    this.#time += 1000;
    return Promise.resolve([event(this.#time)]);
  }
  seek(time: EpochMicros): Promise<void> {
    this.#time = time - time % 1000;
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Played {
  readonly pacer: Pacer;
  readonly times: EpochMicros[];
}

function play(source: ExchangeSource, speed: Speed, clock: ManualClock, waiting = false): Played {
  const times: EpochMicros[] = [];
  const port = { emit: ({ time }: ExchangeEvent) => times.push(time), settle: () => undefined };
  return { pacer: new Pacer(source, speed, clock, port, waiting), times };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("By hand, everything up to the time happens and nothing later", async () => {
  const { pacer, times } = play(new Ticking(), "manual", new ManualClock());
  await pacer.advanceTo(3500);
  assert.deepEqual(times, [1000, 2000, 3000]);
  assert.equal(pacer.now(), 3500);
  await pacer.advanceTo(4000);
  assert.deepEqual(times, [1000, 2000, 3000, 4000]);
  await assert.rejects(pacer.advanceTo(3999), RangeError);
  pacer.stop();
});

test("By hand, a script that has nothing yet is not waited for", async () => {
  const source = new ScriptedSource(0);
  const { pacer, times } = play(source, "manual", new ManualClock());
  await pacer.advanceTo(10);
  source.push(event(20), event(30));
  await pacer.advanceTo(20);
  assert.deepEqual(times, [20]);
  source.end();
  await pacer.advanceTo(30);
  await pacer.ended;
  assert.deepEqual(times, [20, 30]);
});

test("At a speed, events happen when the clock has come that far", async () => {
  const clock = new ManualClock(1_000_000);
  const { pacer, times } = play(new Ticking(), 10, clock);
  clock.set(1_000_350);
  await until(() => times.length >= 3);
  assert.equal(pacer.now(), 3500);
  assert.deepEqual(times, [1000, 2000, 3000]);
  pacer.pause();
  clock.set(2_000_000);
  assert.equal(pacer.now(), 3500);
  pacer.resume();
  clock.set(2_000_050);
  await until(() => times.length >= 4);
  assert.equal(pacer.now(), 4000);
  pacer.stop();
  await pacer.ended;
});

test("Time that waits for a client begins when it is told", async () => {
  const clock = new ManualClock();
  const { pacer, times } = play(new Ticking(), 1, clock, true);
  clock.set(5000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([times.length, pacer.now()], [0, 0]);
  pacer.resume();
  clock.set(6000);
  await until(() => times.length === 1);
  assert.equal(pacer.now(), 1000);
  pacer.stop();
});

test("At the greatest speed a source is played to its end", async () => {
  const source = new ScriptedSource(0);
  source.push(...Array.from({ length: 1000 }, (_, i) => event(i)));
  source.end();
  const { pacer, times } = play(source, "max", new ManualClock());
  await pacer.ended;
  assert.equal(times.length, 1000);
  assert.equal(pacer.now(), 999);
});

test("Going elsewhere forgets what was at hand", async () => {
  const { pacer, times } = play(new Ticking(), "manual", new ManualClock());
  await pacer.advanceTo(1500);
  let forgotten = 0;
  await pacer.seek(50_000, () => forgotten = times.length);
  assert.deepEqual([forgotten, pacer.now()], [1, 50_000]);
  await pacer.advanceTo(51_000);
  assert.deepEqual(times, [1000, 51_000]);
  pacer.stop();
});

test("A source that fails ends the play with its error", async () => {
  const source: ExchangeSource = {
    start: 0,
    catalog: CATALOG,
    next: () => Promise.reject(new Error("The tape is torn")),
    close: () => Promise.resolve(),
  };
  const { pacer } = play(source, "max", new ManualClock());
  await assert.rejects(pacer.ended, /The tape is torn/);
});

test("A source that plays only forward cannot go elsewhere", async () => {
  const { pacer } = play(new ScriptedSource(0), "manual", new ManualClock());
  await assert.rejects(pacer.seek(5, () => undefined), { code: "invalid_input" });
  const other = play(new ScriptedSource(0), "max", new ManualClock());
  await assert.rejects(other.pacer.advanceTo(5), { code: "invalid_input" });
  other.pacer.stop();
});

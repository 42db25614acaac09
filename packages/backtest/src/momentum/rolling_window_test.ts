import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RollingWindow } from "./rolling_window.ts";

interface Sample {
  readonly time: number;
  readonly values: readonly [number, number, number];
}

/** What the window has to equal: an array that is filtered anew for every question. */
class FilteredSamples {
  samples: Sample[] = [];

  push(time: number, values: Sample["values"], retention: number): void {
    this.samples.push({ time, values });
    this.samples = this.samples.filter((sample) => sample.time >= time - retention);
  }

  within(length: number, now: number): readonly Sample[] {
    return this.samples.filter(({ time }) => time >= now - length);
  }
}

const RETENTION = 100;
const LENGTHS = [0, 1, 7, 30, 100, 250];

const step = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 3, arbitrary: fc.integer({ min: -6, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: -400, max: 400 }) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) },
);
const value = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -5, max: 1000 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 400 }).map((quarters) => quarters / 4) },
  { weight: 1, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(2 ** 44, 2 ** 47, 2 ** 60, 1e300, 0.1) },
);
const sample = fc.record({
  step,
  values: fc.tuple(value, value, value),
  // A record without a time counts as one at 0.
  timeless: fc.integer({ min: 0, max: 30 }).map((roll) => roll === 0),
});

function assertSame(window: RollingWindow, filtered: FilteredSamples, now: number): void {
  assert.equal(window.length, filtered.samples.length);
  for (const length of LENGTHS) {
    const range = window.range(length, now);
    const expected = filtered.within(length, now);
    assert.equal(range.count, expected.length, `window ${length} at ${now}`);
    const cut = expected.length >> 1;
    for (const [from, to] of [[0, expected.length], [0, cut], [cut, expected.length]] as const) {
      for (const column of [0, 1, 2] as const) {
        const sum = expected.slice(from, to).reduce((all, it) => all + it.values[column], 0);
        assert.equal(range.sum(column, from, to), sum, `window ${length}, ${from} to ${to}`);
      }
    }
    expected.forEach(({ time, values }, index) => {
      assert.equal(range.time(index), time);
      assert.equal(range.value(index, 1), values[1]);
    });
  }
}

test("Windows and their sums equal a filter over all samples, whatever times and values do", () => {
  fc.assert(fc.property(fc.array(sample, { maxLength: 120, size: "max" }), (samples) => {
    const window = new RollingWindow(3, RETENTION);
    const filtered = new FilteredSamples();
    let clock = 1000;
    for (const { step, values, timeless } of samples) {
      clock += step;
      const time = timeless ? 0 : clock;
      window.push(time, ...values);
      window.retain(time - RETENTION);
      filtered.push(time, values, RETENTION);
      assertSame(window, filtered, time);
    }
  }));
});

test("A window can be looked at as of times that no sample has", () => {
  const nows = fc.array(fc.integer({ min: 0, max: 1200 }), { maxLength: 20 });
  fc.assert(fc.property(fc.array(sample, { maxLength: 40, size: "max" }), nows, (samples, nows) => {
    const window = new RollingWindow(3, RETENTION);
    const filtered = new FilteredSamples();
    let time = 1000;
    for (const { step, values } of samples) {
      time += step;
      window.push(time, ...values);
      window.retain(time - RETENTION);
      filtered.push(time, values, RETENTION);
    }
    for (const now of nows) assertSame(window, filtered, now);
  }));
});

test("A restored window goes on as the saved one would have", () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80, size: "max" }), fc.nat(80), (samples, cut) => {
      let window = new RollingWindow(3, RETENTION);
      const filtered = new FilteredSamples();
      let time = 1000;
      samples.forEach(({ step, values }, index) => {
        if (index === cut) {
          const saved = JSON.parse(JSON.stringify(window.save()));
          window = new RollingWindow(3, RETENTION);
          window.restore(saved);
        }
        time += step;
        window.push(time, ...values);
        window.retain(time - RETENTION);
        filtered.push(time, values, RETENTION);
      });
      assertSame(window, filtered, time);
    }),
  );
});

test("A cleared window is empty, and counts from nothing again", () => {
  const window = new RollingWindow(3, RETENTION);
  for (let time = 0; time < 50; time++) window.push(time, 0.1, 1, 2);
  window.clear();
  assert.equal(window.range(1000, 50).count, 0);
  assert.equal(window.range(1000, 50).sum(1), 0);
  window.push(51, 3, 4, 5);
  assert.equal(window.range(1000, 51).count, 1);
  assert.equal(window.range(1000, 51).sum(0), 3);
});

test("Many samples out of order cost neither samples nor sums", () => {
  const window = new RollingWindow(3, RETENTION);
  const filtered = new FilteredSamples();
  for (let index = 0; index < 3000; index++) {
    // A fifth of the records come up to three seconds late.
    const time = 10_000 + (index >> 2) - (index % 5 === 0 ? index % 4 : 0);
    window.push(time, index, 1, 0);
    window.retain(time - RETENTION);
    filtered.push(time, [index, 1, 0], RETENTION);
    if (index % 50 === 0) assertSame(window, filtered, time);
  }
});

import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { timeTicks, valueTicks } from "./axis_ticks.ts";
import type { PlotPoint } from "./plot_point.ts";
import { timePlot, type TimePlotOptions } from "./time_plot.ts";

const SECOND = 1_000_000;

function plot(points: readonly PlotPoint[], more: Partial<TimePlotOptions> = {}): string {
  return timePlot({
    label: "a plot",
    layers: [{ name: "line", look: "price", shape: "line", points }],
    bands: [],
    from: points[0]?.time ?? 0,
    to: points.at(-1)?.time ?? 0,
    text: String,
    unit: 1,
    ...more,
  });
}

/** What a browser draws for a path of moves and relative lines. */
function drawn(html: string): [number, number][] {
  const path = /data-name="line" d="([^"]*)"/.exec(html)![1]!;
  const numbers = (path.match(/-?\d+/g) ?? []).map(Number);
  let [x, y] = [0, 0];
  return Array.from({ length: numbers.length / 2 }, (_, index): [number, number] => {
    x += numbers[index * 2]!;
    y += numbers[index * 2 + 1]!;
    return [x, y];
  });
}

test("A line is drawn through its points, to half a unit of the drawing", () => {
  const points = fc.array(fc.record({ time: fc.nat(), value: fc.integer() }), { minLength: 2 })
    .map((list): PlotPoint[] => list.sort((a, b) => a.time - b.time));
  fc.assert(fc.property(points, (line) => {
    const html = plot(line);
    const places = drawn(html);
    const [from, to, low, high] = ["from", "to", "low", "high"].map((name) =>
      Number(new RegExp(`data-${name}="([^"]*)"`).exec(html)![1])
    ) as [number, number, number, number];
    const expected = line.map(({ time, value }) => [
      Math.round((time - from) / (to - from) * 20_000),
      Math.round((high - value) / (high - low) * 2000),
    ]).filter(([x, y], index, all) =>
      // The second point is drawn even where the first one is.
      index < 2 || x !== all[index - 1]![0] || y !== all[index - 1]![1]
    );
    assert.deepEqual(places, expected);
    assert.ok(places.every(([x, y]) => x >= 0 && x <= 20_000 && y >= 0 && y <= 2000));
  }));
});

test("A value that never changes, and a value that is always within, have a plot", () => {
  const flat = [{ time: 0, value: 0 }, { time: SECOND, value: -0 }];
  for (const html of [plot(flat), plot(flat, { include: 0 }), plot([]), plot(flat.slice(1))]) {
    assert.doesNotMatch(html, /NaN|Infinity/);
  }
});

test("Bands that lie close together are one, bands outside are none, a moment is visible", () => {
  const points = [{ time: 0, value: 1 }, { time: 20_000, value: 2 }];
  const bandsOf = (...bands: (readonly [number, number])[]): string | undefined =>
    /class="band" d="([^"]*)"/.exec(
      plot(points, { bands: bands.map(([from, to]) => ({ from, to })) }),
    )?.[1];
  assert.equal(bandsOf([100, 300], [310, 500]), "M100 0H500V2000H100z");
  assert.equal(bandsOf([5000, 5000]), "M5000 0H5040V2000H5000z");
  assert.equal(bandsOf([-500, -100], [30_000, 40_000]), undefined);
  assert.equal(bandsOf([-500, 30_000]), "M0 0H20000V2000H0z");
  assert.equal(bandsOf([20_000, 20_000]), "M19960 0H20000V2000H19960z");
});

test("Axes have few ticks at round places", () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 4_000_000 }), (start, seconds) => {
    const from = start * SECOND;
    const to = from + seconds * SECOND;
    const ticks = timeTicks(from, to);
    assert.ok(ticks.length <= 6);
    assert.ok(ticks.every(({ at }) => at >= from && at <= to && at % SECOND === 0));
  }));
  fc.assert(fc.property(fc.integer(), fc.nat(), (low, span) => {
    const ticks = valueTicks(low, low + span, String);
    assert.ok(ticks.length <= 7 && (span < 4 || ticks.length >= 2));
    assert.ok(ticks.every(({ at, label }) => at >= low && at <= low + span && label !== "-0"));
  }));
  const hour = 3600 * SECOND;
  assert.deepEqual(timeTicks(22 * hour, 25 * hour).map(({ label }) => label), [
    "22:00",
    "23:00",
    "01-02",
    "01:00",
  ]);
});

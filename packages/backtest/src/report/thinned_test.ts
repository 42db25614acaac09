import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlotPoint } from "./plot_point.ts";
import { thinned } from "./thinned.ts";

const points = fc.array(fc.record({ time: fc.nat(5000), value: fc.integer() }), { maxLength: 300 })
  .map((list): PlotPoint[] => list.sort((a, b) => a.time - b.time));

test("Thinning keeps the order, the ends and the extremes, and never more than the limit", () => {
  fc.assert(fc.property(points, fc.integer({ min: 4, max: 100 }), (all, limit) => {
    const kept = thinned(all, limit);
    assert.ok(kept.length <= Math.max(limit, 0));
    // Each kept point is one of the input, in the input's order, and none comes twice.
    let at = -1;
    for (const point of kept) {
      at = all.indexOf(point, at + 1);
      assert.notEqual(at, -1);
    }
    if (all.length === 0) return;
    assert.deepEqual([kept[0], kept.at(-1)], [all[0], all.at(-1)]);
    const values = (of: readonly PlotPoint[]): number[] => of.map(({ value }) => value);
    assert.equal(Math.min(...values(kept)), Math.min(...values(all)));
    assert.equal(Math.max(...values(kept)), Math.max(...values(all)));
  }));
});

test("A limit that has no room for the extremes is refused", () => {
  assert.throws(() => thinned([], 3), RangeError);
});

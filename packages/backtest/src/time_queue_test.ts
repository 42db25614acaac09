import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TimeQueue } from "./time_queue.ts";

test("Items come out by time, then rank, then in the order they were added", () => {
  const entry = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1 }));
  fc.assert(fc.property(fc.array(entry), (entries) => {
    const queue = new TimeQueue<number>();
    entries.forEach(([at, rank], index) => queue.add(at, rank, index));
    assert.equal(queue.lastTime, Math.max(-Infinity, ...entries.map(([at]) => at)));
    const expected = entries.map(([at, rank], index) => ({ at, rank, index }))
      .sort((a, b) => a.at - b.at || a.rank - b.rank || a.index - b.index);
    for (const { at, index } of expected) {
      assert.equal(queue.nextTime, at);
      assert.equal(queue.take(), index);
    }
    assert.equal(queue.take(), undefined);
    assert.equal(queue.nextTime, Infinity);
    assert.equal(queue.size, 0);
  }));
});

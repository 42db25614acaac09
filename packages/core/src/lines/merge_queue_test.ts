import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MergeQueue } from "./merge_queue.ts";

interface Item {
  time: number;
  readonly rank: number;
}

const time = fc.integer({ min: 0, max: 20 });

function earliest(items: readonly Item[]): Item | undefined {
  return [...items].sort((a, b) => a.time - b.time || a.rank - b.rank)[0];
}

test("The first element is the earliest, of equal ones the one with the lowest rank", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("push" as const), time }),
    fc.record({ kind: fc.constant("grow" as const), by: time }),
    fc.record({ kind: fc.constant("remove" as const) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const queue = new MergeQueue<Item>();
    let items: Item[] = [];
    steps.forEach((s, i) => {
      if (s.kind === "push") {
        // Ranks in no order of arrival, and never twice the same.
        const item = { time: s.time, rank: (i * 37) % 101 };
        items.push(item);
        queue.push(item);
      } else if (s.kind === "grow") {
        if (queue.first !== undefined) queue.first.time += s.by;
        queue.firstGrew();
      } else {
        items = items.filter((item) => item !== queue.first);
        queue.removeFirst();
      }
      assert.equal(queue.first, earliest(items));
    });
  }));
});

test("An empty queue has no first element, and nothing to remove", () => {
  const queue = new MergeQueue<Item>();
  queue.removeFirst();
  queue.firstGrew();
  assert.equal(queue.first, undefined);
  queue.push({ time: 1, rank: 1 });
  queue.removeFirst();
  assert.equal(queue.first, undefined);
});

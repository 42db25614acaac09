import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { RunningTotals } from "./running_totals.ts";

type Total = number | undefined;

/** What the totals have to equal: every total kept, and the rises between neighbours added up. */
class KeptTotals {
  #kept: (readonly [Total, Total] | "anew")[] = ["anew"];

  add(...totals: readonly [Total, Total]): void {
    this.#kept.push(totals);
  }

  begin(): void {
    this.#kept.push("anew");
  }

  sum(column: 0 | 1): number {
    let sum = 0;
    let last: Total;
    for (const each of this.#kept) {
      if (each === "anew") {
        last = undefined;
        continue;
      }
      const total = each[column];
      if (total === undefined) continue;
      if (last !== undefined) sum += Math.max(0, total - last);
      last = total;
    }
    return sum;
  }
}

/** Few ids near each other, and some for which the cells have to grow more than once. */
const market = fc.constantFrom(0, 1, 2, 63, 64, 65, 1000);
const total = fc.option(fc.nat(1000), { nil: undefined, freq: 4 });
const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ market, volume: total, dollars: total }) },
  { weight: 1, arbitrary: fc.record({ market, begins: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ market, isSaved: fc.constant(true) }) },
);

test("totals run by what was added between two that are given, each market for itself", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    let totals = new RunningTotals();
    const kept = new Map<number, KeptTotals>();
    for (const each of steps) {
      const { market } = each;
      let own = kept.get(market);
      if (own === undefined) {
        kept.set(market, own = new KeptTotals());
        totals.begin(market);
      }
      if ("begins" in each) {
        totals.begin(market);
        own.begin();
      } else if ("isSaved" in each) {
        const restored = new RunningTotals();
        for (const id of kept.keys()) {
          restored.restore(id, JSON.parse(JSON.stringify(totals.save(id))));
        }
        totals = restored;
      } else {
        totals.add(market, each.volume ?? NaN, each.dollars ?? NaN);
        own.add(each.volume, each.dollars);
      }
      for (const [id, all] of kept) {
        assert.deepEqual([totals.volume(id), totals.dollars(id)], [all.sum(0), all.sum(1)]);
      }
    }
  }));
});

test("the first total adds nothing, and one that shrank is where counting goes on", () => {
  const totals = new RunningTotals();
  totals.begin(3);
  const volumes = [5000, 5010, 20, 25].map((volume) => {
    totals.add(3, volume, NaN);
    return totals.volume(3);
  });
  assert.deepEqual([volumes, totals.dollars(3)], [[0, 10, 10, 15], 0]);
});

test("what was added stays when a market begins anew", () => {
  const totals = new RunningTotals();
  totals.begin(0);
  for (const volume of [1, 8]) totals.add(0, volume, volume / 2);
  totals.begin(0);
  assert.deepEqual([totals.volume(0), totals.dollars(0)], [7, 3.5]);
  totals.add(0, 900, 800);
  assert.deepEqual(totals.save(0), [900, 7, 800, 3.5]);
});

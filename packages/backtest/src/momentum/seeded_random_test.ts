import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "./seeded_random.ts";

const draw = (random: SeededRandom, count: number) =>
  Array.from({ length: count }, () => random.next());

test("The same seed gives the same numbers, other seeds others", () => {
  const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
  const first = seeds.map((seed) => draw(new SeededRandom(seed), 4).join());
  assert.deepEqual(seeds.map((seed) => draw(new SeededRandom(seed), 4).join()), first);
  assert.equal(new Set(first).size, seeds.length);
});

test("Numbers lie from 0 to below 1, evenly", () => {
  const buckets = new Array<number>(10).fill(0);
  for (const number of draw(new SeededRandom(7), 10_000)) buckets[Math.floor(number * 10)]!++;
  assert.equal(buckets.length, 10);
  for (const count of buckets) assert.ok(count > 850 && count < 1150, `${buckets}`);
});

test("A restored generator goes on where the saved one was", () => {
  const random = new SeededRandom(3);
  draw(random, 5);
  const saved = JSON.parse(JSON.stringify(random.save()));
  const restored = new SeededRandom(99);
  restored.restore(saved);
  assert.deepEqual(draw(restored, 5), draw(random, 5));
});

test("A seed that is no whole number is refused", () => {
  for (const seed of [0.5, NaN, Infinity, 2 ** 53]) {
    assert.throws(() => new SeededRandom(seed), RangeError);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SeededRandom } from "./seeded_random.ts";

function draw(seed: number, count: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.bits());
}

test("the seed decides the sequence", () => {
  assert.deepEqual(draw(7, 100), draw(7, 100));
  assert.notDeepEqual(draw(7, 100), draw(8, 100));
});

test("numbers stay in their ranges", () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
      const random = new SeededRandom(seed);
      const below = random.below(limit);
      assert.ok(Number.isInteger(below) && below >= 0 && below < limit);
      const fraction = random.fraction();
      assert.ok(fraction >= 0 && fraction < 1);
      assert.ok(Math.abs(random.bell()) <= 3.5);
      assert.match(
        random.uuid(),
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }),
  );
});

test("the bell has mean 0 and variance 1, fractions are spread evenly", () => {
  const random = new SeededRandom(1);
  const count = 20_000;
  let sum = 0;
  let squares = 0;
  const tenths = new Array<number>(10).fill(0);
  for (let i = 0; i < count; i++) {
    const value = random.bell();
    sum += value;
    squares += value * value;
    tenths[random.below(10)]!++;
  }
  assert.ok(Math.abs(sum / count) < 0.05);
  assert.ok(Math.abs(squares / count - 1) < 0.05);
  for (const hits of tenths) assert.ok(Math.abs(hits - count / 10) < 250);
});

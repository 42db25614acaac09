import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PricePath } from "./price_path.ts";
import { SeededRandom } from "./seeded_random.ts";

test("a walk ends where it was drawn to end, and its price then is the result", () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.integer({ min: 1, max: 500 }), (seed, steps) => {
      const path = new PricePath(new SeededRandom(seed), 100, 10, steps);
      for (let step = 0; step < steps + 2; step++) path.advance();
      assert.equal(path.fairPrice(path.end), 10_000);
      assert.equal(path.fairPrice(path.end + 0.001), 0);
    }),
  );
});

test("a fair price lies between nothing and $1 and falls with the strike", () => {
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), fc.nat(99), (seed, steps) => {
      const path = new PricePath(new SeededRandom(seed), 100, 10, 100);
      for (let step = 0; step < steps; step++) path.advance();
      const prices = [70, 90, 100, 110, 130].map((strike) => path.fairPrice(strike));
      for (const price of prices) assert.ok(price >= 0 && price <= 10_000);
      assert.deepEqual(prices, [...prices].sort((one, other) => other - one));
    }),
  );
});

test("at the start the price is what a bell-shaped future is worth", () => {
  const path = new PricePath(new SeededRandom(1), 100, 10, 100);
  // Normal probabilities of ending above, at 0, −1 and +1 typical moves, to one cent.
  assert.equal(path.fairPrice(100), 5_000);
  assert.ok(Math.abs(path.fairPrice(90) - 8_413) < 100);
  assert.ok(Math.abs(path.fairPrice(110) - 1_587) < 100);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffMs } from "./backoff.ts";

test("A wait lies between half and all of a ceiling that doubles up to its limit", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), chance, (attempt, value) => {
    const ceiling = Math.min(20_000, 100 * 2 ** (attempt - 1));
    const wait = backoffMs(attempt, value, { firstMs: 100, maxMs: 20_000 });
    assert.ok(wait >= ceiling / 2 && wait <= ceiling, `${wait} of ${ceiling}`);
    assert.ok(Number.isInteger(wait));
  }));
});

test("The first wait is never nothing, so that a refusing exchange is not asked in a spin", () => {
  assert.equal(backoffMs(1, 0), 250);
});

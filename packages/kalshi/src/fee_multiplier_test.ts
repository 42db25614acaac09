import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseFeeMultiplier } from "./fee_multiplier.ts";

test("a multiplier is exact in 1/10,000 from a number and from a text", () => {
  const cases: [number | string, number][] = [
    [1, 10_000],
    [0.5, 5_000],
    [0, 0],
    [0.0001, 1],
    [1.1, 11_000],
    ["0.5", 5_000],
    ["0.5000", 5_000],
    ["2", 20_000],
    [0.57, 5_700],
  ];
  for (const [value, expected] of cases) assert.equal(parseFeeMultiplier(value), expected);
});

test("every multiple of 1/10,000 survives as a JSON number", () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (units) => {
      const json = `${Math.floor(units / 10_000)}.${String(units % 10_000).padStart(4, "0")}`;
      assert.equal(parseFeeMultiplier(JSON.parse(json)), units);
      assert.equal(parseFeeMultiplier(json), units);
    }),
  );
});

test("anything else is no multiplier", () => {
  const values = [-1, NaN, Infinity, 0.00001, 1e21, "", "x", "-0.5", "1e0", "0.00001", " 1", true];
  for (const value of [...values, null, undefined, {}, [1]]) {
    assert.equal(parseFeeMultiplier(value), undefined, String(value));
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyCoverage, weakerSequence } from "./coverage.ts";

test("Of two words about sequence the weaker counts", () => {
  assert.equal(weakerSequence("checked", "checked"), "checked");
  assert.equal(weakerSequence("checked", "partial"), "partial");
  assert.equal(weakerSequence("partial", "checked"), "partial");
  assert.equal(weakerSequence("unchecked", "partial"), "unchecked");
  assert.equal(weakerSequence("checked", "unchecked"), "unchecked");
});

test("A coverage of nothing claims the most, so that every file can only weaken it", () => {
  const { sequence, clock } = emptyCoverage();
  for (const word of ["checked", "partial", "unchecked"] as const) {
    assert.equal(weakerSequence(sequence, word), word);
  }
  assert.equal(clock, "receive");
});

test("Two coverages share nothing that is counted", () => {
  const one = emptyCoverage();
  one.gaps.overflow = 1;
  one.damaged.push({ path: "a", reason: "b" });
  one.overlappingMarkets.add("A");
  assert.deepEqual(emptyCoverage(), { ...emptyCoverage(), gaps: {}, damaged: [] });
  assert.equal(emptyCoverage().overlappingMarkets.size, 0);
});

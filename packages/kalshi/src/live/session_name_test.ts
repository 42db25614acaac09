import assert from "node:assert/strict";
import { test } from "node:test";
import { SessionNames } from "./session_name.ts";

test("Sessions of one run have different names, also within one microsecond", () => {
  const names = new SessionNames(() => 0.5);
  const all = Array.from({ length: 100 }, (_, i) => names.next(i % 3, 1_780_000_000_000_000));
  assert.equal(new Set(all).size, 100);
});

test("Two runs that begin at the same time by a clock that was set back differ by chance", () => {
  const first = new SessionNames(() => 0.25).next(0, 1_780_000_000_000_000);
  const second = new SessionNames(() => 0.75).next(0, 1_780_000_000_000_000);
  assert.notEqual(first, second);
});

test("Every name is a plain word that an archive takes", () => {
  for (const chance of [0, 0.999999999999, 1e-12]) {
    const name = new SessionNames(() => chance).next(199, 8.64e18 / 1000);
    assert.match(name, /^[a-z0-9]+-199-1-[a-z0-9]{6}$/);
    assert.ok(name.length <= 64);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedDays, startOfDay } from "./expected_days.ts";

test("Without a range the days go from the first to the last that there is", () => {
  assert.deepEqual(expectedDays({}, ["2026-03-02", "2026-02-27", "2026-02-27"]), [
    "2026-02-27",
    "2026-02-28",
    "2026-03-01",
    "2026-03-02",
  ]);
  assert.deepEqual(expectedDays({}, []), []);
});

test("A named end is looked at even without data, alone if it is all there is", () => {
  assert.deepEqual(expectedDays({ from: "2026-01-01" }, ["2026-01-02"]), [
    "2026-01-01",
    "2026-01-02",
  ]);
  assert.deepEqual(expectedDays({ to: "2026-01-01" }, []), ["2026-01-01"]);
  assert.deepEqual(expectedDays({ dates: ["2026-01-09", "2026-01-03"] }, ["2026-01-05"]), [
    "2026-01-03",
    "2026-01-09",
  ]);
});

test("A folder whose name is no day of the calendar is kept and fills no range", () => {
  assert.deepEqual(expectedDays({}, ["2026-02-31", "2026-01-01"]), ["2026-01-01", "2026-02-31"]);
  assert.ok(Number.isNaN(startOfDay("2026-02-31")));
  assert.equal(startOfDay("1970-01-02"), 86_400_000_000);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { dayRanges } from "./day_ranges.ts";

test("Days that follow each other are one range, also across months and years", () => {
  assert.deepEqual(dayRanges([]), []);
  assert.deepEqual(
    dayRanges(["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-03", "2025-12-31", "2026-01-01"]),
    ["2024-02-28 to 2024-03-01 (3 days)", "2024-03-03", "2025-12-31 to 2026-01-01 (2 days)"],
  );
});

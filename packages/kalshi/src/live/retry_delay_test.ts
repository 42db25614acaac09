import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelay } from "./retry_delay.ts";

test("pauses double up to ten seconds, half of each by chance", () => {
  const full = [1, 2, 3, 6, 7, 50, 5000].map((failures) => retryDelay(failures, undefined, 0, 1));
  assert.deepEqual(full, [250, 500, 1000, 8000, 10_000, 10_000, 10_000]);
  assert.equal(retryDelay(3, undefined, 0, 0), 500);
  assert.equal(retryDelay(3, undefined, 0, 0.5), 750);
});

test("what the server wishes is kept, up to a minute, and never shortens a pause", () => {
  assert.equal(retryDelay(1, "3", 0, 0), 3000);
  assert.equal(retryDelay(1, "3600", 0, 0), 60_000);
  assert.equal(retryDelay(4, "0", 0, 0), 1000);
  const now = Date.UTC(2026, 9, 1, 12);
  assert.equal(retryDelay(1, "Thu, 01 Oct 2026 12:00:07 GMT", now, 0), 7000);
  assert.equal(retryDelay(1, "Thu, 01 Oct 2020 12:00:07 GMT", now, 0), 125);
  assert.equal(retryDelay(1, "soon", now, 0), 125);
});

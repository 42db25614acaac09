import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeedConfig } from "./feed_config.ts";
import { feedVersionAt } from "./feed_version.ts";
import { parseFeed } from "./parse_feed.ts";

/** A feed with versions `name from to`. */
function feedOf(...versions: readonly string[]): FeedConfig {
  const entries = versions.map((each) => {
    const [name, from, to = "null"] = each.split(" ");
    return `  - {version: ${name}, effective_from: ${from}, effective_to: ${to}, endpoint: "ws://h/${name}",
    protocol: {transport: wss, message: json}}\n`;
  });
  return parseFeed(`name: f\ntype: websocket\nversions:\n${entries.join("")}`, "feed.yaml");
}

const versionAt = (feed: FeedConfig, date: string): string => feedVersionAt(feed, date).version;

test("A version holds from its first day to its last, both included", () => {
  const feed = feedOf("v1 2025-01-01 2025-06-30", "v2 2025-07-01");
  assert.equal(versionAt(feed, "2025-01-01"), "v1");
  assert.equal(versionAt(feed, "2025-06-30"), "v1");
  assert.equal(versionAt(feed, "2025-07-01"), "v2");
  assert.equal(versionAt(feed, "2031-12-31"), "v2");
});

test("Of several versions that hold, the one that began last is chosen, wherever it is written", () => {
  for (
    const order of [["v1 2025-01-01", "v2 2025-03-01 2025-04-30"], [
      "v2 2025-03-01 2025-04-30",
      "v1 2025-01-01",
    ]]
  ) {
    const feed = feedOf(...order);
    assert.equal(versionAt(feed, "2025-02-28"), "v1");
    assert.equal(versionAt(feed, "2025-04-30"), "v2");
    assert.equal(versionAt(feed, "2025-05-01"), "v1");
  }
  assert.equal(versionAt(feedOf("a 2025-01-01", "b 2025-01-01"), "2025-01-01"), "a");
});

test("A day without a version is refused with the versions that there are", () => {
  const feed = feedOf("v1 2025-01-01 2025-06-30", "v2 2025-08-01");
  for (const date of ["2024-12-31", "2025-07-15"]) {
    assert.throws(
      () => feedVersionAt(feed, date),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_input" &&
        error.message === `Cannot choose a version of feed "f" for ${date}: ` +
            'it has "v1" (2025-01-01 to 2025-06-30), "v2" (2025-08-01 to open)',
    );
  }
});

test("What is no day is a wrong argument", () => {
  for (const date of ["", "2025-02-29", "2025-1-1", "today"]) {
    assert.throws(() => feedVersionAt(feedOf("v1 2025-01-01"), date), RangeError);
  }
});

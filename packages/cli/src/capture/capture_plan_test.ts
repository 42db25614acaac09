import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnvironment, parseFeed } from "@ssmd/core/config";
import { KALSHI_ENDPOINTS } from "@ssmd/kalshi/live";
import { type CapturePlan, planCapture } from "./capture_plan.ts";

const DATE = "2026-01-05";

function plan(endpoint: string, ...lines: readonly string[]): CapturePlan {
  const feed = parseFeed(
    [
      "name: kalshi",
      "type: websocket",
      "versions:",
      "  - version: v2",
      "    effective_from: 2025-01-01",
      "    protocol: {transport: wss, message: json}",
      `    endpoint: ${endpoint}`,
    ].join("\n"),
    "feed.yaml",
  );
  const environment = parseEnvironment(
    [
      "name: test",
      "feed: kalshi",
      "schema: trade:v1",
      "transport: {type: memory}",
      "storage: {type: local}",
      ...lines,
    ].join("\n"),
    "env.yaml",
  );
  return planCapture(feed, environment, { date: DATE, out: "archive" });
}

test("A host that Kalshi does not have (any more) becomes the one it recommends, with a warning", () => {
  const { webSocketUrl, restUrl, warnings } = plan("wss://api.kalshi.com/trade-api/ws/v2");
  assert.deepEqual({ webSocketUrl, restUrl }, KALSHI_ENDPOINTS.prod);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /api\.kalshi\.com is not Kalshi's.*connecting to wss:/);
});

test("A server of one's own has its REST where its WebSocket is, without a warning", () => {
  const { restUrl, warnings } = plan("ws://127.0.0.1:8080/trade-api/ws/v2");
  assert.equal(restUrl, "http://127.0.0.1:8080/trade-api/v2");
  assert.deepEqual(warnings, []);
});

test("Without a choice of markets everything that needs none is captured, books are not", () => {
  const all = plan("ws://127.0.0.1:8080/trade-api/ws/v2");
  assert.equal(all.choice, undefined);
  assert.deepEqual(all.channels, ["ticker", "trade", "market_lifecycle_v2"]);
  const some = plan("ws://127.0.0.1:8080/trade-api/ws/v2", "subscription: {series: [KXBTC15M]}");
  assert.deepEqual(some.choice?.series, ["KXBTC15M"]);
  assert.equal(some.channels[0], "orderbook_delta");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiConnector } from "./kalshi_connector.ts";

test("Options that cannot work are refused before anything is opened", () => {
  const url = "ws://127.0.0.1:9/trade-api/ws/v2";
  assert.throws(
    () => new KalshiConnector({ url, channels: ["orderbook_delta"] }),
    /without markets/,
  );
  assert.throws(() => new KalshiConnector({ url, channels: [] }), /channels is empty/);
  assert.throws(
    () => new KalshiConnector({ url, channels: ["ticker_v2" as "ticker"] }),
    /the channel "ticker_v2"/,
  );
  assert.throws(
    () => new KalshiConnector({ url, channels: ["trade"], silenceMs: 0 }),
    RangeError,
  );
  assert.throws(
    () => new KalshiConnector({ url: "https://x.example", channels: ["trade"] }),
    { code: "invalid_input" },
  );
});

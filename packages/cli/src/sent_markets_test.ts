import assert from "node:assert/strict";
import { test } from "node:test";
import { sentMarkets } from "./sent_markets.ts";

test("The markets of a message are those that it or its parameters name", () => {
  const marketsOf = (message: unknown): readonly string[] | undefined =>
    sentMarkets(new TextEncoder().encode(JSON.stringify(message)));
  assert.deepEqual(marketsOf({ cmd: "subscribe", params: { market_tickers: ["A", "B"] } }), [
    "A",
    "B",
  ]);
  assert.deepEqual(marketsOf({ params: { channels: ["trade"], market_ticker: "A" } }), ["A"]);
  assert.deepEqual(marketsOf({ market_tickers: ["A"], params: { market_ticker: "B" } }), [
    "A",
    "B",
  ]);
  for (const params of [undefined, null, 1, {}, { channels: ["ticker"] }, { market_tickers: [] }]) {
    assert.equal(marketsOf({ cmd: "subscribe", params }), undefined);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmedMarkets, confirmedSid, readControlReply } from "./control_reply.ts";

test("Answers are read in every form that Kalshi's texts and servers show", () => {
  const cases: readonly (readonly [text: string, reply: object | undefined])[] = [
    [
      '{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}',
      { kind: "subscribed", id: 1, sid: 1, channel: "orderbook_delta" },
    ],
    [
      '{"id":123,"sid":456,"seq":222,"type":"ok","msg":{"market_tickers":["M-1","M-2"]}}',
      { kind: "ok", id: 123, sid: 456, markets: ["M-1", "M-2"] },
    ],
    ['{"type":"ok","id":3,"sid":2,"market_tickers":["M-1"]}', {
      kind: "ok",
      id: 3,
      sid: 2,
      markets: ["M-1"],
    }],
    ['{"type":"ok","id":3}', { kind: "ok", id: 3 }],
    ['{"type":"ok","id":0,"sid":2}', { kind: "ok", sid: 2 }],
    [
      '{"id":3,"type":"ok","msg":[{"channel":"orderbook_delta","sid":1},{"channel":"ticker","sid":2}]}',
      { kind: "ok", id: 3, sids: { orderbook_delta: 1, ticker: 2 } },
    ],
    ['{"id":102,"sid":2,"seq":7,"type":"unsubscribed"}', { kind: "unsubscribed", id: 102, sid: 2 }],
    [
      '{"id":123,"type":"error","msg":{"code":7,"msg":"Unknown subscription ID"}}',
      { kind: "error", id: 123, code: 7, text: "Unknown subscription ID" },
    ],
    [
      '{"type":"error","sid":4,"seq":9,"msg":{"code":16,"msg":"x","market_ticker":"M-1"}}',
      { kind: "error", sid: 4, code: 16, text: "x", markets: ["M-1"] },
    ],
    ['{"type":"error"}', { kind: "error", code: NaN, text: "no text" }],
    ['{"type":"trade","sid":1,"seq":2,"msg":{}}', undefined],
    ['{"type":7}', undefined],
  ];
  for (const [text, reply] of cases) {
    assert.deepEqual(readControlReply(JSON.parse(text)), reply, text);
  }
});

test("A list in an answer says what was confirmed, unless it has nothing of what was asked", () => {
  const asked = ["A", "B"];
  assert.deepEqual(confirmedMarkets({ kind: "ok", markets: ["A", "X"] }, asked), ["A"]);
  assert.deepEqual(confirmedMarkets({ kind: "ok", markets: ["X"] }, asked), asked);
  assert.deepEqual(confirmedMarkets({ kind: "ok" }, asked), asked);
  assert.deepEqual(confirmedMarkets({ kind: "subscribed", sid: 1 }, asked), asked);
  assert.equal(confirmedSid({ kind: "ok", sids: { trade: 5 } }, "trade"), 5);
  assert.equal(confirmedSid({ kind: "ok", sid: 3 }, "trade"), 3);
});

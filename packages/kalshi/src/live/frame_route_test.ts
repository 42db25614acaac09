import assert from "node:assert/strict";
import { test } from "node:test";
import { frameRoute, parseFrame, snapshotMarket } from "./frame_route.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("Only market data as the exchange writes it passes unread", () => {
  const routes: readonly (readonly [text: string, route: string])[] = [
    ['{"type":"orderbook_delta","sid":1,"seq":2,"msg":{}}', "data"],
    ['{"type":"ticker","sid":1,"msg":{}}', "data"],
    ['{"type":"trade","sid":1,"msg":{}}', "data"],
    ['{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{}}', "snapshot"],
    ['{"type":"ticker_v2","sid":1}', "other"],
    ['{"type":"ok","id":1}', "other"],
    ['{"type":"error"}', "other"],
    ['{"sid":1,"type":"trade"}', "other"],
    ['{ "type":"trade"}', "other"],
    ["{", "other"],
    ["", "other"],
  ];
  for (const [text, route] of routes) assert.equal(frameRoute(bytes(text)), route, text);
});

test("A snapshot's market is found in its beginning, whatever stands before it", () => {
  const text =
    '{"type":"orderbook_snapshot","sid":1,"seq":1,"id":4,"msg":{"market_ticker":"KX-T3.5",';
  assert.equal(snapshotMarket(bytes(text)), "KX-T3.5");
  assert.equal(snapshotMarket(bytes('{"type":"orderbook_snapshot"}')), undefined);
  assert.equal(snapshotMarket(bytes('{"market_ticker":"cut')), undefined);
});

test("What is no JSON object is nothing to read", () => {
  assert.deepEqual(parseFrame(bytes('{"a":1}')), { a: 1 });
  for (const text of ["[1]", "null", "x", "", "{"]) {
    assert.equal(parseFrame(bytes(text)), undefined);
  }
});

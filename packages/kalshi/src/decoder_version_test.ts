import { EventBatch } from "@ssmd/core";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { KalshiDecoder } from "./decoder.ts";

/** What the rules of a version make of {@link FRAMES}: rows kept in caches depend on it. */
const KNOWN: Readonly<Record<string, string>> = {
  "kalshi 1": "7192b350bf95765936f397061bc4a6823739b7ecbcde1507924747b616646ef4",
};

const msg = (fields: string): string => `"msg":{"market_ticker":"KXA-26JAN01-T1",${fields}}`;
const FRAMES: readonly string[] = [
  `{"type":"ticker","sid":1,${
    msg('"price":50,"yes_bid":47,"yes_ask":54,"no_bid":46,"volume":3,"ts":1769000000')
  }}`,
  `{"type":"ticker","sid":1,${
    msg(
      '"price_dollars":"0.5012","yes_bid_dollars":"0.47","volume_fp":"3.50","ts_ms":1769000000123,"odd":1',
    )
  }}`,
  `{"type":"ticker","sid":1,${
    msg('"price_dollars":"","price":0,"time":"2026-01-20T00:00:00.5Z"')
  }}`,
  `{"type":"trade","sid":2,"seq":5,${
    msg('"yes_price":49,"count":39,"taker_side":"no","ts":1769000002')
  }}`,
  `{"type":"trade","sid":2,"seq":5,${msg('"yes_price":49,"count":39')}}`,
  `{"type":"trade","sid":2,"seq":2,${
    msg('"yes_price_dollars":"0.4900","count_fp":"1.00","is_block_trade":true')
  }}`,
  `{"type":"orderbook_snapshot","sid":3,"seq":1,${
    msg('"yes_dollars_fp":[["0.4000","10.00"]],"no":[[50,1]]')
  }}`,
  `{"type":"orderbook_delta","sid":3,"seq":2,${
    msg('"price_dollars":"0.4000","delta_fp":"-1.50","side":"yes"')
  }}`,
  `{"type":"orderbook_delta","sid":3,"seq":3,${msg('"price":140,"delta":1,"side":"maybe"')}}`,
  `{"type":"market_lifecycle_v2","sid":4,${
    msg(
      '"event_type":"determined","result":"yes","settlement_value":"1.0000","close_ts":1769000003',
    )
  }}`,
  `{"type":"event_lifecycle","sid":4,"msg":{"event_ticker":"KXA-26JAN01","title":"x"}}`,
  `{"type":"fill","sid":5,${msg('"ts":1769000004,"count":1')}}`,
  `{"type":"brand_new","sid":6,"seq":1,${msg('"a":1')}}`,
  `{"type":"subscribed","id":1,"msg":{"channel":"trade","sid":2}}`,
  `{"type":"ticker"}`,
  `[1]`,
];

test("A decoder that makes other rows of known frames has another version", () => {
  const hash = createHash("sha256");
  for (const exact of [false, true]) {
    const decoder = new KalshiDecoder();
    const batch = new EventBatch(decoder.symbols);
    for (const [i, frame] of FRAMES.entries()) {
      const data = new TextEncoder().encode(frame);
      decoder.decode(data, 0, data.length, { id: "a/s", exact }, 1_769_000_000_000_000 + i, batch);
    }
    for (let row = 0; row < batch.length; row++) hash.update(`${JSON.stringify(batch.at(row))}\n`);
    const { types, unknownTypes, unknownFields, invalidFields, ...counts } = decoder.counts;
    const maps = [types, unknownTypes, unknownFields, invalidFields].map((map) => [...map].sort());
    const { frames, malformed, duplicates } = counts;
    hash.update(
      JSON.stringify({ frames, malformed, duplicates, maps, memory: decoder.memory(() => true) }),
    );
  }
  const digest = hash.digest("hex");
  const { version } = new KalshiDecoder();
  assert.equal(
    digest,
    KNOWN[version],
    `the rows changed: raise VERSION in decoder.ts, and note the new digest here`,
  );
});

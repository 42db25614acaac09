import { EventBatch, type MarketEvent } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiDecoder } from "../decoder.ts";

/** The events of some frames, all received at 5 µs, by both paths. */
function decode(...frames: (string | object)[]): MarketEvent[] {
  const [scanned, read] = [true, false].map((scanner) => {
    const decoder = new KalshiDecoder({ scanner });
    const batch = new EventBatch(decoder.symbols);
    for (const frame of frames) {
      const text = typeof frame === "string" ? frame : JSON.stringify(frame);
      const data = new TextEncoder().encode(text);
      decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
    }
    assert.deepEqual([...decoder.counts.unknownFields], []);
    assert.deepEqual([...decoder.counts.invalidFields], []);
    return Array.from({ length: batch.length }, (_, row) => batch.at(row));
  });
  assert.deepEqual(scanned, read);
  return scanned!;
}

const ID = "ef793c45-beed-4096-8a3a-1c70af894be7";

test("Every other kind of data keeps its parsed frame, with its market and its time", () => {
  const cases: [type: string, msg: object, market?: string | undefined, tsEvent?: number][] = [
    ["multivariate_market_lifecycle", { market_ticker: "M-1", event_type: "activated" }, "M-1"],
    [
      "event_lifecycle",
      { event_ticker: "E", title: "T", subtitle: "", sub_title: "", series_ticker: "S" },
    ],
    [
      "event_fee_update",
      { event_ticker: "E", fee_type_override: null, fee_multiplier_override: null },
    ],
    [
      "fill",
      {
        trade_id: ID,
        order_id: ID,
        market_ticker: "M-1",
        exchange_index: 0,
        is_taker: true,
        yes_price_dollars: "0.5000",
        count_fp: "1.00",
        fee_cost: "0.017500",
        outcome_side: "yes",
        book_side: "bid",
        ts_ms: 1787838983996,
        ts: 1787838983,
        post_position_fp: "1.00",
      },
      "M-1",
      1787838983996000,
    ],
    [
      "user_order",
      {
        order_id: ID,
        user_id: ID,
        ticker: "M-1",
        status: "resting",
        yes_price_dollars: "0.5000",
        fill_count_fp: "0.00",
        remaining_count_fp: "1.00",
        initial_count_fp: "1.00",
        client_order_id: "",
        created_ts_ms: 1787838983996,
      },
      "M-1",
      1787838983996000,
    ],
    ["market_position", { user_id: ID, market_ticker: "M-1", position_fp: "-1.00" }, "M-1"],
    [
      "order_group_updates",
      { event_type: "reset", order_group_id: ID, contracts_limit_fp: "1.00", ts_ms: 1000 },
      undefined,
      1000000,
    ],
    [
      "rfq_created",
      { id: ID, creator_id: "", market_ticker: "M-1", created_ts: "1970-01-01T00:00:01.000001Z" },
      "M-1",
      1000001,
    ],
    [
      "rfq_deleted",
      { id: ID, creator_id: "", market_ticker: "M-1", deleted_ts: "1970-01-01T00:00:02Z" },
      "M-1",
      2000000,
    ],
    [
      "quote_created",
      {
        quote_id: ID,
        rfq_id: ID,
        quote_creator_id: "",
        rfq_creator_id: "",
        market_ticker: "M-1",
        yes_bid_dollars: "0.5000",
        no_bid_dollars: "0.4000",
        yes_contracts_offered_fp: "1.00",
        created_ts: "1970-01-01T00:00:03Z",
      },
      "M-1",
      3000000,
    ],
    ["quote_accepted", { quote_id: ID, market_ticker: "M-1", accepted_side: "yes" }, "M-1"],
    [
      "quote_executed",
      { quote_id: ID, order_id: ID, market_ticker: "M-1", executed_ts: "1970-01-01T00:00:04Z" },
      "M-1",
      4000000,
    ],
    [
      "cfbenchmarks_value",
      { index_id: "BRTI", received_at: 5000, data: '{"a":1}', avg_60s_data: { value: "1.0" } },
      undefined,
      5000000,
    ],
    [
      "cfbenchmarks_value_5hz",
      { index_id: "BRTI", value_usd: "1", source_ts_ms: 6000, received_at: 6001, data: "" },
      undefined,
      6000000,
    ],
    ["cfbenchmarks_value_indexlist", { index_ids: ["BRTI"] }],
    [
      "pyth_value",
      { underlying_ticker: "X", value_usd: "1", source_ts_ms: 7000, received_at: 7001 },
      undefined,
      7000000,
    ],
    ["pyth_value_underlying_list", { underlying_tickers: ["X"] }],
  ];
  for (const [type, msg, market, tsEvent] of cases) {
    const frame = { type, sid: 1, seq: 1, msg };
    const [event, ...more] = decode(frame);
    assert.deepEqual(more, []);
    assert.equal(event!.market, market, type);
    assert.equal(event!.tsEvent, tsEvent, type);
    if (type === "multivariate_market_lifecycle") assert.equal(event!.kind, "lifecycle");
    else assert.deepEqual([event!.kind, event!.detail], ["detail", frame]);
  }
});

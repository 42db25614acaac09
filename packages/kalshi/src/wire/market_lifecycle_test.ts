import { EventBatch } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiDecoder } from "../decoder.ts";
import type { MarketLifecycle } from "./market_lifecycle.ts";

/** The detail and the time of one lifecycle frame, and the fields that were odd. */
function lifecycle(msg: object): [MarketLifecycle, number | undefined, ...string[]] {
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  const frame = { type: "market_lifecycle_v2", sid: 1, msg: { market_ticker: "A-1", ...msg } };
  const data = new TextEncoder().encode(JSON.stringify(frame));
  decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
  assert.equal(batch.length, 1);
  const { kind, market, detail, tsEvent, last } = batch.at(0);
  assert.deepEqual([kind, market, last], ["lifecycle", "A-1", true]);
  const { unknownFields, invalidFields } = decoder.counts;
  return [detail as MarketLifecycle, tsEvent, ...unknownFields.keys(), ...invalidFields.keys()];
}

test("A market's life is normalised, event by event", () => {
  const price_ranges = [{ start: "0.0000", end: "1.0000", step: "0.0010" }];
  assert.deepEqual(
    lifecycle({
      event_type: "created",
      exchange_index: 0,
      open_ts: 1759352700,
      close_ts: 1760598000,
      price_level_structure: "deci_cent",
      price_ranges,
      additional_metadata: {
        name: "Eva Lys",
        title: "Will Eva Lys win?",
        yes_sub_title: "Eva Lys",
        no_sub_title: "Not her",
        rules_primary: 'If "she" wins …',
        rules_secondary: "",
        can_close_early: true,
        event_ticker: "A",
        expected_expiration_ts: 1759399200,
        strike_type: "structured",
        floor_strike: 7999999999.99,
        cap_strike: null,
        custom_strike: { tennis_competitor: "6c69f42c" },
      },
    }),
    [{
      event: "created",
      exchangeIndex: 0,
      openTime: 1759352700000000,
      closeTime: 1760598000000000,
      priceLevelStructure: "deci_cent",
      priceRanges: [{ start: 0, end: 10000, step: 10 }],
      name: "Eva Lys",
      title: "Will Eva Lys win?",
      yesSubTitle: "Eva Lys",
      noSubTitle: "Not her",
      rulesPrimary: 'If "she" wins …',
      rulesSecondary: "",
      canCloseEarly: true,
      eventTicker: "A",
      expectedExpirationTime: 1759399200000000,
      strikeType: "structured",
      floorStrike: 7999999999.99,
      customStrike: { tennis_competitor: "6c69f42c" },
    }, undefined],
  );
  assert.deepEqual(
    lifecycle({
      event_type: "determined",
      determination_ts: 1784501722,
      result: "no",
      settlement_value: "0.0000",
    }),
    [{
      event: "determined",
      determinationTime: 1784501722000000,
      result: "no",
      settlementValue: 0,
    }, 1784501722000000],
  );
  assert.deepEqual(lifecycle({ event_type: "settled", settled_ts: 1784500206 }), [
    { event: "settled", settledTime: 1784500206000000 },
    1784500206000000,
  ]);
  assert.deepEqual(lifecycle({ event_type: "deactivated", is_deactivated: true }), [
    { event: "deactivated", deactivated: true },
    undefined,
  ]);
  assert.deepEqual(lifecycle({ event_type: "close_date_updated", close_ts: 1759353839 }), [
    { event: "close_date_updated", closeTime: 1759353839000000 },
    undefined,
  ]);
  assert.deepEqual(
    lifecycle({ event_type: "metadata_updated", strike_type: "greater", floor_strike: "4615.99" }),
    [{ event: "metadata_updated", strikeType: "greater", floorStrike: 4615.99 }, undefined],
  );
  const structure = "deci_cent";
  assert.deepEqual(
    lifecycle({
      event_type: "price_level_structure_updated",
      price_level_structure: structure,
      price_ranges,
    })[0].priceRanges,
    [{ start: 0, end: 10000, step: 10 }],
  );
});

test("A member that cannot be used is absent, and the others stay", () => {
  assert.deepEqual(
    lifecycle({
      event_type: "determined",
      result: 7,
      settlement_value: "1.5",
      determination_ts: "soon",
      is_deactivated: "no",
      price_ranges: [{ start: "0.0000", end: "1.0000" }],
      floor_strike: "1e5",
      brand_new: 1,
      close_ts: "1759353839",
      additional_metadata: { title: {}, name: "N", brand_new: 1, cap_strike: null },
    }),
    [
      { event: "determined", closeTime: 1759353839000000, name: "N" },
      undefined,
      "market_lifecycle_v2.brand_new",
      "market_lifecycle_v2.additional_metadata.brand_new",
      "market_lifecycle_v2.determination_ts",
      "market_lifecycle_v2.additional_metadata.title",
      "market_lifecycle_v2.result",
      "market_lifecycle_v2.settlement_value",
      "market_lifecycle_v2.is_deactivated",
      "market_lifecycle_v2.price_ranges",
      "market_lifecycle_v2.floor_strike",
    ],
  );
});

test("Metadata that is no object costs only itself", () => {
  assert.deepEqual(lifecycle({ event_type: "created", additional_metadata: [] }), [
    { event: "created" },
    undefined,
    "market_lifecycle_v2.additional_metadata",
  ]);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseIsoTime } from "@ssmd/core";
import { MarketCatalog } from "./market_catalog.ts";
import { parseMarketObjects } from "./market_objects.ts";

const data = process.env.SSMD_DATA;
const skip = data === undefined ? "SSMD_DATA is not set" : false;

const market = { ticker: "KXA-1-YES", event_ticker: "KXA-1", close_time: "2026-08-11T03:00:00Z" };
const event = { event_ticker: "KXA-1", series_ticker: "KXA", title: "A" };
const series = { ticker: "KXA", fee_type: "quadratic", fee_multiplier: 1 };

function catalogOf(...answers: unknown[]): MarketCatalog {
  const catalog = new MarketCatalog();
  for (const answer of answers) catalog.add(parseMarketObjects(answer));
  return catalog;
}

test("a market knows its series and title through its event, whichever came first", () => {
  for (const answers of [[market, event], [event, market]]) {
    assert.deepEqual(catalogOf(...answers).get("KXA-1-YES"), {
      ticker: "KXA-1-YES",
      eventTicker: "KXA-1",
      seriesTicker: "KXA",
      title: "A",
      closeTime: parseIsoTime("2026-08-11T03:00:00Z"),
    });
  }
  assert.equal(catalogOf(market).get("KXA-1-YES")?.seriesTicker, undefined);
  assert.equal(catalogOf(market).get("OTHER"), undefined);
});

test("markets come sorted by ticker, each once", () => {
  const catalog = catalogOf(
    [{ ...market, ticker: "B" }, { ...market, ticker: "a" }],
    { ...market, ticker: "A" },
    { ...market, ticker: "B" },
  );
  assert.deepEqual(catalog.markets().map((info) => info.ticker), ["A", "B", "a"]);
  assert.equal(catalog.counts.duplicates, 1);
});

test("of two answers the one that the exchange changed last counts, as a whole", () => {
  const older = { ...market, title: "old", result: "yes", updated_time: "2026-08-11T03:00:00Z" };
  const newer = { ...market, result: "no", updated_time: "2026-08-11T03:00:00.000001Z" };
  for (const answers of [[older, newer], [newer, older]]) {
    const catalog = catalogOf(...answers);
    assert.equal(catalog.settlementOf("KXA-1-YES")?.yesValue, 0);
    assert.equal(catalog.get("KXA-1-YES")?.title, undefined);
    assert.equal(catalog.counts.duplicates, 1);
  }
});

test("of two answers changed at the same time the one added later counts", () => {
  for (const updated_time of ["2026-08-11T03:00:00Z", "0001-01-01T00:00:00Z", undefined]) {
    const [yes, no] = ["yes", "no"].map((result) => ({ ...market, result, updated_time }));
    assert.equal(catalogOf(yes, no).settlementOf("KXA-1-YES")?.yesValue, 0);
    assert.equal(catalogOf(no, yes).settlementOf("KXA-1-YES")?.yesValue, 10_000);
  }
});

test("an answer that does not say when it was changed counts as the oldest", () => {
  const dated = { ...market, result: "yes", updated_time: "1970-01-01T00:00:00Z" };
  const undated = { ...market, result: "no" };
  assert.equal(catalogOf(dated, undated).settlementOf("KXA-1-YES")?.yesValue, 10_000);
  assert.equal(catalogOf(undated, dated).settlementOf("KXA-1-YES")?.yesValue, 10_000);
});

test("events and series merge by their own time of change", () => {
  const catalog = catalogOf(
    market,
    { ...event, series_ticker: "KXNEW", last_updated_ts: "2026-08-02T00:00:00Z" },
    { ...event, series_ticker: "KXOLD", last_updated_ts: "2026-08-01T00:00:00Z" },
  );
  assert.equal(catalog.get("KXA-1-YES")?.seriesTicker, "KXNEW");
});

test("the fee schedule sees objects and changes of all answers", () => {
  const row = {
    series_ticker: "KXA",
    fee_type: "quadratic",
    fee_multiplier: 0.5,
    scheduled_ts: "2026-07-03T00:00:00Z",
  };
  const catalog = catalogOf(market, { event }, { series: [series] }, {
    series_fee_change_arr: [row, row],
  });
  const time = parseIsoTime("2026-07-03T00:00:00Z")!;
  const schedule = catalog.feeSchedule();
  assert.equal(schedule.feesOf("KXA-1-YES", time - 1).multiplier, 10_000);
  assert.equal(schedule.feesOf("KXA-1-YES", time).multiplier, 5_000);
  assert.deepEqual(catalog.counts, {
    markets: 1,
    settled: 0,
    events: 1,
    series: 1,
    seriesFeeChanges: 1,
    eventFeeChanges: 0,
    duplicates: 1,
  });
});

test("problems of all answers are kept", () => {
  const catalog = catalogOf({ ...market, title: 1 }, { ...event, title: 2 });
  assert.equal(catalog.problems.length, 2);
});

test("the recorded gold market settles at 0 at the exchange's time", { skip }, () => {
  const path = `${data}/gold/KXGOLD15M-26AUG102300.json`;
  const catalog = catalogOf(JSON.parse(readFileSync(path, "utf8")));
  assert.deepEqual(catalog.problems, []);
  assert.deepEqual(catalog.markets(), [{
    ticker: "KXGOLD15M-26AUG102300-00",
    eventTicker: "KXGOLD15M-26AUG102300",
    seriesTicker: "KXGOLD15M",
    title: "Gold price up in next 15 mins?",
    openTime: Date.UTC(2026, 7, 11, 2, 45) * 1000,
    closeTime: Date.UTC(2026, 7, 11, 3) * 1000,
    // Fetched long after, and last changed with the settlement.
    closes: [{
      time: Date.UTC(2026, 7, 11, 3, 0, 5) * 1000 + 469_268,
      closeTime: Date.UTC(2026, 7, 11, 3) * 1000,
    }],
    settlement: {
      yesValue: 0,
      time: Date.UTC(2026, 7, 11, 3, 0, 5) * 1000 + 459_574,
      timeSource: "settlement_ts",
    },
  }]);
});

test("the recorded markets of 2025 settle from their results", { skip }, () => {
  const path = `${data}/recorded/rest-2025-09/markets_list.json`;
  const catalog = catalogOf(JSON.parse(readFileSync(path, "utf8")));
  assert.equal(catalog.counts.settled, 2);
  const close = parseIsoTime("2025-09-17T03:56:01.983581Z")!;
  const won = { yesValue: 10_000, time: close, timeSource: "close_time" };
  assert.deepEqual(catalog.settlementOf("KXWNBAGAME-25SEP16LVSEA-SEA"), won);
  assert.deepEqual(catalog.settlementOf("KXWNBAGAME-25SEP16LVSEA-LV"), { ...won, yesValue: 0 });
});

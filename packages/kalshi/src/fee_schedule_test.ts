import assert from "node:assert/strict";
import { test } from "node:test";
import { SsmdError } from "@ssmd/core";
import { FeeSchedule, type FeeSources } from "./fee_schedule.ts";
import { parseMarketObjects } from "./market_objects.ts";

const market = { ticker: "KXA-1-YES", event_ticker: "KXA-1" };
const event = { event_ticker: "KXA-1", series_ticker: "KXA", title: "A" };
const series = { ticker: "KXA", fee_type: "quadratic", fee_multiplier: 1 };

function change(fee_multiplier: unknown, scheduled_ts: string, fee_type: unknown = "quadratic") {
  return { id: scheduled_ts, series_ticker: "KXA", fee_type, fee_multiplier, scheduled_ts };
}

function eventChange(fee_multiplier_override: unknown, scheduled_ts: string) {
  const fee_type_override = fee_multiplier_override === null ? null : "quadratic_with_maker_fees";
  return {
    id: scheduled_ts,
    event_ticker: "KXA-1",
    series_ticker: "KXA",
    fee_type_override,
    fee_multiplier_override,
    scheduled_ts,
  };
}

function schedule(...objects: unknown[]): FeeSchedule {
  return new FeeSchedule(parseMarketObjects(objects));
}

function at(text: string): number {
  return Date.parse(text) * 1000;
}

function multiplierAt(fees: FeeSchedule, text: string): string {
  const { multiplier, source } = fees.feesOf("KXA-1-YES", at(text));
  return `${source} ${multiplier}`;
}

test("a market's fee is its series' fee, found through its event", () => {
  assert.deepEqual(schedule(market, event, series).feesOf("KXA-1-YES", 0), {
    type: "quadratic",
    multiplier: 10_000,
    source: "series",
    waived: false,
  });
});

test("a change of the series holds from its scheduled moment on, to the microsecond", () => {
  const fees = schedule(
    market,
    event,
    series,
    change(0.25, "2026-08-01T00:00:00Z"),
    change("0.5", "2026-07-01T12:00:00.5Z"),
  );
  assert.equal(multiplierAt(fees, "2026-07-01T12:00:00.499Z"), "series 10000");
  assert.equal(multiplierAt(fees, "2026-07-01T12:00:00.500Z"), "series 5000");
  assert.equal(fees.feesOf("KXA-1-YES", at("2026-08-01T00:00:00Z") - 1).multiplier, 5_000);
  assert.equal(multiplierAt(fees, "2026-08-01T00:00:00Z"), "series 2500");
  assert.equal(multiplierAt(fees, "2036-08-01T00:00:00Z"), "series 2500");
});

test("without the series' object the earliest change stands for the time before it", () => {
  const fees = schedule(market, event, change(0.5, "2026-07-01T00:00:00Z"));
  assert.equal(multiplierAt(fees, "2020-01-01T00:00:00Z"), "series 5000");
});

test("an event's override counts before the series, and null ends it", () => {
  const fees = schedule(
    market,
    event,
    series,
    change(0.5, "2026-07-03T00:00:00Z"),
    eventChange(2, "2026-07-02T00:00:00Z"),
    eventChange(null, "2026-07-04T00:00:00Z"),
  );
  assert.equal(multiplierAt(fees, "2026-07-01T23:59:59Z"), "series 10000");
  assert.equal(multiplierAt(fees, "2026-07-02T00:00:00Z"), "event 20000");
  assert.equal(multiplierAt(fees, "2026-07-03T12:00:00Z"), "event 20000");
  assert.equal(multiplierAt(fees, "2026-07-04T00:00:00Z"), "series 5000");
  const overridden = fees.feesOf("KXA-1-YES", at("2026-07-03T00:00:00Z"));
  assert.equal(overridden.type, "quadratic_with_maker_fees");
});

test("an override in the event's own object counts until the first change", () => {
  const free = { ...event, fee_multiplier_override: 0 };
  assert.equal(multiplierAt(schedule(market, free, series), "2026-07-01T00:00:00Z"), "event 0");
  const fees = schedule(market, free, series, eventChange(2, "2026-07-02T00:00:00Z"));
  assert.equal(multiplierAt(fees, "2026-07-01T00:00:00Z"), "event 0");
  assert.equal(multiplierAt(fees, "2026-07-02T00:00:00Z"), "event 20000");
});

test("an event's object fetched after a change does not carry it back in time", () => {
  const later = {
    ...event,
    fee_type_override: "quadratic_with_maker_fees",
    fee_multiplier_override: "2.0",
  };
  const fees = schedule(market, later, series, eventChange(2, "2026-07-02T00:00:00Z"));
  assert.equal(multiplierAt(fees, "2026-07-01T00:00:00Z"), "series 10000");
  assert.equal(multiplierAt(fees, "2026-07-02T00:00:00Z"), "event 20000");
});

test("an override of one part leaves the other to the series", () => {
  const typed = { ...event, fee_type_override: "quadratic_with_combo_maker_fees" };
  assert.deepEqual(
    schedule(market, typed, { ...series, fee_multiplier: 0.5 }).feesOf("KXA-1-YES", 0),
    {
      type: "quadratic_with_combo_maker_fees",
      multiplier: 5_000,
      source: "event",
      waived: false,
    },
  );
});

test("a fee change names the series of an event that is not known otherwise", () => {
  const fees = schedule(market, series, eventChange(null, "2026-07-02T00:00:00Z"));
  assert.equal(multiplierAt(fees, "2026-07-03T00:00:00Z"), "series 10000");
});

test("what nobody states is assumed, and says so", () => {
  const fees = schedule(market, { ticker: "KXB", fee_type: "quadratic" }, {
    ticker: "KXB-1",
    event_ticker: "KXB-1",
  }, { event_ticker: "KXB-1", series_ticker: "KXB" });
  assert.deepEqual(fees.assumedMarkets, []);
  const assumed = { type: "quadratic", multiplier: 10_000, source: "assumed", waived: false };
  assert.deepEqual(fees.feesOf("KXA-1-YES", 0), assumed);
  assert.deepEqual(fees.feesOf("KXA-1-YES", 5), assumed);
  assert.deepEqual(fees.feesOf("NEVER-SEEN", 0), assumed);
  assert.deepEqual(fees.feesOf("KXB-1", 0), assumed);
  assert.deepEqual(fees.assumedMarkets, ["KXA-1-YES", "NEVER-SEEN", "KXB-1"]);
});

test("a stated fee type without a known formula is an error that names it and the market", () => {
  for (const type of ["flat", "margin_market_maker_program_fees", "cubic", 5]) {
    const fees = schedule(market, event, { ...series, fee_type: type });
    assert.throws(
      () => fees.feesOf("KXA-1-YES", 0),
      (error) =>
        error instanceof SsmdError && error.code === "unknown_fee" &&
        error.message.includes(String(type)) && error.message.includes("KXA-1-YES"),
    );
    assert.deepEqual(fees.assumedMarkets, []);
  }
});

test("a multiplier that is no exact number is an error that names it and the market", () => {
  for (const multiplier of [-1, 0.00001, "0.00001", "much", "NaN", "", { value: 1 }, true]) {
    const fees = schedule(market, event, { ...series, fee_multiplier: multiplier });
    assert.throws(
      () => fees.feesOf("KXA-1-YES", 0),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_input" &&
        error.message.includes("KXA-1-YES"),
      JSON.stringify(multiplier),
    );
  }
});

test("a multiplier of zero is real and not an assumption", () => {
  const fees = schedule(market, event, { ...series, fee_multiplier: 0 });
  assert.equal(multiplierAt(fees, "2026-07-01T00:00:00Z"), "series 0");
});

test("a fee waiver runs until its expiry", () => {
  const waived = { ...market, fee_waiver_expiration_time: "2026-07-01T00:00:00Z" };
  const fees = schedule(waived, event, series);
  const expiry = at("2026-07-01T00:00:00Z");
  assert.equal(fees.feesOf("KXA-1-YES", expiry - 1).waived, true);
  assert.equal(fees.feesOf("KXA-1-YES", expiry).waived, false);
});

test("of two changes at one moment the later row counts", () => {
  const sources: FeeSources = parseMarketObjects([
    market,
    event,
    change(0.5, "2026-07-01T00:00:00Z"),
    change(0.25, "2026-07-01T00:00:00Z"),
  ]);
  assert.equal(multiplierAt(new FeeSchedule(sources), "2026-07-01T00:00:00Z"), "series 2500");
});

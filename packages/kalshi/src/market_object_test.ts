import assert from "node:assert/strict";
import { test } from "node:test";
import { formatIsoTime, type Settlement } from "@ssmd/core";
import { type MarketObject, readMarket } from "./market_object.ts";

const CLOSE = "2026-08-11T03:00:00Z";

function read(fields: Record<string, unknown>): { market: MarketObject; problems: string[] } {
  const problems: string[] = [];
  return { market: readMarket({ ticker: "M", ...fields }, "M", undefined, problems), problems };
}

/** Reads a market that must have no problems. */
function settlement(fields: Record<string, unknown>): Settlement | undefined {
  const { market, problems } = read({ close_time: CLOSE, ...fields });
  assert.deepEqual(problems, []);
  return market.settlement;
}

function micros(text: string): number {
  return Date.parse(text) * 1000;
}

test("a market keeps its event, title and times", () => {
  const { market, problems } = read({
    event_ticker: "E",
    title: "Rain?",
    open_time: "2026-08-11T02:45:00Z",
    close_time: CLOSE,
    updated_time: "2026-08-11T03:00:05.469268Z",
    fee_waiver_expiration_time: "2026-08-12T00:00:00+02:00",
    result: "",
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(market, {
    ticker: "M",
    eventTicker: "E",
    title: "Rain?",
    openTime: micros("2026-08-11T02:45:00Z"),
    closeTime: micros(CLOSE),
    updatedTime: micros("2026-08-11T03:00:05.469Z") + 268,
    feeWaiverExpirationTime: micros("2026-08-11T22:00:00Z"),
  });
});

test("null, empty and absent fields are absent, and so is the year that means never", () => {
  const { market, problems } = read({
    event_ticker: "",
    title: "",
    yes_sub_title: "Above 5",
    open_time: null,
    close_time: "0001-01-01T00:00:00Z",
    settlement_ts: null,
    settlement_value_dollars: null,
    result: "",
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(market, { ticker: "M", title: "Above 5" });
});

test("every field of a wrong type is absent on its own and named", () => {
  const { market, problems } = read({
    event_ticker: 5,
    title: ["x"],
    open_time: 1786416300,
    close_time: "yesterday",
    updated_time: "2026-02-30T00:00:00Z",
    fee_waiver_expiration_time: {},
    settlement_ts: "2026-08-11T03:00:05Z",
    settlement_value_dollars: 1,
    result: "yes",
  });
  assert.deepEqual(market, {
    ticker: "M",
    settlement: {
      yesValue: 10_000,
      time: micros("2026-08-11T03:00:05Z"),
      timeSource: "settlement_ts",
    },
  });
  const named = problems.map((problem) => problem.split(" is ")[0]);
  assert.deepEqual(named, [
    "M: event_ticker",
    "M: title",
    "M: open_time",
    "M: close_time",
    "M: updated_time",
    "M: fee_waiver_expiration_time",
    "M: settlement_value_dollars",
  ]);
});

test("a settlement takes the exchange's own value and time", () => {
  const fields = { result: "yes", settlement_ts: "2026-08-11T03:00:05.459574Z" };
  const settled = settlement({ ...fields, settlement_value_dollars: "1.0000" });
  assert.deepEqual(settled, {
    yesValue: 10_000,
    time: micros("2026-08-11T03:00:05.459Z") + 574,
    timeSource: "settlement_ts",
  });
});

test("without a value yes pays $1 and no pays nothing", () => {
  assert.equal(settlement({ result: "yes" })?.yesValue, 10_000);
  assert.equal(settlement({ result: "no" })?.yesValue, 0);
});

test("a scalar result pays its value, in any number of exact decimals", () => {
  assert.equal(
    settlement({ result: "scalar", settlement_value_dollars: "0.4321" })?.yesValue,
    4321,
  );
  assert.equal(settlement({ result: "scalar", settlement_value_dollars: "0.5" })?.yesValue, 5000);
  assert.equal(
    settlement({ result: "scalar", settlement_value_dollars: "0.250000" })?.yesValue,
    2500,
  );
});

test("the older form in cents settles too, also at 0", () => {
  assert.equal(settlement({ result: "scalar", settlement_value: 37 })?.yesValue, 3700);
  assert.equal(settlement({ result: "no", settlement_value: 0 })?.yesValue, 0);
  assert.equal(settlement({ result: "yes", settlement_value: 100 })?.yesValue, 10_000);
});

test("a result without a settlement time counts from the close, and says so", () => {
  assert.deepEqual(settlement({ result: "no" }), {
    yesValue: 0,
    time: micros(CLOSE),
    timeSource: "close_time",
  });
  const never = settlement({ result: "no", settlement_ts: "0001-01-01T00:00:00Z" });
  assert.equal(never?.timeSource, "close_time");
});

test("without a result there is no settlement, whatever value is shown", () => {
  for (const result of ["", null, undefined]) {
    assert.equal(settlement({ result, settlement_value_dollars: "1.0000" }), undefined);
  }
});

test("a result that cannot be paid is a problem and no settlement", () => {
  for (
    const fields of [
      { result: "scalar", close_time: CLOSE },
      { result: "scalar", close_time: CLOSE, settlement_value_dollars: "1.0001" },
      { result: "scalar", close_time: CLOSE, settlement_value_dollars: "0.00001" },
      { result: "void", close_time: CLOSE },
      { result: "yes" },
    ]
  ) {
    const { market, problems } = read(fields);
    assert.equal(market.settlement, undefined);
    assert.ok(problems.length > 0, JSON.stringify(fields));
  }
});

test("a value that contradicts the result counts, and is a problem", () => {
  const { market, problems } = read({
    result: "yes",
    close_time: CLOSE,
    settlement_value_dollars: "0.0000",
  });
  assert.equal(market.settlement?.yesValue, 0);
  assert.equal(problems.length, 1);
});

test("times are read with zero to nine fraction digits and cut to the microsecond", () => {
  const digits = "123456789";
  for (let length = 0; length <= 9; length++) {
    const fraction = length === 0 ? "" : `.${digits.slice(0, length)}`;
    const settled = settlement({ result: "yes", settlement_ts: `2026-08-11T03:00:05${fraction}Z` });
    const expected = micros("2026-08-11T03:00:05Z") +
      Number(digits.slice(0, Math.min(length, 6)).padEnd(6, "0"));
    assert.equal(settled?.time, expected, fraction);
  }
  assert.equal(formatIsoTime(micros(CLOSE)), CLOSE);
});

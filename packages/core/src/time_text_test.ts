import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MICROS_PER_DAY } from "./clock.ts";
import { formatIsoTime, parseIsoTime, utcDate, utcMinute } from "./time_text.ts";

/** From 1684 to 2255, where every microsecond is an exact integer. */
const exactTime = fc.maxSafeInteger();

test("A formatted time parses back to the same microsecond", () => {
  fc.assert(fc.property(exactTime, (time) => {
    assert.equal(parseIsoTime(formatIsoTime(time)), time);
  }));
});

test("Parsing agrees with Date.parse wherever that is defined and exact", () => {
  const parts = fc.record({
    date: fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    }),
    zone: fc.constantFrom("Z", "+00:00", "-05:00", "+05:30", "+14:00", "-23:59"),
    cut: fc.constantFrom(23, 19, 16),
  });
  fc.assert(fc.property(parts, ({ date, zone, cut }) => {
    const text = date.toISOString().slice(0, cut) + zone;
    assert.equal(parseIsoTime(text), Date.parse(text) * 1000);
  }));
});

test("A fraction of up to six digits counts, and more only when they are zeros", () => {
  const base = Date.UTC(2026, 7, 11, 2, 55) * 1000;
  const fractions = { "5": 500_000, "07": 70_000, "000001": 1, "123456": 123_456 };
  for (const [digits, micros] of Object.entries(fractions)) {
    assert.equal(parseIsoTime(`2026-08-11T02:55:00.${digits}Z`), base + micros);
  }
  assert.equal(parseIsoTime("2026-08-11T02:55:00.123456000Z"), base + 123_456);
  assert.equal(parseIsoTime("2026-08-11T02:55:00.123456700Z"), undefined);
  assert.equal(parseIsoTime("2026-08-11T02:55:00.0000000000Z"), undefined);
});

test("The zone is subtracted, with or without its colon; T and Z may be lower case", () => {
  const expected = Date.UTC(2026, 7, 11, 2, 55) * 1000;
  for (
    const text of [
      "2026-08-11T02:55:00Z",
      "2026-08-11t02:55:00z",
      "2026-08-11 02:55Z",
      "2026-08-10T22:55:00-04:00",
      "2026-08-11T08:25:00+0530",
    ]
  ) assert.equal(parseIsoTime(text), expected, text);
});

test("What is no time of the calendar, or has no zone, is refused", () => {
  const refused = [
    ..."|2026-08-11|2026-08-11T02:55:00|2026-08-11T02:55:00 Z|2026-8-11T02:55:00Z".split("|"),
    ..."2026-02-29T00:00:00Z|2026-02-30T00:00:00Z|2026-13-01T00:00:00Z|2026-00-10T00:00:00Z".split(
      "|",
    ),
    ..."2026-08-00T00:00:00Z|2026-08-32T00:00:00Z|2026-08-99T00:00:00Z|1900-02-29T00:00:00Z".split(
      "|",
    ),
    ..."2026-08-11T24:00:00Z|2026-08-11T02:60:00Z|2026-08-11T02:55:60Z|2026-08-11T02Z".split("|"),
    ..."2026-08-11T02:55:00.Z|2026-08-11T02:55:00+24:00|2026-08-11T02:55:00+05:60".split("|"),
    ..."2026-08-11T02:55:00+5|+002026-08-11T02:55:00Z|２026-08-11T02:55:00Z|1786416310578".split(
      "|",
    ),
    "2026-08-11T02:55:00Z\n",
  ];
  for (const text of refused) assert.equal(parseIsoTime(text), undefined, JSON.stringify(text));
});

test("The first years of the calendar are read as such, leap days included", () => {
  for (const text of ["0001-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "0099-12-31T23:59:59Z"]) {
    assert.equal(parseIsoTime(text), Date.parse(text) * 1000);
    assert.equal(formatIsoTime(parseIsoTime(text)!), text);
  }
  assert.equal(parseIsoTime("0001-02-29T00:00:00Z"), undefined);
});

test("A time is written with the fewest of no, three and six decimals", () => {
  const base = Date.UTC(2026, 7, 11, 2, 55) * 1000;
  assert.equal(formatIsoTime(base), "2026-08-11T02:55:00Z");
  assert.equal(formatIsoTime(base + 120_000), "2026-08-11T02:55:00.120Z");
  assert.equal(formatIsoTime(base + 1), "2026-08-11T02:55:00.000001Z");
  assert.equal(formatIsoTime(-1), "1969-12-31T23:59:59.999999Z");
  assert.equal(
    formatIsoTime(parseIsoTime("9999-12-31T23:59:59Z")! + 1_000_000),
    "+010000-01-01T00:00:00Z",
  );
});

test("Day and minute are those of the time's UTC text", () => {
  fc.assert(fc.property(exactTime, (time) => {
    const text = formatIsoTime(time);
    assert.equal(utcDate(time), text.slice(0, 10));
    assert.equal(utcMinute(time), text.slice(11, 13) + text.slice(14, 16));
  }));
  assert.equal(utcDate(MICROS_PER_DAY - 1), "1970-01-01");
  assert.equal(utcMinute(MICROS_PER_DAY - 1), "2359");
  assert.equal(utcDate(MICROS_PER_DAY), "1970-01-02");
});

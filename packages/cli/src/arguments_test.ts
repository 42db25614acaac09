import assert from "node:assert/strict";
import { SsmdError } from "@ssmd/core";
import fc from "fast-check";
import { test } from "node:test";
import { parseAddress, parseContracts, parseCount, parseDuration, parseTime } from "./arguments.ts";

/** Refuses with one line that repeats the text. */
function assertRefused(parse: (text: string) => unknown, text: string): void {
  assert.throws(() => parse(text), (error: unknown) => {
    assert.ok(error instanceof SsmdError, String(error));
    assert.ok(error.message.includes(JSON.stringify(text)), error.message);
    return true;
  });
}

test("A moment is ISO 8601 with a zone or milliseconds", () => {
  const moment = 1_786_416_900_000_000;
  for (
    const text of [
      "1786416900000",
      "2026-08-11T02:55:00Z",
      "2026-08-11T02:55:00.000000Z",
      "2026-08-11T04:55:00+02:00",
      "2026-08-10T22:55:00-04:00",
    ]
  ) assert.equal(parseTime(text), moment, text);
  assert.equal(parseTime("0"), 0);
});

test("Every whole millisecond reads the same in both ways", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
    assert.equal(parseTime(String(ms)), ms * 1000);
    assert.equal(parseTime(new Date(ms).toISOString()), ms * 1000);
  }));
});

test("What is no moment, or one without a zone, is refused", () => {
  for (
    const text of [
      ...["", " ", "now", "yesterday", "-1", "1.5", "1e12", "0x10", "123456789012345"],
      ...["2026-08-11", "2026-08-11T02:55:00", "2026-08-11 02:55", "2026-13-01T00:00:00Z"],
      ...["2026-02-30T00:00:00Z", "2026-08-11T25:00:00Z", "2026-08-11T02:55:00Z "],
    ]
  ) assertRefused(parseTime, text);
});

test("A length of time is a number and a unit", () => {
  assert.equal(parseDuration("1s"), 1_000_000);
  assert.equal(parseDuration("60s"), parseDuration("1m"));
  assert.equal(parseDuration("60m"), parseDuration("1h"));
  assert.equal(parseDuration("24h"), parseDuration("1d"));
  for (const text of ["", "0s", "60", "s", "1.5m", "-1s", "1w", "1 s", "1S", "12345678s"]) {
    assertRefused(parseDuration, text);
  }
});

test("Contracts have at most two decimals and are more than none", () => {
  assert.equal(parseContracts("10"), 1000);
  assert.equal(parseContracts("0.01"), 1);
  for (const text of ["0", "0.00", "-1", "0.001", "ten", "", "1e3", "NaN"]) {
    assertRefused(parseContracts, text);
  }
});

test("A count is a whole number above 0", () => {
  assert.equal(parseCount("1"), 1);
  assert.equal(parseCount("999999999"), 999_999_999);
  for (const text of ["0", "-1", "1.0", "1e3", "", " 1", "1000000000", "all"]) {
    assertRefused(parseCount, text);
  }
});

test("An address is a port on loopback or a host with a port", () => {
  assert.deepEqual(parseAddress("9464"), { host: "127.0.0.1", port: 9464 });
  assert.deepEqual(parseAddress("0.0.0.0:80"), { host: "0.0.0.0", port: 80 });
  assert.deepEqual(parseAddress("[::1]:0"), { host: "::1", port: 0 });
  for (const text of ["", "70000", "host", ":80", "a b:80", "::1:80x", "80/metrics"]) {
    assert.throws(() => parseAddress(text), /expected a port or host:port/);
  }
});

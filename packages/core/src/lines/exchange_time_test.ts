import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exchangeTime } from "./exchange_time.ts";
import { formatIsoTime } from "../time_text.ts";

/** The time in `frame`, read where other times stand around it. */
function timeOf(frame: string): number {
  const before = '{"ts_ms":1,"ts":';
  const bytes = new TextEncoder().encode(`${before}${frame},"ts_ms":2,"ts":3}`);
  return exchangeTime(bytes, before.length, bytes.length - ',"ts_ms":2,"ts":3}'.length);
}

test("Milliseconds count before seconds, wherever the two stand", () => {
  assert.equal(timeOf('{"type":"x","msg":{"ts":1,"ts_ms":1786416310657}}'), 1_786_416_310_657_000);
  assert.equal(timeOf('{"ts_ms":7,"msg":{"ts":1}}'), 7000);
  assert.equal(timeOf('{"msg":[{"ts":1769000000}],"ts_ms":null}'), 1_769_000_000_000_000);
});

test("The first of several counts", () => {
  assert.equal(timeOf('{"msg":{"ts":1},"ts":2}'), 1_000_000);
  assert.equal(timeOf('{"msg":{"ts_ms":1},"ts_ms":2}'), 1000);
  assert.equal(timeOf('{"ts":"soon","msg":{"ts":2}}'), 2_000_000);
});

test("A whole number may have zeros behind a point", () => {
  assert.equal(timeOf('{"ts":5.0}'), 5_000_000);
  assert.equal(timeOf('{"ts_ms":5.000}'), 5000);
  for (const text of ["5.01", "5.0e1", "5.10"]) assert.equal(timeOf(`{"ts":${text}}`), NaN);
});

test("What lies behind the frame's end does not count", () => {
  for (const behind of ["", "0", "7", ".5", "e3", "E3"]) {
    for (const number of ["5", "5.", "5.0"]) {
      const bytes = new TextEncoder().encode(`{"ts":${number}${behind}`);
      assert.equal(exchangeTime(bytes, 0, bytes.length - behind.length), 5_000_000);
    }
  }
});

test("Any white space may stand around the colon", () => {
  assert.equal(timeOf('{ "ts_ms" : 5 }'), 5000);
  assert.equal(timeOf('{"ts"\t:\r\n5}'), 5_000_000);
});

test("Seconds may be text with a zone", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (time) => {
    assert.equal(timeOf(`{"msg":{"ts":"${formatIsoTime(time)}"}}`), time);
  }));
});

test("What is not exactly a time is none", () => {
  const frames = [
    ...[
      "",
      "{}",
      '{"ts"',
      '{"ts":',
      '{"ts":}',
      '{"ts":"',
      '{"ts":"2026-08-11T02:45:10Z',
      '"ts"',
      '["ts"]',
    ],
    ...[
      '{"ts":null}',
      '{"ts":"5"}',
      '{"ts":""}',
      '{"ts":-5}',
      '{"ts":5.5}',
      '{"ts":5e3}',
      '{"ts":5E3}',
    ],
    ...['{"ts_ms":"5"}', '{"ts_ms":5.5}', '{"ts_ms":5e3}', '{"ts_ms":-5}', '{"ts_ms":[5]}'],
    ...[
      '{"ts_ns":5}',
      '{"x_ts":5}',
      '{"xts":5}',
      '{"TS":5}',
      '{"ts_msx":5}',
      '{"ts ":5}',
      '{"a":"ts"}',
    ],
    ...['{"a":"\\"ts\\":5"}', '{"a":"\\"ts_ms\\":5"}', `{"ts":"${"2".repeat(60)}"}`],
  ];
  for (const frame of frames) assert.equal(timeOf(frame), NaN, frame);
});

test("A number too large to be exact in microseconds is none: it has another unit", () => {
  assert.equal(timeOf('{"ts":9007199254}'), 9_007_199_254_000_000);
  assert.equal(timeOf('{"ts_ms":9007199254740}'), 9_007_199_254_740_000);
  // Milliseconds, microseconds and nanoseconds of 2026.
  const large = ["1786416310657", "1786416310657414", "1786416310657414000", "9".repeat(400)];
  for (const digits of large) assert.equal(timeOf(`{"ts":${digits}}`), NaN);
  for (const digits of large.slice(1)) assert.equal(timeOf(`{"ts_ms":${digits}}`), NaN);
});

/** The positions of `"ts"` and `"ts_ms"`, each with the digits behind its colon, by a plain search. */
function plainTime(text: string): number {
  const millis = /"ts_ms"\s*:\s*(\d+)(?![\d.eE])/.exec(text)?.[1];
  if (millis !== undefined) return Number(millis) * 1000;
  const seconds = /"ts"\s*:\s*(\d+)(?![\d.eE])/.exec(text)?.[1];
  return seconds === undefined ? NaN : Number(seconds) * 1_000_000;
}

test("A key is found wherever its bytes stand, whatever parts of keys stand around it", () => {
  const part = fc.constantFrom('"', "t", "s", "_", "ts", '"ts', '"ts"', '"ts_', "x", ":", ",");
  const key = fc.constantFrom('"ts":12,', '"ts_ms":34,', '"ts" : 56,', "");
  const text = fc.array(fc.oneof(part, key), { maxLength: 30 });
  fc.assert(
    fc.property(text, (parts) => {
      const frame = parts.join("");
      const found = timeOf(frame);
      assert.ok(Object.is(found, plainTime(frame)), `${frame}: ${found}`);
    }),
    { numRuns: 1000 },
  );
});

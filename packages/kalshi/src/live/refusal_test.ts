import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIsoTime } from "@ssmd/core";
import { clockSkew, diagnoseRefusal, type Refusal, type RefusedRequest } from "./refusal.ts";

const NOW = parseIsoTime("2026-10-01T12:00:00.400Z")!;
const DATE = "Thu, 01 Oct 2026 12:00:00 GMT";
const PROD = "wss://external-api-ws.kalshi.com/trade-api/ws/v2";

function diagnose(refusal: Refusal, request: Partial<RefusedRequest> = {}) {
  return diagnoseRefusal(refusal, {
    url: PROD,
    now: NOW,
    signed: true,
    handshake: true,
    ...request,
  });
}

function auth(details: string): string {
  const code = "authentication_error";
  return JSON.stringify({ error: { code, message: code, details } });
}

test("a clock that is off is told from the Date header, with seconds and direction", () => {
  const behind = diagnose({ status: 401, date: "Thu, 01 Oct 2026 12:00:47 GMT" });
  assert.equal(behind.reason, "clock");
  assert.equal(behind.skewSeconds, -47);
  assert.match(behind.message, /47 seconds behind the exchange's/);
  const ahead = diagnose({ status: 401, date: "Thu, 01 Oct 2026 11:59:00 GMT" });
  assert.match(ahead.message, /60 seconds ahead of the exchange's/);
  assert.ok(ahead.passing, "a clock is set right while we retry");
});

test("a few seconds of difference are not blamed, unless the exchange itself blames the time", () => {
  const near = "Thu, 01 Oct 2026 12:00:05 GMT";
  assert.equal(diagnose({ status: 401, date: near }).reason, "credentials");
  const body = '{"error":{"code":"header_timestamp_expired"}}';
  const expired = diagnose({ status: 401, date: near, body });
  assert.equal(expired.reason, "clock");
  assert.match(expired.message, /too old or too new/);
  assert.equal(diagnose({ status: 401, body }).reason, "clock");
});

test("what a cache added to a Date is taken off", () => {
  assert.equal(clockSkew({ date: DATE }, NOW), 0);
  assert.equal(clockSkew({ date: DATE, age: "14" }, NOW + 14_000_000), 0);
  assert.equal(clockSkew({ date: DATE, age: "x" }, NOW), 0);
  assert.equal(clockSkew({ date: "soon" }, NOW), undefined);
  assert.equal(clockSkew({}, NOW), undefined);
});

test("a key of the other environment is suspected when the id is not known", () => {
  const prod = diagnose({ status: 401, date: DATE, body: auth("NOT_FOUND") });
  assert.equal(prod.reason, "unknown_key");
  assert.match(prod.message, /prod environment; is it a key of demo\?/);
  const url = "wss://demo-api.kalshi.co/trade-api/ws/v2";
  const demo = diagnose({ status: 401, body: auth("NOT_FOUND") }, { url });
  assert.match(demo.message, /demo environment; is it a key of production\?/);
  assert.ok(!demo.passing);
});

test("a signature that does not fit is told from other refusals of credentials", () => {
  const wrong = diagnose({ status: 401, date: DATE, body: auth("INCORRECT_API_KEY_SIGNATURE") });
  assert.equal(wrong.reason, "signature");
  assert.match(wrong.message, /not the one of this key id.*; the clocks agree$/);
  const silent = diagnose({ status: 401, date: DATE });
  assert.equal(silent.reason, "credentials");
  assert.match(silent.message, /demo; the clocks agree/);
  assert.match(diagnose({ status: 401 }, { signed: false }).message, /wants credentials/);
});

test("every other refusal has its reason, and whether waiting helps", () => {
  const cases: readonly (readonly [Refusal, string, boolean])[] = [
    [{ status: 429 }, "rate", true],
    [{ status: 500 }, "server", true],
    [{ status: 503, body: "<html>maintenance</html>" }, "server", true],
    [{ status: 403 }, "forbidden", false],
    [{ status: 200, body: "hello" }, "not_exchange", false],
    [{ status: 404 }, "not_exchange", false],
    [{ status: 301, location: "https://x/" }, "not_exchange", false],
    [{ status: 400, body: '{"error":{"code":"bad_request"}}' }, "request", false],
    [{}, "not_exchange", true],
  ];
  for (const [refusal, reason, passing] of cases) {
    const diagnosis = diagnose(refusal);
    assert.equal(diagnosis.reason, reason, JSON.stringify(refusal));
    assert.equal(diagnosis.passing, passing, JSON.stringify(refusal));
    assert.ok(!/[\n.]$/.test(diagnosis.message), diagnosis.message);
  }
  assert.equal(diagnose({ status: 404 }, { handshake: false }).reason, "request");
});

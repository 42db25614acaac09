import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, parseIsoTime } from "@ssmd/core";
import { explainRefusal } from "./explain_refusal.ts";
import { startToyRest } from "./toy_rest_test_support.ts";

const NOW = parseIsoTime("2026-10-01T12:00:00Z")!;
const clock = new ManualClock(NOW);

test("a refusal without Date is explained by the Date of one unsigned question", async () => {
  const headers = { Date: "Thu, 01 Oct 2026 12:02:00 GMT" };
  const server = await startToyRest(() => ({ headers, body: { exchange_active: true } }));
  try {
    const request = { url: server.url, now: NOW, signed: true };
    const options = { restUrl: server.url, clock };
    const diagnosis = await explainRefusal({ status: 401 }, request, options);
    assert.equal(diagnosis.reason, "clock");
    assert.equal(diagnosis.skewSeconds, -120);
    assert.deepEqual(server.requests.map((asked) => asked.path), ["/exchange/status"]);
    assert.ok(!("kalshi-access-key" in server.requests[0]!.headers));
    const dated = { status: 401, date: "Thu, 01 Oct 2026 12:00:00 GMT" };
    assert.equal((await explainRefusal(dated, request, options)).reason, "credentials");
    assert.equal((await explainRefusal({ status: 429 }, request, options)).reason, "rate");
    assert.equal(server.requests.length, 1, "who knows enough asks nothing");
  } finally {
    await server.close();
  }
});

test("when the exchange does not tell the time either, the rest is explained", async () => {
  const server = await startToyRest(() => ({ hang: true, body: "{}" }));
  const request = { url: server.url, now: NOW, signed: true };
  const options = { restUrl: server.url, clock, timeoutMs: 100 };
  try {
    assert.equal((await explainRefusal({ status: 401 }, request, options)).reason, "credentials");
  } finally {
    await server.close();
  }
  assert.equal((await explainRefusal({ status: 401 }, request, options)).reason, "credentials");
});

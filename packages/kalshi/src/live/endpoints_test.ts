import assert from "node:assert/strict";
import { test } from "node:test";
import { SsmdError } from "@ssmd/core";
import {
  checkRestUrl,
  environmentOf,
  KALSHI_ENDPOINTS,
  resolveWebSocketUrl,
  restUrlOf,
  signedPath,
} from "./endpoints.ts";

function isRefused(step: () => unknown, expected: RegExp): void {
  assert.throws(
    step,
    (error) =>
      error instanceof SsmdError && error.code === "invalid_input" && expected.test(error.message),
  );
}

test("Kalshi's WebSocket hosts have their own REST hosts, others serve both", () => {
  const cases = [
    [KALSHI_ENDPOINTS.prod.webSocketUrl, KALSHI_ENDPOINTS.prod.restUrl],
    [KALSHI_ENDPOINTS.demo.webSocketUrl, KALSHI_ENDPOINTS.demo.restUrl],
    [
      "wss://api.elections.kalshi.com/trade-api/ws/v2",
      "https://api.elections.kalshi.com/trade-api/v2",
    ],
    ["wss://demo-api.kalshi.co/trade-api/ws/v2", "https://demo-api.kalshi.co/trade-api/v2"],
    ["ws://127.0.0.1:9/trade-api/ws/v2", "http://127.0.0.1:9/trade-api/v2"],
    ["ws://[::1]:9/trade-api/ws/v2", "http://[::1]:9/trade-api/v2"],
    ["wss://my.proxy/kalshi/trade-api/ws/v2", "https://my.proxy/kalshi/trade-api/v2"],
  ];
  for (const [webSocket, rest] of cases) assert.equal(restUrlOf(webSocket!), rest);
  isRefused(() => restUrlOf("ws://127.0.0.1:9/socket"), /give the REST address yourself/);
});

test("a host that does not exist is replaced by production, and that is said", () => {
  for (const host of ["api.kalshi.com", "trading-api.kalshi.com", "trading-api.readme.io"]) {
    const { url, warning } = resolveWebSocketUrl(`wss://${host}/trade-api/ws/v2`);
    assert.equal(url, KALSHI_ENDPOINTS.prod.webSocketUrl);
    assert.match(warning ?? "", new RegExp(host));
    assert.equal(environmentOf(`wss://${host}/`), "prod");
  }
  const own = resolveWebSocketUrl("ws://127.0.0.1:8080/trade-api/ws/v2");
  assert.deepEqual(own, { url: "ws://127.0.0.1:8080/trade-api/ws/v2" });
});

test("an address that cannot be meant is refused with what was expected", () => {
  const cases = [
    ["kalshi", /as an address/],
    ["https://api.elections.kalshi.com/trade-api/ws/v2", /wss: or ws:/],
    ["ws://api.elections.kalshi.com/trade-api/ws/v2", /wss: for Kalshi's own/],
    ["wss://api.elections.kalshi.com/", /expected the path/],
    ["wss://stream.example.com/trade-api/ws/v2", /placeholder/],
    ["wss://x.invalid/ws/v2", /placeholder/],
    ["wss://127.0.0.1/ws/v2#x", /no #/],
  ] as const;
  for (const [url, expected] of cases) isRefused(() => resolveWebSocketUrl(url), expected);
  isRefused(() => resolveWebSocketUrl("wss://me:secret@127.0.0.1/ws/v2"), /user or password/);
  assert.throws(
    () => resolveWebSocketUrl("wss://me:secret@127.0.0.1/ws/v2"),
    (error) => error instanceof Error && !error.message.includes("secret"),
  );
});

test("the environment of an address is told by its host", () => {
  assert.equal(environmentOf(KALSHI_ENDPOINTS.prod.restUrl), "prod");
  assert.equal(environmentOf("https://api.elections.kalshi.com/x"), "prod");
  assert.equal(environmentOf(KALSHI_ENDPOINTS.demo.webSocketUrl), "demo");
  assert.equal(environmentOf("wss://demo-api.kalshi.co/trade-api/ws/v2"), "demo");
  assert.equal(environmentOf("ws://127.0.0.1:9"), "other");
  assert.equal(environmentOf("wss://kalshi.com.attacker.net/"), "other");
  assert.equal(environmentOf("wss://notkalshi.com/"), "other");
});

test("what is signed is the exchange's path, without query and without a proxy's folder", () => {
  assert.equal(signedPath("https://h/trade-api/v2/markets?limit=5"), "/trade-api/v2/markets");
  assert.equal(signedPath("wss://h/trade-api/ws/v2"), "/trade-api/ws/v2");
  assert.equal(signedPath("https://h/k/trade-api/v2/markets/A%25B"), "/trade-api/v2/markets/A%25B");
  assert.equal(signedPath("https://h/other"), "/other");
});

test("a REST base is checked and loses the slash at its end", () => {
  assert.equal(checkRestUrl("http://127.0.0.1:1/trade-api/v2/"), "http://127.0.0.1:1/trade-api/v2");
  isRefused(() => checkRestUrl("https://api.kalshi.com/trade-api/v2"), /no such exchange/);
  isRefused(() => checkRestUrl("http://demo-api.kalshi.co/trade-api/v2"), /expected https:/);
  isRefused(() => checkRestUrl("wss://demo-api.kalshi.co/trade-api/v2"), /https: or http:/);
  isRefused(() => checkRestUrl("https://h/trade-api/v2?x=1"), /no query/);
});

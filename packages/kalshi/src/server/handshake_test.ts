import assert from "node:assert/strict";
import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import { MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import { refusedHandshake, TestClient } from "./exchange_client_test_support.ts";
import { KeyRing } from "./handshake.ts";
import { KalshiExchange } from "./kalshi_exchange.ts";
import type { KalshiExchangeOptions } from "./exchange_options.ts";
import { ScriptedSource } from "./scripted_source.ts";

const NOW = parseIsoTime("2026-08-27T14:00:00Z")!;
const PATH = "/trade-api/ws/v2";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");
const keys = [
  { id: "rsa", publicKeyPem: pemOf(rsa.publicKey) },
  { id: "ed", publicKeyPem: pemOf(ed25519.publicKey) },
];

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function signed(
  id: string,
  key: KeyObject,
  options: { path?: string; method?: string; time?: number; saltLength?: number } = {},
): Record<string, string> {
  const { path = PATH, method = "GET", time = NOW / 1000, saltLength = 32 } = options;
  const text = Buffer.from(`${time}${method}${path}`);
  const signature = key.asymmetricKeyType === "ed25519"
    ? sign(null, text, key)
    : sign("sha256", text, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  return {
    "kalshi-access-key": id,
    "kalshi-access-timestamp": String(time),
    "kalshi-access-signature": signature.toString("base64"),
  };
}

function ring(options: { allowUnsigned?: boolean; keyless?: boolean } = {}): KeyRing {
  return new KeyRing({
    ...options.keyless === true ? {} : { keys },
    allowUnsigned: options.allowUnsigned ?? false,
    windowMs: 30_000,
  });
}

test("RSA-PSS and Ed25519 signatures of the whole path are accepted", () => {
  for (const [id, pair] of [["rsa", rsa], ["ed", ed25519]] as const) {
    const verdict = ring().judge(signed(id, pair.privateKey), "GET", PATH, NOW);
    assert.deepEqual(verdict, { kind: "signed", keyId: id });
  }
});

test("Whatever is wrong with a signature is refused in a word", () => {
  const cases: [string, Record<string, string>][] = [
    ["NOT_FOUND", signed("other", rsa.privateKey)],
    ["INCORRECT_API_KEY_SIGNATURE", signed("rsa", ed25519.privateKey)],
    ["INCORRECT_API_KEY_SIGNATURE", signed("ed", rsa.privateKey)],
    ["INCORRECT_API_KEY_SIGNATURE", signed("rsa", rsa.privateKey, { path: "/ws/v2" })],
    ["INCORRECT_API_KEY_SIGNATURE", signed("rsa", rsa.privateKey, { path: `${PATH}?x=1` })],
    ["INCORRECT_API_KEY_SIGNATURE", signed("rsa", rsa.privateKey, { method: "get" })],
    ["INCORRECT_API_KEY_SIGNATURE", signed("rsa", rsa.privateKey, { saltLength: 20 })],
    ["TIMESTAMP_OUT_OF_WINDOW", signed("rsa", rsa.privateKey, { time: NOW / 1000 + 30_001 })],
    ["TIMESTAMP_OUT_OF_WINDOW", signed("rsa", rsa.privateKey, { time: NOW / MICROS_PER_SECOND })],
    ["INVALID_TIMESTAMP", { ...signed("rsa", rsa.privateKey), "kalshi-access-timestamp": "now" }],
    ["MISSING_HEADER", { "kalshi-access-key": "rsa" }],
    ["INCORRECT_API_KEY_SIGNATURE", {
      ...signed("ed", ed25519.privateKey),
      "kalshi-access-signature": "!",
    }],
  ];
  for (const [details, headers] of cases) {
    const verdict = ring().judge(headers, "GET", PATH, NOW);
    assert.deepEqual(verdict, { kind: "refused", details }, JSON.stringify(headers));
  }
});

test("A timestamp at the edge of the window is accepted", () => {
  const headers = signed("ed", ed25519.privateKey, { time: NOW / 1000 - 30_000 });
  assert.equal(ring().judge(headers, "GET", PATH, NOW).kind, "signed");
});

test("Without keys every signature is refused, unless unsigned clients are allowed", () => {
  const headers = signed("rsa", rsa.privateKey);
  const strict = ring({ keyless: true });
  assert.equal(strict.judge(headers, "GET", PATH, NOW).kind, "refused");
  assert.equal(strict.admits({ kind: "unsigned" }), false);
  const open = ring({ keyless: true, allowUnsigned: true });
  assert.deepEqual(open.judge(headers, "GET", PATH, NOW), { kind: "signed", keyId: "rsa" });
  assert.equal(open.admits({ kind: "unsigned" }), true);
  // With keys, a signature has to hold even where none is needed.
  const forged = signed("rsa", ed25519.privateKey);
  assert.equal(ring({ allowUnsigned: true }).judge(forged, "GET", PATH, NOW).kind, "refused");
});

test("A key that is no key is refused when the exchange starts", async () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const refused = [
    ["not a key", /^Cannot use the public key of "k": ./],
    [pemOf(publicKey), /^Cannot use the public key of "k": found ec, expected rsa or ed25519$/],
  ] as const;
  for (const [publicKeyPem, message] of refused) {
    const start = KalshiExchange.start(new ScriptedSource(NOW), {
      keys: [{ id: "k", publicKeyPem }],
    });
    await assert.rejects(start, { code: "invalid_input", message });
  }
});

async function withExchange(
  options: KalshiExchangeOptions,
  run: (exchange: KalshiExchange) => Promise<void>,
): Promise<void> {
  const clock = { now: () => NOW };
  const exchange = await KalshiExchange.start(new ScriptedSource(NOW), { clock, ...options });
  try {
    await run(exchange);
  } finally {
    await exchange.close();
  }
}

test("A signed handshake opens account channels, an unsigned one is refused with the date", async () => {
  await withExchange({ keys }, async (exchange) => {
    const client = await TestClient.connect(exchange, signed("rsa", rsa.privateKey));
    const replies = await client.subscribe({ channels: ["fill"] });
    assert.deepEqual(replies.map(({ type }) => type), ["subscribed"]);
    await client.close();

    const refusal = await refusedHandshake(exchange.webSocketUrl);
    assert.equal(refusal.status, 401);
    assert.equal(refusal.date, "Thu, 27 Aug 2026 14:00:00 GMT");
    assert.equal(JSON.parse(refusal.body).error.code, "authentication_error");
    const late = signed("ed", ed25519.privateKey, { time: NOW / 1000 - 60_000 });
    const { body } = await refusedHandshake(exchange.webSocketUrl, late);
    assert.equal(JSON.parse(body).error.details, "TIMESTAMP_OUT_OF_WINDOW");
    assert.deepEqual([exchange.counts.handshakes, exchange.counts.refused], [3, 2]);
  });
});

test("REST goes unsigned, and a signature that does not hold is refused there too", async () => {
  await withExchange({ keys }, async (exchange) => {
    const url = `${exchange.restUrl}/exchange/status?x=1`;
    const path = "/trade-api/v2/exchange/status";
    const statusOf = async (headers: Record<string, string>) => {
      const response = await fetch(url, { headers });
      await response.body?.cancel();
      return response.status;
    };
    assert.equal(await statusOf({}), 200);
    assert.equal(await statusOf(signed("rsa", rsa.privateKey, { path })), 200);
    assert.equal(await statusOf(signed("rsa", rsa.privateKey)), 401);
  });
});

test("A handshake elsewhere is not found, and one that is none is refused", async () => {
  await withExchange({ allowUnsigned: true }, async (exchange) => {
    const elsewhere = await refusedHandshake(`ws://127.0.0.1:${exchange.port}/trade-api/ws/v1`);
    assert.equal(elsewhere.status, 404);
    const response = await fetch(`http://127.0.0.1:${exchange.port}${PATH}`);
    assert.equal(response.status, 404);
    await response.body?.cancel();
  });
});

test("A skewed clock shows in the Date header and refuses good signatures", async () => {
  const rule = { fault: "clock_skew", at: [1], seconds: 120 } as const;
  await withExchange({ keys, faults: { seed: 0, rules: [rule] } }, async (exchange) => {
    const headers = signed("ed", ed25519.privateKey);
    const refusal = await refusedHandshake(exchange.webSocketUrl, headers);
    assert.equal(refusal.date, "Thu, 27 Aug 2026 14:02:00 GMT");
    assert.equal(JSON.parse(refusal.body).error.details, "TIMESTAMP_OUT_OF_WINDOW");
    const [first, second] = [await fetch(status(exchange)), await fetch(status(exchange))];
    assert.equal(first.headers.get("date"), "Thu, 27 Aug 2026 14:02:00 GMT");
    assert.equal(second.headers.get("date"), "Thu, 27 Aug 2026 14:00:00 GMT");
    await first.body?.cancel();
    await second.body?.cancel();
  });
});

function status(exchange: KalshiExchange): string {
  return `${exchange.restUrl}/exchange/status`;
}

test("Handshakes are refused with each status, and with bytes that are no HTTP", async () => {
  const statuses = [401, 403, 429, 500, 503] as const;
  const rules = statuses.map((status, i) =>
    ({ fault: "refuse_handshake", at: [i + 1], status }) as const
  );
  const garbage = { fault: "refuse_handshake", at: [6], status: "garbage" } as const;
  const options = { allowUnsigned: true, faults: { seed: 0, rules: [...rules, garbage] } };
  await withExchange(options, async (exchange) => {
    for (const status of statuses) {
      const refusal = await refusedHandshake(exchange.webSocketUrl);
      assert.equal(refusal.status, status);
      assert.ok(typeof JSON.parse(refusal.body).error.code === "string");
    }
    await assert.rejects(refusedHandshake(exchange.webSocketUrl));
    const client = await TestClient.connect(exchange);
    await client.close();
    assert.deepEqual(exchange.injected.map(({ connection }) => connection), [1, 2, 3, 4, 5, 6]);
  });
});

test("REST is answered with 429 by a fault, and beyond the rate", async () => {
  const rule = { fault: "http_429", every: 2, max: 1 } as const;
  const options = { requestsPerSecond: 3, faults: { seed: 0, rules: [rule] } };
  await withExchange(options, async (exchange) => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await fetch(status(exchange));
      statuses.push(response.status);
      if (response.status === 429) {
        const error = { code: "too_many_requests", message: "too many requests" };
        assert.deepEqual(await response.json(), { error });
      } else await response.body?.cancel();
    }
    assert.deepEqual(statuses, [200, 429, 200, 200, 429, 429]);
    assert.deepEqual(exchange.injected, [
      { fault: "http_429", what: "/trade-api/v2/exchange/status", followed: false },
    ]);
  });
});

import assert from "node:assert/strict";
import { constants, generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { parseIsoTime, SsmdError } from "@ssmd/core";
import { KalshiCredentials } from "./credentials.ts";
import { RefusedError } from "./refused_error.ts";
import { type KalshiRestOptions, RestClient } from "./rest_client.ts";
import { startToyRest, type ToyReply, type ToyRest } from "./toy_rest_test_support.ts";
import { VirtualTime } from "./virtual_time_test_support.ts";

const START = parseIsoTime("2026-10-01T12:00:00Z")!;
const GOOD: ToyReply = { body: { good: 1 } };

interface Setting {
  readonly client: RestClient;
  readonly server: ToyRest;
  readonly time: VirtualTime;
}

/** Answers with `replies` one after another, the last one again and again. */
async function against(
  replies: readonly ToyReply[],
  body: (setting: Setting) => Promise<void>,
  options: Partial<KalshiRestOptions> = {},
): Promise<void> {
  let next = 0;
  const server = await startToyRest(() => replies[Math.min(next++, replies.length - 1)]!);
  const time = new VirtualTime(START);
  const { clock, wait } = time;
  const base = { baseUrl: server.url, clock, wait, random: () => 0, timeoutMs: 2000 };
  try {
    await body({ client: new RestClient({ ...base, ...options }), server, time });
  } finally {
    await server.close();
  }
}

test("trouble that passes is asked again: limits, failures, half bodies, cut connections, nonsense", async () => {
  const troubles: ToyReply[] = [
    { status: 429, body: { error: "too many requests" } },
    { status: 500, body: "oops" },
    { status: 503, body: { error: { code: "maintenance" } } },
    { half: true, body: { good: 1, long: "x".repeat(200) } },
    { cut: true },
    { body: "<html>" },
    { body: [1] },
    { body: "" },
  ];
  for (const trouble of troubles) {
    await against([trouble, trouble, GOOD], async ({ client, time }) => {
      assert.deepEqual(await client.get("/x", {}), { good: 1 }, JSON.stringify(trouble));
      assert.equal(client.counts.requests, 3);
      assert.equal(client.counts.retries, 2);
      assert.equal(client.counts.limited, trouble.status === 429 ? 2 : 0);
      assert.equal(client.counts.failures, 0);
      assert.deepEqual(time.waits, [125, 250]);
    });
  }
});

test("trouble that stays ends with unreachable and what was answered last", async () => {
  const cases = [
    [{ status: 500, body: { error: { code: "internal" } } }, /status 500 \(internal\)/],
    [{ status: 429 }, /too many requests/],
    [{ cut: true }, /Cannot get http/],
    [{ body: "{" }, /the answer is no JSON/],
    [{ body: "null" }, /no JSON object/],
  ] as const;
  for (const [reply, expected] of cases) {
    await against([reply], async ({ client }) => {
      await assert.rejects(client.get("/x", {}), (error) => {
        assert.ok(error instanceof SsmdError && error.code === "unreachable", String(error));
        assert.match(error.message, expected);
        return true;
      });
      assert.equal(client.counts.requests, 3);
      assert.equal(client.counts.failures, 1);
    }, { attempts: 3 });
  }
});

test("a server that is not there is unreachable, with the reason of the network", async () => {
  const server = await startToyRest(() => GOOD);
  await server.close();
  const { clock, wait } = new VirtualTime(START);
  const client = new RestClient({ baseUrl: server.url, clock, wait, attempts: 2 });
  await assert.rejects(
    client.get("/x", {}),
    (error) =>
      error instanceof SsmdError && error.code === "unreachable" &&
      !/fetch failed$/.test(error.message),
  );
});

test("an answer that does not come, or not to its end, is given up after the time", async () => {
  await against([{ hang: true, body: "{}" }, GOOD], async ({ client }) => {
    assert.deepEqual(await client.get("/x", {}), { good: 1 });
    assert.equal(client.counts.retries, 1);
  }, { timeoutMs: 100 });
});

test("what the exchange refuses is not asked again; the error has the answer and its meaning", async () => {
  const body = { error: { code: "authentication_error", details: "NOT_FOUND" } };
  await against([{ status: 401, body }], async ({ client }) => {
    await assert.rejects(client.get("/x", {}), (error) => {
      assert.ok(error instanceof RefusedError);
      assert.equal(error.code, "refused");
      assert.equal(error.refusal.status, 401);
      assert.match(error.refusal.body ?? "", /NOT_FOUND/);
      assert.equal(error.diagnosis.reason, "credentials");
      return true;
    });
    assert.equal(client.counts.requests, 1);
  });
});

test("a redirect is not followed: it would take the signature to another host", async () => {
  const elsewhere = await startToyRest(() => GOOD);
  try {
    const headers = { Location: `${elsewhere.url}/x` };
    await against([{ status: 302, headers }], async ({ client }) => {
      await assert.rejects(client.get("/x", {}), /redirects to/);
    });
    assert.equal(elsewhere.requests.length, 0);
  } finally {
    await elsewhere.close();
  }
});

test("Retry-After is kept, and a limit stops the requests of everybody, later ones too", async () => {
  const { clock } = new VirtualTime(START);
  const sent: [path: string, milliseconds: number][] = [];
  const server = await startToyRest(({ path }) => {
    sent.push([path, (clock.now() - START) / 1000]);
    return sent.length === 1 ? { status: 429, headers: { "Retry-After": "7" } } : GOOD;
  });
  let other: Promise<unknown> | undefined;
  const wait = async (milliseconds: number) => {
    other ??= client.get("/b", {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.set(clock.now() + milliseconds * 1000);
  };
  const client = new RestClient({ baseUrl: server.url, clock, wait });
  try {
    await client.get("/a", {});
    await other;
    assert.deepEqual(sent, [["/a", 0], ["/a", 7000], ["/b", 7100]]);
  } finally {
    await server.close();
  }
});

test("requests are signed over the path without query, at our clock", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = String(privateKey.export({ type: "pkcs1", format: "pem" }));
  const credentials = KalshiCredentials.fromPem("id", pem);
  await against([GOOD], async ({ client, server }) => {
    await client.get("/markets", { limit: 5, tickers: "A,B", none: undefined });
    const [{ headers, path, query }] = server.requests as [ToyRest["requests"][number]];
    assert.equal(path, "/markets");
    assert.deepEqual([...query], [["limit", "5"], ["tickers", "A,B"]]);
    assert.equal(headers["kalshi-access-timestamp"], String(START / 1000));
    const signature = Buffer.from(String(headers["kalshi-access-signature"]), "base64");
    const key = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const text = Buffer.from(`${START / 1000}GET/trade-api/v2/markets`);
    assert.ok(verify("sha256", text, key, signature));
  }, { credentials });
});

test("a signal ends a question: before it, while it is answered, and between two attempts", async () => {
  const reason = new Error("enough");
  await against([{ hang: true, body: "{}" }], async ({ client, server }) => {
    await assert.rejects(client.get("/x", {}, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(server.requests.length, 0);
    const stop = new AbortController();
    const asked = client.get("/x", {}, { signal: stop.signal });
    const failed = assert.rejects(asked, reason);
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(reason);
    await failed;
    assert.equal(server.requests.length, 1);
  });
  const stop = new AbortController();
  const wait = () => {
    stop.abort(reason);
    return Promise.resolve();
  };
  await against([{ status: 500 }], async ({ client, server }) => {
    await assert.rejects(client.get("/x", {}, { signal: stop.signal }), reason);
    assert.equal(server.requests.length, 1);
  }, { wait });
});

test("options that cannot work are refused", () => {
  const baseUrl = "http://127.0.0.1:1/trade-api/v2";
  assert.throws(() => new RestClient({ baseUrl, timeoutMs: 0 }), RangeError);
  assert.throws(() => new RestClient({ baseUrl, attempts: 0 }), RangeError);
  assert.throws(() => new RestClient({ baseUrl, requestsPerSecond: 0 }), RangeError);
  assert.throws(() => new RestClient({ baseUrl: "kalshi" }), SsmdError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKeyPairSync } from "node:crypto";
import { snapshot } from "../server/exchange_session_test_support.ts";
import { KalshiCredentials } from "./credentials.ts";
import { withExchange } from "./live_exchange_test_support.ts";
import { RecordedCapture } from "./recorded_capture_test_support.ts";
import { nonsenseServer, ToyWebSocketServer } from "./toy_web_socket_server_test_support.ts";

const LIFECYCLE = ["market_lifecycle_v2"] as const;

test("Each handshake is signed anew, and a refusal says what is wrong with the key", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const credentials = KalshiCredentials.fromPem("the-key", pem);
  const keys = [{ id: "the-key", publicKeyPem }];
  const timestamps: string[] = [];
  const signer = {
    sign(method: string, path: string, timeMs: number) {
      timestamps.push(`${method} ${path}`);
      return credentials.sign(method, path, timeMs);
    },
  };
  await withExchange({
    events: [snapshot("A")],
    exchange: { allowUnsigned: false, keys },
    connector: { channels: ["orderbook_delta"], markets: () => ["A"], credentials: signer },
  }, async ({ capture, exchange, rightBooks }) => {
    await rightBooks("A");
    exchange.dropConnections();
    await capture.until(() => capture.sessions().length === 2, "it connects again");
    assert.deepEqual(timestamps.slice(0, 2), [
      "GET /trade-api/ws/v2",
      "GET /trade-api/ws/v2",
    ]);
  });
  await withExchange({
    events: [],
    exchange: { allowUnsigned: false, keys: [{ id: "another", publicKeyPem }] },
    connector: { channels: LIFECYCLE, credentials },
  }, async ({ capture }) => {
    await capture.until(() => capture.of("refused").length > 0, "it is refused");
    const { reason = "", retryInMs = 0 } = capture.of("refused")[0]!;
    assert.match(reason, /key/i);
    assert.ok(!reason.includes("PRIVATE"));
    assert.ok(retryInMs >= 25, "a key does not become right soon");
  });
});

test("A signer that fails is a refusal, not the end", async () => {
  const credentials = {
    sign(): object {
      throw new Error("the key is locked");
    },
  };
  const url = "ws://127.0.0.1:9/trade-api/ws/v2";
  await using capture = new RecordedCapture({ url, channels: LIFECYCLE, credentials });
  await capture.until(() => capture.of("refused").length > 1, "it is tried again");
  assert.match(capture.of("refused")[0]!.reason!, /the key is locked/);
});

const NONSENSE: readonly (readonly [name: string, answer: string | undefined, reason: RegExp])[] = [
  [
    "a web page",
    "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    /no WebSocket at this address/,
  ],
  [
    "a redirect",
    "HTTP/1.1 302 Found\r\nLocation: http://localhost/x\r\nContent-Length: 0\r\n\r\n",
    /redirects/,
  ],
  ["no HTTP", "220 smtp.example ESMTP\r\n", /./],
  ["silence", undefined, /no answer|timed out/i],
  ["half an answer", "HTTP/1.1 101 Switching", /./],
  [
    "a wrong proof",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    "Sec-WebSocket-Accept: AAAA\r\n\r\n",
    /./,
  ],
];

for (const [name, answer, reason] of NONSENSE) {
  test(`A handshake that is answered with ${name} is tried again`, async () => {
    const server = await nonsenseServer(answer);
    try {
      await using capture = new RecordedCapture({
        url: `ws://127.0.0.1:${server.port}/trade-api/ws/v2`,
        channels: LIFECYCLE,
        handshakeTimeoutMs: 150,
      });
      await capture.until(() => capture.of("refused").length > 1, "it is tried again");
      assert.match(capture.of("refused")[0]!.reason!, reason);
      assert.deepEqual(capture.gaps(), []);
    } finally {
      await server.close();
    }
  });
}

test("Binary frames and frames that are no JSON are handed on as they are, and counted", async () => {
  const server = await ToyWebSocketServer.start(({ id }, send) => {
    send(Uint8Array.of(0, 255, 1));
    send("no JSON");
    send("[1]");
    send({ type: "subscribed", id, msg: { channel: "market_lifecycle_v2", sid: 1 } });
  });
  try {
    await using capture = new RecordedCapture({ url: server.url, channels: LIFECYCLE });
    await capture.until(() => capture.connector.settled, "it is subscribed");
    assert.deepEqual([...capture.frames()[0]!.data], [0, 255, 1]);
    assert.equal(capture.frames().length, 4);
    assert.equal(capture.connector.health().errors["binary_frame"], 1);
    assert.equal(server.handshakes[0]!["sec-websocket-extensions"], undefined);
  } finally {
    await server.close();
  }
});

test("A frame that is too large ends its connection with a reason that says so", async () => {
  const server = await ToyWebSocketServer.start(({ id }, send) => {
    send({ type: "subscribed", id, msg: { channel: "market_lifecycle_v2", sid: 1 } });
    send("x".repeat(5000));
  });
  try {
    const maxFrameBytes = 4096;
    await using capture = new RecordedCapture({
      url: server.url,
      channels: LIFECYCLE,
      maxFrameBytes,
    });
    await capture.until(() => capture.sessions().length > 1, "it connects again");
    assert.match(capture.of("disconnected")[0]!.reason!, /more than 4096 bytes/);
    assert.equal(capture.frames().every(({ data }) => data.length < 100), true);
  } finally {
    await server.close();
  }
});

test("A server that accepts and drops is asked ever more rarely", async () => {
  const server = await ToyWebSocketServer.start((_command, _send, socket) => socket.terminate());
  try {
    await using capture = new RecordedCapture({
      url: server.url,
      channels: LIFECYCLE,
      backoff: { firstMs: 8, maxMs: 1e6 },
    });
    await capture.until(() => capture.of("disconnected").length >= 5, "it was dropped five times");
    const waits = capture.of("disconnected").map(({ retryInMs }) => retryInMs!);
    for (const [i, wait] of waits.entries()) assert.ok(wait >= 4 * 2 ** i, waits.join());
  } finally {
    await server.close();
  }
});

test("Credentials that are not good enough end the session, and the next attempt waits long", async () => {
  const server = await ToyWebSocketServer.start(({ id }, send) => {
    send({ type: "error", id, msg: { code: 9, msg: "Authentication required" } });
  });
  try {
    await using capture = new RecordedCapture({
      url: server.url,
      channels: LIFECYCLE,
      backoff: { firstMs: 1, maxMs: 200 },
    });
    await capture.until(() => capture.of("disconnected").length > 0, "the session ends");
    const { reason = "", retryInMs = 0 } = capture.of("disconnected")[0]!;
    assert.match(reason, /error 9: Authentication required/);
    assert.ok(retryInMs >= 100);
    assert.equal(capture.connector.health().errors["9"], 1);
  } finally {
    await server.close();
  }
});

test("A server that never confirms anything gets the command three times, then a new connection", async () => {
  let commands = 0;
  const server = await ToyWebSocketServer.start(() => commands++);
  try {
    await using capture = new RecordedCapture({
      url: server.url,
      channels: LIFECYCLE,
      subscriptions: { ackTimeoutMs: 15 },
    });
    await capture.until(() => capture.sessions().length > 1, "it connects again");
    assert.match(capture.of("disconnected")[0]!.reason!, /no answer to subscribe/);
    const [first] = capture.sessions();
    const sent = capture.kept.filter(({ kind, record }) =>
      kind === "sent" && record.session === first
    );
    assert.equal(sent.length, 3);
    assert.ok(commands >= 3);
  } finally {
    await server.close();
  }
});

test("A connection that is cut in the middle of a frame hands on whole frames only", async () => {
  await withExchange({
    events: [snapshot("A"), snapshot("B")],
    exchange: {
      faults: { seed: 1, rules: [{ fault: "cut_mid_frame", connection: 1, at: [3] }] },
    },
    connector: { channels: ["orderbook_delta"], markets: () => ["A", "B"] },
  }, async ({ capture, rightBooks }) => {
    await rightBooks("A", "B");
    assert.equal(capture.sessions().length, 2);
    for (const { data } of capture.frames()) JSON.parse(new TextDecoder().decode(data));
  });
});

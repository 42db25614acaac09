import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { TestClient } from "./exchange_client_test_support.ts";
import { playByHand, START } from "./exchange_session_test_support.ts";

test("The server pings with the payload heartbeat and answers pings", async () => {
  await playByHand(async (_, __, client) => {
    await new Promise<void>((resolve) => client.socket.once("ping", () => resolve()));
    assert.equal(client.pings[0], "heartbeat");
    const pong = new Promise<string>((resolve) =>
      client.socket.once("pong", (payload: Buffer) => resolve(payload.toString()))
    );
    client.socket.ping("mine");
    assert.equal(await pong, "mine");
  }, { pingIntervalMs: 20 });
});

test("Compression is not agreed on, although it is offered", async () => {
  await playByHand(async (_, __, client) => {
    assert.equal(client.socket.extensions, "");
    await client.take();
  });
});

test("A client's close is answered with its code", async () => {
  await playByHand(async (exchange, _, client) => {
    client.socket.close(4001);
    assert.equal(await client.closed, 4001);
    while (exchange.counts.connections > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
});

test("All connections can be dropped at once, also with a code", async () => {
  await playByHand(async (exchange, _, client) => {
    exchange.dropConnections();
    assert.equal(await client.closed, 1006);
    const second = await TestClient.connect(exchange);
    assert.deepEqual(exchange.connections(), [2]);
    exchange.dropConnections(1012);
    assert.equal(await second.closed, 1012);
  });
});

test("Commands beyond the rate get error 27 until the next second", async () => {
  let now = START;
  await playByHand(async (_, __, client) => {
    for (let id = 1; id <= 3; id++) client.send("list_subscriptions", undefined, id);
    while (client.texts.length < 3) await client.arrival();
    const codes = client.texts.splice(0).map((text) => JSON.parse(text).msg.code);
    assert.deepEqual(codes, [undefined, undefined, 27]);
    now += MICROS_PER_SECOND;
    assert.deepEqual(await client.take(), []);
  }, { commandsPerSecond: 2, clock: { now: () => now } });
});

test("A command that comes in the same packet as the handshake is carried out", async () => {
  await playByHand(async (exchange) => {
    const socket = connect(exchange.port, "127.0.0.1");
    const command = Buffer.from('{"id":3,"cmd":"list_subscriptions"}');
    const handshake = [
      "GET /trade-api/ws/v2 HTTP/1.1",
      "Host: exchange",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      // RFC 6455's own example.
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    // A mask of zeros leaves the text as it is.
    const frame = [Buffer.from([0x81, 0x80 | command.length, 0, 0, 0, 0]), command];
    const head = Buffer.from(`${handshake.join("\r\n")}\r\n\r\n`);
    socket.write(Buffer.concat([head, ...frame]));
    let received = "";
    const reply = '{"type":"ok","id":3,"msg":[]}';
    await new Promise<void>((resolve) =>
      socket.on("data", (chunk: Buffer) => {
        received += chunk.toString("latin1");
        if (received.endsWith(reply)) resolve();
      })
    );
    assert.match(received, /^HTTP\/1\.1 101 /);
    assert.match(received, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    socket.destroy();
  });
});

import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { refusedHandshake, TestClient } from "./exchange_client_test_support.ts";
import { delta, snapshot, START } from "./exchange_session_test_support.ts";
import { KalshiExchange } from "./kalshi_exchange.ts";
import { ScriptedSource } from "./scripted_source.ts";

const OPEN = { allowUnsigned: true, speed: "max" } as const;

test("A port in use is refused in one line with a hint", async () => {
  const exchange = await KalshiExchange.start(new ScriptedSource(START), OPEN);
  const { port } = exchange;
  await assert.rejects(KalshiExchange.start(new ScriptedSource(START), { port }), {
    code: "invalid_input",
    message:
      `Cannot listen on 127.0.0.1:${port}: the port is in use; choose another, or 0 for any free one`,
  });
  await exchange.close();
  const again = await KalshiExchange.start(new ScriptedSource(START), { ...OPEN, port });
  assert.equal(again.port, port);
  await again.close();
  await again.close();
});

test("An option out of its range is refused", async () => {
  for (const options of [{ speed: 0 }, { speed: NaN }, { port: 65_536 }, { pingIntervalMs: -1 }]) {
    await assert.rejects(KalshiExchange.start(new ScriptedSource(START), options), RangeError);
  }
});

test("An exchange that stops listening keeps its clients, and comes back on its port", async () => {
  const exchange = await KalshiExchange.start(new ScriptedSource(START), OPEN);
  const { port } = exchange;
  const client = await TestClient.connect(exchange);
  exchange.stopListening();
  await assert.rejects(refusedHandshake(exchange.webSocketUrl));
  assert.deepEqual(await client.take(), []);
  await exchange.listen();
  const second = await TestClient.connect(exchange);
  assert.equal(exchange.port, port);
  assert.deepEqual(exchange.connections(), [1, 2]);
  await exchange.close();
  assert.deepEqual(await Promise.all([client.closed, second.closed]), [1006, 1006]);
});

test("Closing ends WebSockets, requests that hang and sockets that never spoke", async () => {
  const exchange = await KalshiExchange.start(new ScriptedSource(START), OPEN);
  const client = await TestClient.connect(exchange);
  const mute = connect(exchange.port, "127.0.0.1");
  const gone = new Promise((resolve) => mute.on("close", resolve));
  mute.on("error", () => undefined);
  await new Promise((resolve) => mute.on("connect", resolve));
  mute.write("GET /trade-api/v2/markets HTTP/1.1\r\n");
  await exchange.close();
  await Promise.all([gone, client.closed]);
});

test("The source's time waits for as many subscriptions as are asked for", async () => {
  const source = new ScriptedSource(START);
  source.push(snapshot("A"), delta("A", 5, START + 9));
  source.end();
  const exchange = await KalshiExchange.start(source, { ...OPEN, waitForClient: 2 });
  const client = await TestClient.connect(exchange);
  await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A"] });
  assert.equal(exchange.now(), START);
  client.send("subscribe", { channels: ["trade"] });
  await exchange.ended;
  const frames = await client.take();
  assert.deepEqual(frames.map(({ type }) => type), [
    "subscribed",
    "orderbook_snapshot",
    "orderbook_delta",
  ]);
  assert.equal(exchange.now(), START + 9);
  await exchange.close();
});

test("An event that cannot be stops the play with an error, and the exchange stays", async () => {
  const source = new ScriptedSource(START);
  const exchange = await KalshiExchange.start(source, OPEN);
  source.push(snapshot("A"), delta("A", -251));
  await assert.rejects(exchange.ended, { code: "invalid_input" });
  const client = await TestClient.connect(exchange);
  assert.deepEqual(await client.take(), []);
  await exchange.close();
});

/** A client that subscribes and then reads nothing until it is told to. */
async function sluggish(exchange: KalshiExchange): Promise<TestClient> {
  const client = await TestClient.connect(exchange);
  await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A"] });
  client.socket.pause();
  return client;
}

const MANY = 80_000;

function flood(source: ScriptedSource): void {
  source.push(snapshot("A"), ...Array.from({ length: MANY }, () => delta("A", 1)));
  source.end();
}

/** A count once it has stood still for a while. */
async function standstill(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return count();
}

test("At the greatest speed nothing is lost on a reader that pauses", async () => {
  const source = new ScriptedSource(START);
  const exchange = await KalshiExchange.start(source, { ...OPEN, bufferBytes: 1000 });
  const client = await sluggish(exchange);
  flood(source);
  const sent = await standstill(() => exchange.framesSent(1, 1));
  assert.ok(sent < MANY, `${sent} frames were sent to a reader that pauses`);
  client.socket.resume();
  await exchange.ended;
  const frames = await client.take();
  assert.equal(frames.length, MANY + 1);
  assert.equal(frames.at(-1)!.seq, MANY + 1);
  assert.equal(exchange.counts.overflows, 0);
  await exchange.close();
});

test("In real time a reader that falls behind loses its subscriptions with error 25", async () => {
  const source = new ScriptedSource(START);
  const exchange = await KalshiExchange.start(source, {
    ...OPEN,
    speed: 1000,
    bufferBytes: 100_000,
  });
  const client = await sluggish(exchange);
  flood(source);
  await exchange.ended;
  client.socket.resume();
  const frames = await client.take();
  const last = frames.at(-1)!;
  assert.deepEqual([last.type, last.sid, last.msg.code], ["error", 1, 25]);
  assert.ok(frames.length < MANY);
  assert.deepEqual(frames.map(({ seq }) => seq), frames.map((_, i) => i + 1));
  assert.equal(exchange.counts.overflows, 1);
  assert.equal(exchange.subscriptions(1)![0]!.live, false);
  assert.equal((await client.subscribe({ channels: ["trade"] }))[0]!.msg.sid, 2);
  await exchange.close();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gap } from "@ssmd/core";
import { delta, snapshot, trade } from "../server/exchange_session_test_support.ts";
import { KalshiConnector } from "./kalshi_connector.ts";
import { withExchange } from "./live_exchange_test_support.ts";
import { TcpProxy } from "./tcp_proxy_test_support.ts";

const BOOKS = ["orderbook_delta"] as const;

test("It subscribes, says which prices it wants, and keeps what it sent beside the frames", async () => {
  await withExchange({
    events: [snapshot("A"), snapshot("B")],
    connector: {
      channels: ["orderbook_delta", "ticker", "trade", "market_lifecycle_v2"],
      markets: () => ["A", "B"],
    },
  }, async ({ capture, exchange, happen, rightBooks }) => {
    await rightBooks("A", "B");
    await happen(delta("A", 100), trade("B", "one"));
    await rightBooks("A", "B");
    await capture.until(() => capture.frames().length === 8, "all frames are there");
    const [session] = capture.sessions();
    assert.ok(session !== undefined && /^[a-z0-9-]{10,64}$/.test(session), session);
    assert.deepEqual(capture.commands(), [
      {
        id: 1,
        cmd: "subscribe",
        params: {
          channels: ["orderbook_delta"],
          market_tickers: ["A", "B"],
          use_yes_price: false,
          skip_ticker_ack: true,
        },
      },
      {
        id: 2,
        cmd: "subscribe",
        params: {
          channels: ["ticker"],
          market_tickers: ["A", "B"],
          send_initial_snapshot: true,
          skip_ticker_ack: true,
        },
      },
      {
        id: 3,
        cmd: "subscribe",
        params: { channels: ["trade"], market_tickers: ["A", "B"], skip_ticker_ack: true },
      },
      { id: 4, cmd: "subscribe", params: { channels: ["market_lifecycle_v2"] } },
    ]);
    assert.deepEqual(capture.gaps(), []);
    assert.deepEqual(capture.frames().map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8]);
    const health = capture.connector.health();
    assert.equal(health.markets, 2);
    assert.equal(health.connections[0]?.connected, true);
    assert.equal(exchange.counts.commands, 4);
  });
});

test("A lost connection leaves two gaps that meet, and books become right again", async () => {
  await withExchange({
    events: [snapshot("A"), snapshot("B")],
    connector: { channels: ["orderbook_delta", "trade"], markets: () => ["A", "B"] },
  }, async ({ capture, exchange, happen, rightBooks }) => {
    await rightBooks("A", "B");
    exchange.dropConnections();
    await happen(delta("A", 500));
    await capture.until(() => capture.sessions().length === 2, "a second session begins");
    await rightBooks("A", "B");
    const [first, second] = capture.sessions();
    const gaps = capture.gaps().filter(({ sid }) => sid === undefined);
    assert.deepEqual(gaps.map(({ reason, session, markets }) => [reason, session, markets]), [
      ["disconnect", first, ["A", "B"]],
      ["disconnect", second, ["A", "B"]],
    ]);
    const frames = capture.frames();
    const before = frames.filter(({ session }) => session === first).at(-1)!;
    const after = frames.find(({ session }) => session === second)!;
    assert.equal(gaps[0]!.from, before.tsRecv);
    assert.equal(gaps[0]!.to, gaps[1]!.from);
    assert.equal(gaps[1]!.to, after.tsRecv);
    const isSecond = ({ kind, record }: (typeof capture.kept)[number]) =>
      kind !== "sent" && record.session === second;
    assert.equal(capture.kept.find(isSecond)?.record, gaps[1], "the gap comes before the frames");
    // A channel that is confirmed later than the first frame comes has a little gap more.
    for (const { from, sid, reason } of capture.gaps()) {
      if (sid !== undefined) assert.deepEqual([reason, from], ["disconnect", after.tsRecv]);
    }
    assert.equal(capture.connector.health().reconnects, 1);
    const lost = capture.of("disconnected");
    assert.equal(lost.length, 1);
    assert.equal(lost[0]!.frames, frames.filter(({ session }) => session === first).length);
  });
});

test("Trades of all markets that were missed do not make books elsewhere stale", async () => {
  await withExchange({
    events: [snapshot("A")],
    connector: { channels: ["trade", "market_lifecycle_v2"] },
  }, async ({ capture, exchange }) => {
    await capture.until(() => capture.connector.settled, "it is subscribed");
    exchange.dropConnections(1001);
    await capture.until(() => capture.sessions().length === 2, "a second session begins");
    await capture.until(() => capture.connector.settled, "it is subscribed again");
    for (const { markets, books } of capture.gaps()) {
      assert.equal(markets, undefined);
      assert.equal(books, false);
    }
    assert.equal(capture.gaps().filter(({ sid }) => sid === undefined).length, 2);
    assert.match(capture.of("disconnected")[0]!.reason!, /code 1001/);
    const channels = capture.of("subscribed").map(({ reason }) => reason);
    assert.deepEqual(channels, ["trade", "market_lifecycle_v2", "trade", "market_lifecycle_v2"]);
  });
});

test("A socket that is open and silent is replaced, whatever its send side says", async () => {
  let proxy: TcpProxy | undefined;
  await withExchange({
    events: [snapshot("A")],
    exchange: { pingIntervalMs: 20 },
    connector: {
      channels: BOOKS,
      markets: () => ["A"],
      silenceMs: 200,
      handshakeTimeoutMs: 100,
    },
    through: async (exchange) => {
      proxy = await TcpProxy.start(exchange.port);
      return exchange.webSocketUrl.replace(String(exchange.port), String(proxy.port));
    },
  }, async ({ capture, happen, rightBooks }) => {
    await rightBooks("A");
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(capture.sessions().length, 1, "pings are a sign of life");
    proxy!.freeze();
    await happen(delta("A", 100));
    await capture.until(() => capture.sessions().length === 2, "the socket is replaced");
    await rightBooks("A");
    assert.match(capture.of("disconnected")[0]!.reason!, /nothing came for 200 ms/);
    proxy!.freezeNew(true);
    proxy!.cut();
    await capture.until(() => capture.of("refused").length > 0, "a handshake gets no answer");
    proxy!.freezeNew(false);
  }).finally(() => proxy?.close());
});

test("An exchange that is away, refuses or talks nonsense is asked again, never in a spin", async () => {
  await withExchange({
    events: [snapshot("A")],
    exchange: {
      faults: {
        seed: 1,
        rules: [
          { fault: "refuse_handshake", at: [1], status: 503 },
          { fault: "refuse_handshake", at: [2], status: 429 },
          { fault: "refuse_handshake", at: [3], status: "garbage" },
          { fault: "refuse_handshake", at: [4], status: 401 },
        ],
      },
    },
    connector: { channels: BOOKS, markets: () => ["A"], backoff: { firstMs: 20, maxMs: 100 } },
  }, async ({ capture, exchange, rightBooks }) => {
    await rightBooks("A");
    const reasons = capture.of("refused").map(({ reason }) => reason!);
    assert.equal(reasons.length, 4);
    assert.match(reasons[0]!, /503/);
    assert.match(reasons[1]!, /too many/i);
    assert.match(reasons[3]!, /credentials/i);
    assert.ok(capture.of("refused").every(({ retryInMs }) => retryInMs! >= 10));
    exchange.stopListening();
    exchange.dropConnections();
    await capture.until(() => capture.of("refused").length > 6, "attempts fail");
    await exchange.listen();
    await rightBooks("A");
    const gaps = capture.gaps().filter(({ sid }) => sid === undefined);
    assert.deepEqual(gaps.map(({ reason }) => reason), ["disconnect", "disconnect"]);
  });
});

test("One market that is refused costs the others nothing", async () => {
  const markets = ["A", "B", "BAD", "C"];
  await withExchange({
    events: ["A", "B", "C"].map((name) => snapshot(name)),
    exchange: { rejectTickers: ["BAD"] },
    connector: { channels: ["orderbook_delta", "trade"], markets: () => [...markets, "no ticker"] },
  }, async ({ capture, exchange, rightBooks }) => {
    await rightBooks("A", "B", "C");
    const health = capture.connector.health();
    assert.equal(health.rejectedMarkets, 1);
    assert.equal(health.errors["16"], 2);
    assert.equal(health.errors["illegal_ticker"], 1);
    const rejected = capture.of("market_rejected");
    assert.deepEqual(rejected.map(({ markets }) => markets), [["BAD"], ["BAD"]]);
    for (const { markets } of exchange.subscriptions(1)!) {
      assert.deepEqual(markets, ["A", "B", "C"]);
    }
    assert.deepEqual(capture.gaps(), []);
  });
});

test("A market whose book never comes stays subscribed and is counted", async () => {
  await withExchange({
    events: [snapshot("A")],
    connector: {
      channels: BOOKS,
      markets: () => ["A", "SILENT"],
      subscriptions: { snapshotTimeoutMs: 30, rejectedRetryMs: 200 },
    },
  }, async ({ capture, happen, rightBooks }) => {
    await rightBooks("A");
    assert.equal(capture.connector.health().rejectedMarkets, 1);
    assert.match(capture.of("market_rejected")[0]!.reason!, /no snapshot/);
    await happen(snapshot("SILENT"));
    await rightBooks("A", "SILENT");
    assert.equal(capture.connector.health().rejectedMarkets, 0);
  });
});

test("Markets beyond what a subscription takes go to other connections, each followed once", async () => {
  const markets = Array.from({ length: 20 }, (_, i) => `M${i}`);
  await withExchange({
    events: markets.map((name) => snapshot(name)),
    exchange: { marketsPerSubscription: 7 },
    connector: {
      channels: ["orderbook_delta", "trade"],
      markets: () => markets,
      marketsPerConnection: 12,
      subscriptions: { refusalBackoff: { firstMs: 1, maxMs: 10 } },
    },
  }, async ({ capture, exchange, rightBooks }) => {
    await rightBooks(...markets);
    const held = exchange.connections().flatMap((connection) =>
      exchange.subscriptions(connection)!.filter(({ channel }) => channel === "orderbook_delta")
        .flatMap(({ markets }) => markets)
    );
    assert.deepEqual(held.sort(), [...markets].sort());
    assert.equal(capture.connector.health().rejectedMarkets, 0);
  });
});

for (const code of [10, 25] as const) {
  test(`A subscription that the exchange ends with error ${code} is renewed, and the loss recorded`, async () => {
    await withExchange({
      events: [snapshot("A"), snapshot("B")],
      connector: {
        channels: ["orderbook_delta", "trade"],
        markets: () => ["A", "B"],
        subscriptions: { refusalBackoff: { firstMs: 20, maxMs: 20 } },
      },
    }, async ({ capture, exchange, happen, rightBooks }) => {
      await rightBooks("A", "B");
      assert.ok(exchange.endSubscription(1, 1, code));
      await capture.until(() => capture.gaps().length > 0, "the loss is recorded");
      assert.equal(capture.book("A"), undefined);
      await happen(delta("A", 700));
      await rightBooks("A", "B");
      const gaps = capture.gaps();
      assert.deepEqual(gaps.map(({ reason, markets }) => [reason, markets]), [
        ["disconnect", ["A", "B"]],
        ["disconnect", ["A", "B"]],
      ]);
      assert.equal(gaps[0]!.to, gaps[1]!.from);
      assert.equal(gaps[0]!.sid, 1);
      assert.equal(capture.sessions().length, 1);
      assert.equal(capture.of("subscription_lost").length, 1);
    });
  });
}

test("Numbers that begin anew make a new subscription, because nothing of the old one counts", async () => {
  await withExchange({
    events: [snapshot("A"), snapshot("B")],
    exchange: {
      faults: { seed: 1, rules: [{ fault: "seq_restart", channel: "orderbook_delta", at: [3] }] },
    },
    connector: { channels: BOOKS, markets: () => ["A", "B"] },
  }, async ({ capture, happen, rightBooks }) => {
    await rightBooks("A", "B");
    for (let i = 0; i < 6; i++) await happen(delta(i % 2 === 0 ? "A" : "B", 100));
    await capture.until(() => capture.of("resync").length > 0, "it is noticed");
    await rightBooks("A", "B");
    assert.match(capture.of("resync")[0]!.reason!, /began anew/);
    assert.equal(capture.sessions().length, 1);
  });
});

test("The universe may change, be empty and fail; what is given up leaves a gap of that name", async () => {
  let answer: () => readonly string[] = () => ["A", "B"];
  await withExchange({
    events: ["A", "B", "C"].map((name) => snapshot(name)),
    connector: {
      channels: ["orderbook_delta", "trade"],
      markets: () => answer(),
      universeEveryMs: 1e6,
    },
  }, async ({ capture, exchange, rightBooks }) => {
    const { connector } = capture;
    await rightBooks("A", "B");
    answer = () => ["B", "C"];
    await connector.refreshMarkets();
    await rightBooks("B", "C");
    const gone = (gap: Gap) => [gap.reason, gap.markets, gap.to - gap.from, gap.books ?? true];
    assert.deepEqual(capture.gaps().map(gone).sort(), [
      ["unsubscribed", ["A"], 0, false],
      ["unsubscribed", ["A"], 0, true],
    ]);
    assert.equal(capture.book("A"), undefined);
    answer = () => {
      throw new Error("the list is not to be had");
    };
    await connector.refreshMarkets();
    assert.equal(connector.health().markets, 2);
    assert.match(capture.of("error")[0]!.reason!, /the list is not to be had/);
    answer = () => [];
    await connector.refreshMarkets();
    await capture.until(() => connector.settled, "nothing is followed");
    assert.ok(exchange.subscriptions(1)!.every(({ live }) => !live));
    answer = () => ["A", "C"];
    await connector.refreshMarkets();
    await rightBooks("A", "C");
    assert.equal(capture.sessions().length, 1);
  });
});

test("Without a market there is no connection, and one that has lost its last is closed", async () => {
  let markets: readonly string[] = [];
  await withExchange({
    events: [snapshot("A")],
    connector: { channels: BOOKS, markets: () => markets, universeEveryMs: 30 },
  }, async ({ capture, exchange, rightBooks }) => {
    const { connector } = capture;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual(connector.health().connections, []);
    assert.equal(exchange.counts.handshakes, 0);
    markets = ["A"];
    await capture.until(() => connector.health().connections.length === 1, "it connects");
    await rightBooks("A");
    markets = [];
    await capture.until(() => connector.health().connections.length === 0, "it is closed");
    assert.deepEqual(capture.gaps().map(({ reason }) => reason), ["unsubscribed"]);
    markets = ["A"];
    await capture.until(() => capture.book("A") !== undefined, "it comes back");
  });
});

test("After records were dropped the books are asked for anew", async () => {
  await withExchange({
    events: [snapshot("A"), snapshot("B")],
    connector: { channels: BOOKS, markets: () => ["A", "B"] },
  }, async ({ capture, happen, rightBooks }) => {
    await rightBooks("A", "B");
    capture.delivery = "dropped";
    await happen(delta("A", 100));
    await capture.until(() => capture.dropped > 0, "a record is dropped");
    capture.delivery = "kept";
    await happen(delta("A", 100), delta("B", 100));
    await capture.until(() => capture.of("resync").length === 1, "books are asked for");
    await rightBooks("A", "B");
    assert.match(capture.of("resync")[0]!.reason!, /dropped/);
  });
});

test("Five thousand books come over three connections", async () => {
  const markets = Array.from({ length: 5000 }, (_, i) => `KXMANY-${i}`);
  await withExchange({
    events: markets.map((name) => snapshot(name)),
    connector: { channels: BOOKS, markets: () => markets },
  }, async ({ capture, exchange, rightBooks }) => {
    await rightBooks(...markets);
    assert.equal(exchange.connections().length, 3);
    assert.ok(exchange.counts.commands <= 30, `${exchange.counts.commands} commands`);
    assert.equal(capture.connector.health().rejectedMarkets, 0);
  });
});

test("It runs once, ends when told to in every state, and leaves nothing open", async () => {
  const stop = new AbortController();
  const connector = new KalshiConnector({
    url: "ws://127.0.0.1:9/trade-api/ws/v2",
    channels: ["market_lifecycle_v2"],
  });
  const handlers = { onRecord: () => "kept" as const, onStatus: () => {} };
  const running = connector.run(handlers, { signal: stop.signal });
  await assert.rejects(connector.run(handlers, { signal: stop.signal }), /run before/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop.abort();
  await running;
  const early = new KalshiConnector({
    url: "ws://127.0.0.1:9/trade-api/ws/v2",
    channels: ["market_lifecycle_v2"],
  });
  await early.run(handlers, { signal: AbortSignal.abort() });
});

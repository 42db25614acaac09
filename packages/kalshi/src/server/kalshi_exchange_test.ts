import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { delta, playByHand, quote, START, trade } from "./exchange_session_test_support.ts";

const BOOKS = { channels: ["orderbook_delta"], market_tickers: ["A", "B"] };

test("A subscription begins with its reply and a snapshot per market, then deltas count on", async () => {
  await playByHand(async (_, happen, client) => {
    const begin = await client.subscribe({ ...BOOKS, use_yes_price: false });
    assert.deepEqual(begin.map(({ type, sid, seq }) => [type, sid, seq]), [
      ["subscribed", undefined, undefined],
      ["orderbook_snapshot", 1, 1],
      ["orderbook_snapshot", 1, 2],
    ]);
    assert.deepEqual(begin[0]!.msg, { channel: "orderbook_delta", sid: 1 });
    assert.deepEqual(begin[1]!.msg.no_dollars_fp, [["0.5000", "0.05"], ["0.5500", "2.50"]]);
    await happen(delta("B", -50, START + 996_443));
    const [frame] = await client.take();
    assert.equal(frame!.seq, 3);
    const { market_id, ...msg } = frame!.msg;
    assert.match(market_id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.deepEqual(msg, {
      market_ticker: "B",
      price_dollars: "0.5500",
      delta_fp: "-0.50",
      side: "no",
      ts: "2026-08-27T14:00:00.996443Z",
      ts_ms: START / 1000 + 996,
    });
  });
});

test("Each channel of a subscribe gets a sid of its own, and tickers carry no seq", async () => {
  await playByHand(async (_, happen, client) => {
    const channels = ["trade", "ticker", "market_lifecycle_v2"];
    const replies = await client.subscribe({ channels, market_tickers: ["A"] });
    assert.deepEqual(replies.map(({ msg }) => msg.sid), [1, 2, 3]);
    await happen(
      trade("A", "t-1"),
      trade("B", "t-2"),
      {
        kind: "message",
        time: START,
        ticker: "C",
        channel: "market_lifecycle_v2",
        type: "market_lifecycle_v2",
        msg: { market_ticker: "C", event_type: "deactivated" },
      },
      quote("A"),
    );
    const frames = await client.take();
    const seen = frames.map(({ type, sid, seq, msg }) => [type, sid, seq, msg.market_ticker]);
    // The lifecycle channel cannot be narrowed to markets, the others were.
    assert.deepEqual(seen, [
      ["trade", 1, 1, "A"],
      ["market_lifecycle_v2", 3, 1, "C"],
      ["ticker", 2, undefined, "A"],
    ]);
    assert.equal(frames[2]!.msg.price_dollars, "");
    assert.equal(frames[2]!.msg.ts_ms, START / 1000 + 123);
  });
});

test("A second subscribe adds its markets to the first and is answered on its sid", async () => {
  await playByHand(async (_, __, client) => {
    await client.subscribe({ channels: ["orderbook_delta"], market_ticker: "A" });
    client.send("subscribe", { channels: ["orderbook_delta"], market_tickers: ["A", "B"] }, 9);
    const frames = await client.take();
    assert.deepEqual(frames[0], {
      type: "ok",
      id: 9,
      sid: 1,
      seq: 2,
      msg: { market_tickers: ["A", "B"] },
    });
    assert.deepEqual(frames.slice(1).map(({ seq, msg }) => [seq, msg.market_ticker]), [[3, "B"]]);
  });
});

test("Where asked for, a merged subscribe is answered as the first one was", async () => {
  await playByHand(async (_, __, client) => {
    await client.subscribe({ channels: ["trade"], market_tickers: ["A"] });
    const frames = await client.subscribe({ channels: ["trade"] });
    assert.deepEqual(frames.map(({ type, msg }) => [type, msg.sid]), [["subscribed", 1]]);
  }, { mergeReply: "subscribed" });
});

test("A subscribe without markets widens an earlier one to all of them", async () => {
  await playByHand(async (exchange, happen, client) => {
    await client.subscribe({ channels: ["trade"], market_tickers: ["A"] });
    await client.subscribe({ channels: ["trade"] });
    await happen(trade("A", "1"), trade("B", "2"));
    assert.deepEqual((await client.take()).map(({ msg }) => msg.trade_id), ["1", "2"]);
    assert.equal(exchange.subscriptions(1)![0]!.markets, "all");
  });
});

test("Markets come and go by update_subscription, with the full list or without", async () => {
  await playByHand(async (_, happen, client) => {
    await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A"] });
    client.send("update_subscription", { sid: 1, action: "add_markets", market_tickers: ["B"] }, 5);
    const added = await client.take();
    assert.deepEqual(added.map(({ type, seq }) => [type, seq]), [["ok", 2], [
      "orderbook_snapshot",
      3,
    ]]);
    assert.deepEqual(added[0]!.msg.market_tickers, ["A", "B"]);
    const params = { sids: [1], action: "delete_markets", market_tickers: ["A"] };
    client.send("update_subscription", { ...params, skip_ticker_ack: true }, 6);
    assert.deepEqual(await client.take(), [{ type: "ok", id: 6, sid: 1, seq: 4, msg: {} }]);
    await happen(delta("A", 1), delta("B", 2));
    const frames = await client.take();
    assert.deepEqual(frames.map(({ seq, msg }) => [seq, msg.market_ticker]), [[5, "B"]]);
  });
});

test("get_snapshot answers in the stream with the command's id, for subscribed books only", async () => {
  await playByHand(async (exchange, happen, client) => {
    await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A", "NONE"] });
    await happen(delta("A", -250));
    await client.take();
    const tickers = ["A", "B", "NONE"];
    const action = "get_snapshot";
    client.send("update_subscription", { sids: [1], action, market_tickers: tickers }, 77);
    const frames = await client.take();
    assert.deepEqual(frames.map(({ type, id, seq }) => [type, id, seq]), [
      ["orderbook_snapshot", 77, 3],
    ]);
    assert.deepEqual(frames[0]!.msg.no_dollars_fp, [["0.5000", "0.05"]]);
    assert.equal(exchange.bookText("A"), "yes|4000:1000;no|5000:5");
  });
});

test("With use_yes_price the NO ladder is told in YES prices", async () => {
  await playByHand(async (_, happen, client) => {
    const params = { channels: ["orderbook_delta"], market_tickers: ["A"], use_yes_price: true };
    const [, book] = await client.subscribe(params);
    assert.deepEqual(book!.msg.no_dollars_fp, [["0.4500", "2.50"], ["0.5000", "0.05"]]);
    assert.deepEqual(book!.msg.yes_dollars_fp, [["0.4000", "10.00"]]);
    await happen(delta("A", 25));
    assert.equal((await client.take())[0]!.msg.price_dollars, "0.4500");
  });
});

test("A side without levels has no key in a snapshot", async () => {
  await playByHand(async (_, happen, client) => {
    await happen({ kind: "snapshot", time: START, ticker: "A", yes: [], no: [[1, 1]] });
    const [, book] = await client.subscribe({ channels: ["orderbook_delta"], market_ticker: "A" });
    assert.deepEqual(Object.keys(book!.msg), ["market_ticker", "market_id", "no_dollars_fp"]);
  });
});

test("A market that begins with a delta begins with an empty snapshot", async () => {
  await playByHand(async (_, happen, client) => {
    const params = { channels: ["orderbook_delta"], market_tickers: ["NEW"] };
    assert.equal((await client.subscribe(params)).length, 1);
    await happen(delta("NEW", 5));
    const types = (await client.take()).map(({ type }) => type);
    assert.deepEqual(types, ["orderbook_snapshot", "orderbook_delta"]);
  });
});

test("unsubscribe ends each sid with a numbered reply, and a sid is not used again", async () => {
  await playByHand(async (_, happen, client) => {
    await client.subscribe({ channels: ["trade", "ticker"] });
    client.send("unsubscribe", { sids: [1, 2, 3] }, 4);
    assert.deepEqual(await client.take(), [
      { type: "unsubscribed", id: 4, sid: 1, seq: 1 },
      { type: "unsubscribed", id: 4, sid: 2 },
      { type: "error", id: 4, msg: { code: 7, msg: "Unknown subscription ID" } },
    ]);
    await happen(trade("A", "1"));
    assert.deepEqual(await client.take(), []);
    const [reply] = await client.subscribe({ channels: ["trade"] });
    assert.equal(reply!.msg.sid, 3);
  });
});

test("list_subscriptions lists channels and sids", async () => {
  await playByHand(async (_, __, client) => {
    await client.subscribe({ channels: ["trade", "ticker"] });
    client.send("list_subscriptions", undefined, 8);
    assert.deepEqual(await client.take(), [{
      type: "ok",
      id: 8,
      msg: [{ channel: "trade", sid: 1 }, { channel: "ticker", sid: 2 }],
    }]);
  });
});

test("send_initial_snapshot sends the newest quotes of each market", async () => {
  await playByHand(async (_, happen, client) => {
    await happen(quote("A"), quote("B"));
    const frames = await client.subscribe({ channels: ["ticker"], send_initial_snapshot: true });
    assert.deepEqual(frames.slice(1).map(({ msg }) => msg.market_ticker), ["A", "B"]);
    const [, first] = frames;
    const id = first!.msg.market_id;
    client.send("unsubscribe", { sids: [1] });
    await client.take();
    const byId = { channels: ["ticker"], market_ids: [id], send_initial_snapshot: true };
    const again = await client.subscribe(byId);
    assert.deepEqual(again.slice(1).map(({ msg }) => msg.market_ticker), ["A"]);
  });
});

test("A refused market gets an error with its name and the others go on", async () => {
  await playByHand(async (_, __, client) => {
    const frames = await client.subscribe(BOOKS);
    assert.deepEqual(frames.map(({ type, msg }) => [type, msg.market_ticker]), [
      ["subscribed", undefined],
      ["error", "A"],
      ["orderbook_snapshot", "B"],
    ]);
  }, { rejectTickers: ["A"] });
});

test("More markets than a subscription may have are refused as a whole", async () => {
  await playByHand(async (_, __, client) => {
    const frames = await client.subscribe(BOOKS);
    assert.deepEqual(frames.map(({ msg }) => msg.code), [26]);
    await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A"] });
    const add = { sid: 1, action: "add_markets", market_tickers: ["B"] };
    client.send("update_subscription", add);
    assert.deepEqual((await client.take()).map(({ msg }) => msg.code), [26]);
  }, { marketsPerSubscription: 1 });
});

test("Account channels want a signed connection", async () => {
  await playByHand(async (_, __, client) => {
    const frames = await client.subscribe({ channels: ["trade", "fill"] });
    assert.deepEqual(frames.map(({ msg }) => msg.code), [9]);
  });
});

test("Every message that is no command gets error 1", async () => {
  await playByHand(async (_, __, client) => {
    client.socket.send("{");
    client.socket.send("[]");
    client.socket.send(Buffer.from("{}"));
    client.socket.send('{"id":"x","cmd":"subscribe"}');
    assert.deepEqual((await client.take()).map(({ id, msg }) => [id, msg.code]), [
      [undefined, 1],
      [undefined, 1],
      [undefined, 1],
      [undefined, 1],
    ]);
  });
});

test("A settled market is forgotten", async () => {
  await playByHand(async (exchange, happen, client) => {
    await happen({
      kind: "message",
      time: START + MICROS_PER_SECOND,
      ticker: "A",
      channel: "market_lifecycle_v2",
      type: "market_lifecycle_v2",
      msg: { market_ticker: "A", event_type: "settled", settled_ts: 1 },
    });
    assert.equal(exchange.book("A"), undefined);
    assert.equal((await client.subscribe(BOOKS)).length, 2);
  });
});

test("The exchange tells what it sent, by connection and sid", async () => {
  await playByHand(async (exchange, happen, client) => {
    await client.subscribe({ channels: ["orderbook_delta", "ticker"], market_tickers: ["A"] });
    await happen(delta("A", 1), quote("A"), quote("A"));
    await client.take();
    assert.deepEqual(exchange.subscriptions(1), [
      { sid: 1, channel: "orderbook_delta", frames: 2, seq: 2, markets: ["A"], live: true },
      { sid: 2, channel: "ticker", frames: 2, seq: 0, markets: ["A"], live: true },
    ]);
    assert.equal(exchange.framesSent(1, 1), 2);
    assert.equal(exchange.framesSent(1, 9), 0);
    assert.equal(exchange.counts.commands, 3);
  });
});

test("A channel that fails ends its subscription with a numbered error", async () => {
  await playByHand(async (exchange, happen, client) => {
    await client.subscribe({ channels: ["trade"] });
    assert.equal(exchange.endSubscription(1, 1, 10), true);
    assert.equal(exchange.endSubscription(1, 1, 10), false);
    await happen(trade("A", "1"));
    assert.deepEqual(await client.take(), [
      { type: "error", sid: 1, seq: 1, msg: { code: 10, msg: "Channel error" } },
    ]);
  });
});

test("An update that its subscription cannot take is refused with the code that says why", async () => {
  await playByHand(async (_, __, client) => {
    const channels = ["orderbook_delta", "trade", "market_lifecycle_v2"];
    await client.subscribe({ channels, market_tickers: ["A"] });
    const add = { action: "add_markets", market_tickers: ["B"] };
    const cases: [number, object][] = [
      [7, { ...add, sid: 9 }],
      [13, { ...add, sid: 3 }],
      [13, { ...add, sid: 1, action: "move_markets" }],
      [13, { ...add, sid: 2, action: "get_snapshot" }],
      [14, { sid: 1, action: "add_markets" }],
      [14, { sid: 1, action: "get_snapshot", market_ticker: "A" }],
      [11, { sid: 2, action: "add_markets", market_ids: ["x"] }],
    ];
    for (const [code, params] of cases) {
      client.send("update_subscription", params, 5);
      const frames = await client.take();
      assert.deepEqual(frames.map(({ id, msg }) => [id, msg.code]), [[5, code]]);
    }
  });
});

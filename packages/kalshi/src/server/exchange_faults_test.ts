import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderBook, parsePrice, parseQuantity, SIDE_NO, SIDE_YES } from "@ssmd/core";
import { SeededRandom } from "../generator/seeded_random.ts";
import { type ReceivedFrame, TestClient } from "./exchange_client_test_support.ts";
import {
  delta,
  playByHand,
  quote,
  snapshot,
  START,
  trade,
} from "./exchange_session_test_support.ts";
import type { ExchangeEvent } from "./exchange_event.ts";
import type { FaultName, FaultPlan, FaultRule } from "./fault_plan.ts";
import type { KalshiExchange } from "./kalshi_exchange.ts";

const SEEDS = Number(process.env["SSMD_FAULT_SEEDS"] ?? 25);

/** Follows `seq` and books in the simplest way there is. */
class PlainReader {
  readonly missing = new Set<string>();
  readonly duplicates: string[] = [];
  readonly late: string[] = [];
  readonly books = new Map<string, OrderBook>();
  readonly #last = new Map<number, number>();

  read(frame: ReceivedFrame): void {
    const { sid, seq, msg } = frame;
    if (sid === undefined || seq === undefined) return;
    const last = this.#last.get(sid) ?? seq - 1;
    if (seq === last) this.duplicates.push(`${sid}:${seq}`);
    if (seq < last) this.late.push(`${sid}:${seq}`);
    if (seq <= last) return;
    for (let lost = last + 1; lost < seq; lost++) this.missing.add(`${sid}:${lost}`);
    this.#last.set(sid, seq);
    if (frame.type === "orderbook_snapshot") this.#replace(msg);
    if (frame.type === "orderbook_delta") {
      const side = msg.side === "yes" ? SIDE_YES : SIDE_NO;
      // The market's snapshot may be what got lost.
      const book = this.books.get(msg.market_ticker);
      book?.applyDelta(side, parsePrice(msg.price_dollars), parseQuantity(msg.delta_fp));
    }
  }

  #replace(
    msg: { market_ticker: string; yes_dollars_fp?: Level[]; no_dollars_fp?: Level[] },
  ): void {
    const book = new OrderBook();
    book.snapshot();
    for (const [price, size] of msg.yes_dollars_fp ?? []) {
      book.setLevel(SIDE_YES, parsePrice(price), parseQuantity(size));
    }
    for (const [price, size] of msg.no_dollars_fp ?? []) {
      book.setLevel(SIDE_NO, parsePrice(price), parseQuantity(size));
    }
    this.books.set(msg.market_ticker, book);
  }
}

type Level = [string, string];

function plan(seed: number, ...rules: FaultRule[]): FaultPlan {
  return { seed, rules };
}

const BOOKS = { channels: ["orderbook_delta"], market_tickers: ["A", "B"] };

function randomEvents(random: SeededRandom): ExchangeEvent[] {
  const ticker = random.below(2) === 0 ? "A" : "B";
  const size = 1 + random.below(50);
  if (random.below(4) === 0) return [trade(ticker, random.uuid())];
  if (random.below(8) === 0) return [snapshot(ticker)];
  return [delta(ticker, size), delta(ticker, -size), delta(ticker, 1)];
}

/** Everything that was injected and then followed is seen, and nothing else. */
async function detects(seed: number, rules: readonly FaultRule[]): Promise<number> {
  const random = new SeededRandom(seed);
  let count = 0;
  await playByHand(async (exchange, happen, client) => {
    const reader = new PlainReader();
    client.send("subscribe", BOOKS);
    client.send("subscribe", { channels: ["trade"] });
    for (let round = 0; round < 30; round++) {
      await happen(...randomEvents(random));
      if (random.below(10) === 0) askForBooks(client);
      if (random.below(5) === 0) (await client.take()).forEach((frame) => reader.read(frame));
    }
    exchange.stopFaults();
    await happen(delta("A", 1), trade("A", "last"));
    (await client.take()).forEach((frame) => reader.read(frame));
    askForBooks(client);
    (await client.take()).forEach((frame) => reader.read(frame));

    const injected = (fault: FaultName) =>
      exchange.injected.filter((one) => one.fault === fault)
        .map((one) => {
          assert.equal(one.followed, true);
          assert.equal(one.connection, 1);
          return `${one.sid}:${one.seq}`;
        });
    const reorders = injected("reorder");
    const missing = [...injected("sequence_gap"), ...reorders];
    assert.deepEqual([...reader.missing].sort(), missing.sort(), `holes of seed ${seed}`);
    assert.deepEqual(reader.duplicates, injected("duplicate"), `duplicates of seed ${seed}`);
    assert.deepEqual(reader.late, reorders, `late frames of seed ${seed}`);
    for (const ticker of ["A", "B"]) {
      const text = reader.books.get(ticker)?.canonicalText();
      assert.equal(text, exchange.bookText(ticker), `${ticker} of seed ${seed}`);
    }
    count = exchange.injected.length;
  }, { faults: plan(seed, ...rules) });
  return count;
}

function askForBooks(client: TestClient): void {
  const action = "get_snapshot";
  client.send("update_subscription", { sid: 1, action, market_tickers: ["A", "B"] });
}

test("Each gap, duplicate and reorder shows in the sequence, and books are right afterwards", async () => {
  let injected = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    injected += await detects(seed, [
      { fault: "sequence_gap", probability: 0.03 },
      { fault: "duplicate", probability: 0.03 },
      { fault: "reorder", probability: 0.03 },
    ]);
  }
  assert.ok(injected >= SEEDS, `only ${injected} faults in ${SEEDS} seeds`);
});

test("A reply does not change places: the frame that waits goes first and nothing is noted", async () => {
  await underRule({ fault: "reorder", at: [10] }, async (exchange, client) => {
    assert.equal((await client.take()).length, 9);
    client.send("unsubscribe", { sids: [1] });
    assert.deepEqual((await client.take()).map(({ seq, type }) => [seq, type]), [
      [11, "orderbook_delta"],
      [12, "unsubscribed"],
    ]);
    assert.deepEqual(exchange.injected, []);
  });
});

test("Without faults the sequence has no hole", async () => {
  assert.equal(await detects(1, []), 0);
});

test("The same seed does the same to the same frames", async () => {
  const runs: unknown[] = [];
  for (const seed of [5, 5, 6]) {
    await playByHand(async (exchange, happen, client) => {
      await client.subscribe(BOOKS);
      for (let i = 0; i < 60; i++) await happen(delta("A", 1));
      await client.take();
      runs.push(exchange.injected);
    }, {
      faults: plan(
        seed,
        { fault: "sequence_gap", probability: 0.1 },
        { fault: "retyped_field", probability: 0.1 },
      ),
    });
  }
  assert.deepEqual(runs[0], runs[1]);
  assert.notDeepEqual(runs[0], runs[2]);
});

/** Plays ten deltas of A under one rule; gives what came and what was noted. */
async function underRule(
  rule: FaultRule,
  run?: (exchange: KalshiExchange, client: TestClient) => Promise<void>,
): Promise<ReceivedFrame[]> {
  let frames: ReceivedFrame[] = [];
  await playByHand(async (exchange, happen, client) => {
    await client.subscribe({ channels: ["orderbook_delta"], market_tickers: ["A"] });
    for (let i = 1; i <= 10; i++) await happen(delta("A", i));
    if (run === undefined) frames = await client.take();
    else await run(exchange, client);
  }, { faults: plan(1, rule) });
  return frames;
}

test("A restarted sequence begins again at 1", async () => {
  // Numbers 2 to 11 belong to deltas; the rule counts those that a numbered frame preceded.
  const frames = await underRule({ fault: "seq_restart", at: [4] });
  assert.deepEqual(frames.map(({ seq }) => seq), [2, 3, 4, 1, 2, 3, 4, 5, 6, 7]);
});

test("A frame of an unknown type takes a number and loses nothing", async () => {
  const frames = await underRule({ fault: "unknown_type", at: [3], channel: "orderbook_delta" });
  assert.deepEqual(frames.map(({ seq }) => seq), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert.deepEqual(frames.map(({ type }) => type).filter((type) => type !== "orderbook_delta"), [
    "orderbook_delta_v9",
  ]);
});

test("A field gets another name, or another type", async () => {
  const renamed = await underRule({ fault: "renamed_field", at: [2], field: "side" });
  assert.deepEqual(renamed.map(({ msg }) => msg.side ?? msg.side_v2), Array(10).fill("no"));
  assert.equal(renamed.filter(({ msg }) => "side_v2" in msg).length, 1);
  const retyped = await underRule({ fault: "retyped_field", every: 5, field: "delta_fp" });
  assert.deepEqual(
    retyped.map(({ msg }) => typeof msg.delta_fp).filter((type) => type === "number")
      .length,
    2,
  );
});

test("What no field suits is not noted as a fault", async () => {
  await underRule(
    { fault: "renamed_field", every: 1, field: "nothing" },
    async (exchange, client) => {
      assert.equal((await client.take()).length, 10);
      assert.deepEqual(exchange.injected, []);
    },
  );
});

test("A wrong clock shows in a frame's times", async () => {
  const frames = await underRule({ fault: "clock_skew", at: [2], seconds: -90 });
  assert.deepEqual(frames.slice(0, 2).map(({ msg }) => [msg.ts, msg.ts_ms]), [
    ["2026-08-27T13:58:30Z", START / 1000 - 90_000],
    ["2026-08-27T14:00:00Z", START / 1000],
  ]);
});

test("A slow reader's subscription ends with error 25, and another one can begin", async () => {
  await underRule({ fault: "slow_reader", at: [4] }, async (exchange, client) => {
    const frames = await client.take();
    assert.deepEqual(frames.map(({ type, seq }) => [type, seq]), [
      ["orderbook_delta", 2],
      ["orderbook_delta", 3],
      ["error", 4],
    ]);
    assert.deepEqual(frames[2]!.msg, { code: 25, msg: "Subscription buffer overflow" });
    assert.equal(exchange.subscriptions(1)![0]!.live, false);
    assert.equal((await client.subscribe(BOOKS))[0]!.msg.sid, 2);
  });
});

/** Of the subscription's frames the snapshot is the first. */
const FOURTH_DELTA = { channel: "orderbook_delta", at: [5] };

test("A cut connection ends inside a frame, after all that was sent before", async () => {
  await underRule({ ...FOURTH_DELTA, fault: "cut_mid_frame" }, async (exchange, client) => {
    assert.equal(await client.closed, 1006);
    assert.equal(client.texts.length, 3);
    assert.deepEqual(exchange.injected.map(({ fault, seq, followed }) => [fault, seq, followed]), [
      ["cut_mid_frame", 5, false],
    ]);
    assert.deepEqual(exchange.connections(), []);
  });
});

test("A half-open connection sends nothing, answers nothing and stays", async () => {
  await underRule({ ...FOURTH_DELTA, fault: "half_open" }, async (exchange, client) => {
    while (client.texts.length < 3) await client.arrival();
    client.send("list_subscriptions");
    client.socket.ping("x");
    let pongs = 0;
    client.socket.on("pong", () => pongs++);
    const other = await TestClient.connect(exchange);
    await other.take();
    assert.equal(client.texts.length, 3);
    assert.equal(pongs, 0);
    assert.deepEqual(client.pings, []);
    assert.deepEqual(exchange.connections(), [1, 2]);
    await other.close();
    await client.close();
    while (exchange.connections().length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
});

test("A rule for one connection leaves the others alone", async () => {
  await playByHand(async (exchange, happen, client) => {
    const second = await TestClient.connect(exchange);
    await client.subscribe(BOOKS);
    await second.subscribe(BOOKS);
    await happen(delta("A", 1));
    assert.equal((await client.take()).length, 1);
    assert.equal((await second.take()).length, 2);
    assert.deepEqual(exchange.injected.map(({ connection }) => connection), [2]);
    await second.close();
  }, { faults: plan(1, { fault: "duplicate", every: 2, connection: 2 }) });
});

test("max counts over all connections", async () => {
  await playByHand(async (exchange, happen, client) => {
    const second = await TestClient.connect(exchange);
    await client.subscribe({ channels: ["ticker"] });
    await second.subscribe({ channels: ["ticker"] });
    await happen(quote("A"), quote("A"), quote("A"));
    await client.take();
    await second.take();
    assert.equal(exchange.injected.length, 4);
    await second.close();
  }, { faults: plan(1, { fault: "unknown_type", every: 1, max: 4 }) });
});

test("After faults were stopped a connection that comes later meets none either", async () => {
  const faults = plan(1, { fault: "duplicate", channel: "trade", every: 1 });
  await playByHand(async (exchange, happen) => {
    exchange.stopFaults();
    const late = await TestClient.connect(exchange);
    late.send("subscribe", { channels: ["trade"] });
    await late.take();
    await happen(trade("A", "1"), trade("A", "2"), trade("A", "3"));
    const seqs = (await late.take()).flatMap(({ type, seq }) => type === "trade" ? [seq] : []);
    await late.close();
    assert.equal(new Set(seqs).size, 3);
    assert.equal(seqs.length, 3);
    assert.deepEqual(exchange.injected, []);
  }, { faults });
});

import type { SequenceVerdict } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiSequence } from "./sequence.ts";

/** Feeds frames to both paths, a microsecond apart. */
class Check {
  readonly #paths: KalshiSequence[];
  #tsRecv = 0;

  constructor(onLower: "restart" | "late" = "late") {
    this.#paths = [true, false].map((scanner) => new KalshiSequence({ onLower, scanner }));
  }

  feed(frame: object | string, session = "s"): SequenceVerdict {
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    const data = new TextEncoder().encode(` ${text}\n`);
    const time = ++this.#tsRecv;
    const [fast, slow] = this.#paths.map((path) =>
      path.observe(session, data, 1, data.length - 1, time)
    );
    assert.deepEqual(fast, slow);
    return fast!;
  }

  delta(seq: unknown, market = "A-1", sid: unknown = 1): SequenceVerdict {
    const msg = { market_ticker: market, price_dollars: "0.5000", delta_fp: "1.00", side: "yes" };
    return this.feed({ type: "orderbook_delta", sid, seq, msg });
  }

  forget(session: string): void {
    for (const path of this.#paths) path.forget(session);
  }
}

const next: SequenceVerdict = { kind: "next" };
const none: SequenceVerdict = { kind: "none" };

test("A hole names the missing numbers and every market of the subscription", () => {
  const check = new Check();
  assert.deepEqual(check.delta(100, "B-1"), next, "the first frame is never judged");
  assert.deepEqual(check.delta(101, "A-1"), next);
  check.delta(7, "C-1", 2);
  assert.deepEqual(check.delta(105, "D-1"), {
    kind: "gap",
    sid: 1,
    from: 102,
    to: 104,
    missing: 3,
    markets: ["B-1", "A-1"],
    books: true,
  });
  assert.deepEqual(check.delta(106), next);
  const gap = check.delta(108);
  assert.deepEqual(gap.kind === "gap" && gap.markets, ["B-1", "A-1", "D-1"]);
});

test("Control replies count, whatever their type", () => {
  const check = new Check();
  check.delta(1);
  const replies = [
    { type: "ok", id: 1, sid: 1, seq: 2, msg: { market_tickers: ["A-1"] } },
    { type: "error", id: 2, sid: 1, seq: 3, msg: { code: 11, msg: "Invalid parameter" } },
    { type: "brand_new", sid: "1", seq: "4" },
    { sid: 1, seq: 5 },
  ];
  for (const reply of replies) assert.deepEqual(check.feed(reply), next);
  assert.deepEqual(check.delta(6), next);
});

test("Frames without both numbers say nothing", () => {
  const check = new Check();
  const msg = { market_ticker: "A-1" };
  const frames = [{ type: "ticker", sid: 1, msg }, { type: "trade", seq: 1, msg }, {}, "x", "[1]"];
  for (const frame of frames) assert.deepEqual(check.feed(frame), none);
  assert.deepEqual(check.delta(null), none);
  assert.deepEqual(check.delta(9), next);
});

test("The same number again is a duplicate", () => {
  const check = new Check();
  check.delta(5);
  assert.deepEqual(check.delta(5), { kind: "duplicate", sid: 1, seq: 5 });
  assert.deepEqual(check.delta(6), next);
});

test("On a live connection a lower number came late, and counting goes on from the highest", () => {
  const check = new Check("late");
  check.delta(5, "A-1");
  check.delta(6, "B-1");
  assert.deepEqual(check.delta(3, "A-1"), {
    kind: "lower",
    sid: 1,
    seq: 3,
    last: 6,
    lastReceivedAt: 2,
    markets: ["A-1", "B-1"],
    books: true,
  });
  assert.deepEqual(check.delta(7), next);
});

test("In a tape a lower number is a restart, and counting goes on from it", () => {
  const check = new Check("restart");
  check.delta(5, "A-1");
  check.delta(6, "B-1");
  const lower = check.delta(3, "A-1");
  assert.deepEqual(lower.kind === "lower" && [lower.last, lower.markets], [6, ["A-1", "B-1"]]);
  assert.deepEqual(check.delta(4, "A-1"), next);
  const gap = check.delta(6);
  assert.deepEqual(gap.kind === "gap" && gap.markets, ["A-1"], "B-1 has not come back");
});

test("A reply that lists markets replaces them; one that unsubscribes drops them afterwards", () => {
  const check = new Check();
  const markets = (verdict: SequenceVerdict) => verdict.kind === "gap" ? verdict.markets : verdict;
  check.delta(1, "A-1");
  check.delta(2, "B-1");
  check.feed({
    type: "ok",
    id: 1,
    sid: 1,
    seq: 3,
    msg: { market_tickers: ["C-1", "B-1", "no no"] },
  });
  assert.deepEqual(markets(check.delta(5, "C-1")), ["B-1", "C-1"]);
  check.feed({ type: "ok", id: 1, sid: 1, seq: 6, market_tickers: ["D-1"] });
  assert.deepEqual(markets(check.delta(8, "D-1")), ["D-1"]);
  check.feed({ type: "ok", id: 1, sid: 1, seq: 9 });
  assert.deepEqual(markets(check.feed({ type: "unsubscribed", id: 2, sid: 1, seq: 11 })), ["D-1"]);
  assert.deepEqual(markets(check.delta(13, "E-1")), []);
});

test("A subscription's markets are known from its first reply", () => {
  const check = new Check();
  const msg = { channel: "orderbook_delta", sid: 4, market_tickers: ["A-1", "B-1"] };
  assert.deepEqual(check.feed({ type: "subscribed", id: 1, msg }), none);
  check.delta(1, "B-1", 4);
  const gap = check.delta(3, "B-1", 4);
  assert.deepEqual(gap.kind === "gap" && gap.markets, ["A-1", "B-1"]);
});

test("A frame of an unknown type shows a market, too", () => {
  const check = new Check();
  check.feed({ type: "brand_new", sid: 1, seq: 1, msg: { market_ticker: "N-1" } });
  const gap = check.feed({ type: "brand_new", sid: 1, seq: 3, msg: { market_ticker: "A B" } });
  assert.deepEqual(gap.kind === "gap" && gap.markets, ["N-1"]);
});

test("A refused market is none of the subscription's", () => {
  const check = new Check();
  check.delta(1);
  check.feed({ type: "error", sid: 1, seq: 2, msg: { code: 11, market_ticker: "X-1" } });
  const gap = check.delta(4);
  assert.deepEqual(gap.kind === "gap" && gap.markets, ["A-1"]);
});

test("A hole among trades does not concern books", () => {
  const check = new Check();
  const trade = (seq: number) =>
    check.feed({ type: "trade", sid: 2, seq, msg: { market_ticker: "A-1", price: 50, count: 1 } });
  trade(1);
  const gap = trade(3);
  assert.deepEqual(gap.kind === "gap" && gap.books, false);
});

test("Sessions are apart, and a forgotten one starts anew", () => {
  const check = new Check();
  const frame = (seq: number) => ({ type: "trade", sid: 1, seq, msg: { market_ticker: "A-1" } });
  assert.deepEqual(check.feed(frame(5), "one"), next);
  assert.deepEqual(check.feed(frame(9), "two"), next);
  assert.deepEqual(check.feed(frame(6), "one"), next);
  check.forget("one");
  assert.deepEqual(check.feed(frame(2), "one"), next);
  assert.deepEqual(check.feed(frame(10), "two"), next);
});

import { EventBatch, type FrameSession, type MarketEvent } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiDecoder } from "./decoder.ts";

/** A decoder with a clock: every frame is received a microsecond after the one before. */
class Tape {
  readonly decoder = new KalshiDecoder();
  #tsRecv = 0;

  /** The events of one frame. */
  feed(session: FrameSession, frame: object): MarketEvent[] {
    const batch = new EventBatch(this.decoder.symbols);
    const data = new TextEncoder().encode(JSON.stringify(frame));
    this.decoder.decode(data, 0, data.length, session, ++this.#tsRecv, batch);
    return Array.from({ length: batch.length }, (_, row) => batch.at(row));
  }

  /** The kinds of the events of one trade frame. */
  trade(session: FrameSession, sid: number, seq: number, market = "A-1"): string[] {
    const msg = { market_ticker: market, yes_price: 50, count: 1 };
    return this.feed(session, { type: "trade", sid, seq, msg }).map((event) => event.kind);
  }
}

const exact: FrameSession = { id: "exact", exact: true };
const bare: FrameSession = { id: "bare", exact: false };

test("In an exact session a number that is not higher is not applied", () => {
  const tape = new Tape();
  assert.deepEqual(tape.trade(exact, 1, 5), ["trade"]);
  assert.deepEqual(tape.trade(exact, 1, 5), ["other"]);
  assert.deepEqual(tape.trade(exact, 1, 4), ["other"]);
  assert.deepEqual(tape.trade(exact, 1, 9), ["trade"]);
  assert.deepEqual(tape.trade(exact, 1, 6), ["other"]);
  assert.equal(tape.decoder.counts.duplicates, 3);
  assert.equal(tape.decoder.counts.types.get("trade"), 5);
});

test("What is not applied leaves no market and no counted field", () => {
  const tape = new Tape();
  tape.trade(exact, 1, 5);
  const odd = { type: "trade", sid: 1, seq: 5, msg: { market_ticker: "B-1", count: "x", new: 1 } };
  assert.deepEqual(tape.feed(exact, odd), [{ kind: "other", tsRecv: 2, last: true }]);
  assert.equal(tape.decoder.symbols.find("B-1"), undefined);
  assert.equal(tape.decoder.counts.invalidFields.size, 0);
  assert.equal(tape.decoder.counts.unknownFields.size, 0);
});

test("Numbers belong to a subscription of a session", () => {
  const tape = new Tape();
  for (const session of [exact, bare, { id: "third", exact: true }]) {
    for (const sid of [1, 2]) assert.deepEqual(tape.trade(session, sid, 5), ["trade"]);
  }
  assert.deepEqual(tape.trade({ id: "exact", exact: true }, 2, 5), ["other"]);
  assert.equal(tape.decoder.counts.duplicates, 1);
});

test("Frames without sid or seq are never judged", () => {
  const tape = new Tape();
  const ticker = { type: "ticker", sid: 1, msg: { market_ticker: "A-1" } };
  const noSid = { type: "trade", seq: 1, msg: { market_ticker: "A-1", price: 1, count: 1 } };
  for (const frame of [ticker, noSid, ticker, noSid]) {
    assert.notEqual(tape.feed(exact, frame)[0]!.kind, "other");
  }
});

test("Control replies and unknown types advance the number, too", () => {
  const tape = new Tape();
  tape.trade(exact, 1, 5);
  tape.feed(exact, { type: "ok", id: 1, sid: 1, seq: 6, msg: { market_tickers: ["A-1"] } });
  tape.feed(exact, { type: "brand_new", sid: 1, seq: "7" });
  assert.deepEqual(tape.trade(exact, 1, 6), ["other"]);
  assert.deepEqual(tape.trade(exact, 1, 7), ["other"]);
  assert.deepEqual(tape.trade(exact, 1, 8), ["trade"]);
});

test("In a bare recording a lower number is a restart: a gap for its markets, then the frame", () => {
  const tape = new Tape();
  tape.trade(bare, 1, 5, "A-1");
  tape.trade(bare, 2, 900, "C-1");
  tape.trade(bare, 1, 6, "B-1");
  assert.deepEqual(tape.trade(bare, 1, 6, "A-1"), ["other"], "an equal number is a duplicate");
  const msg = { market_ticker: "B-1", yes_price: 50, count: 1 };
  const gap = {
    feed: "kalshi",
    session: "bare",
    sid: 1,
    reason: "restart",
    from: 3,
    to: 5,
    markets: ["A-1", "B-1"],
    books: false,
    tsRecv: 5,
  };
  assert.deepEqual(tape.feed(bare, { type: "trade", sid: 1, seq: 2, msg }), [
    { kind: "gap", market: "A-1", tsRecv: 5, detail: gap, last: false },
    { kind: "gap", market: "B-1", tsRecv: 5, detail: gap, last: true },
    { kind: "trade", market: "B-1", tsRecv: 5, price: 5000, size: 100, last: true },
  ]);
  assert.deepEqual(tape.trade(bare, 1, 3, "B-1"), ["trade"]);
  // Only what came since the restart can have lost something at the next one.
  assert.deepEqual(tape.trade(bare, 1, 1, "A-1"), ["gap", "trade"]);
});

test("A restart may concern books unless the subscription has shown other data only", () => {
  const restart = (first: string) => {
    const tape = new Tape();
    const msg = { market_ticker: "A-1" };
    tape.feed(bare, { type: first, sid: 1, seq: 5, msg });
    const [gap] = tape.feed(bare, { type: "trade", sid: 1, seq: 4, msg });
    return (gap!.detail as { books?: boolean }).books;
  };
  assert.equal(restart("trade"), false);
  assert.equal(restart("orderbook_delta"), undefined);
  assert.equal(restart("orderbook_snapshot"), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventBatch, parsePrice, parseQuantity, type Side } from "@ssmd/core";
import { KalshiDecoder } from "./decoder.ts";
import { MarketCatalog } from "./market_catalog.ts";
import { parseMarketObjects } from "./market_objects.ts";
import { KalshiSequence } from "./sequence.ts";
import { type GeneratedSession, generateSession } from "./session_generator.ts";

const START = Date.UTC(2026, 8, 1, 12) * 1000;

interface Line {
  readonly recv_ms: number;
  readonly event: {
    readonly type: string;
    readonly sid?: number;
    readonly seq?: number;
    readonly msg: Record<string, unknown> & {
      readonly market_ticker: string;
      readonly yes_dollars_fp?: [string, string][];
      readonly no_dollars_fp?: [string, string][];
      readonly side: Side;
      readonly event_type?: string;
      readonly result?: "yes" | "no";
    } & Record<`${string}_dollars` | `${string}_fp`, string>;
  };
}

type Ladder = Map<number, number>;
interface Book {
  readonly yes: Ladder;
  readonly no: Ladder;
}

function parse(session: GeneratedSession): Line[] {
  return [...session.lines()].map((line) => JSON.parse(line) as Line);
}

function ladder(levels: readonly [string, string][] = []): Ladder {
  return new Map(levels.map(([price, size]) => [parsePrice(price), parseQuantity(size)]));
}

function best(ladder: Ladder): number {
  return Math.max(0, ...ladder.keys());
}

function sorted(ladder: Ladder): [number, number][] {
  return [...ladder].sort(([one], [other]) => one - other);
}

function applyDelta(book: Book, line: Line): void {
  const { side, price_dollars, delta_fp } = line.event.msg;
  const price = parsePrice(price_dollars!);
  const size = (book[side].get(price) ?? 0) + parseQuantity(delta_fp!);
  assert.ok(size >= 0, "no level becomes negative");
  if (size === 0) book[side].delete(price);
  else book[side].set(price, size);
}

/** Replays the tape as a careful reader would; `see` is shown every fresh book after each line. */
function replay(
  session: GeneratedSession,
  lines: readonly Line[],
  see: (line: Line, book: Book) => void = () => {},
): Map<string, Book> {
  const books = new Map<string, Book>();
  const { gap } = session.facts();
  let last = 0;
  for (const line of lines) {
    const { type, sid, seq, msg } = line.event;
    if (sid === 1 && seq !== undefined) {
      if (seq !== last + 1) books.clear();
      if (seq === last + 2) assert.deepEqual([sid, seq - 1, line.recv_ms], Object.values(gap));
      last = seq;
    }
    if (type === "orderbook_snapshot") {
      books.set(msg.market_ticker, {
        yes: ladder(msg.yes_dollars_fp),
        no: ladder(msg.no_dollars_fp),
      });
    }
    const book = books.get(msg.market_ticker);
    if (book !== undefined) {
      if (type === "orderbook_delta") applyDelta(book, line);
      assert.ok(best(book.yes) + best(book.no) <= 10_000, "the book never crosses");
      see(line, book);
    }
    // The lost delta comes now. A reader notices at the next number, and until then a ticker, which
    // has none, already shows what the book does not.
    if (sid === 1 && last === gap.seq - 1 && line.recv_ms <= gap.recvMs) books.clear();
  }
  return books;
}

/** Everything that holds for every session. */
function audit(session: GeneratedSession): void {
  const lines = parse(session);
  const facts = session.facts();
  assert.equal(lines.length, facts.frames);

  const types = new Map<string, number>();
  for (const { event } of lines) types.set(event.type, (types.get(event.type) ?? 0) + 1);
  assert.deepEqual(types, facts.framesByType);
  lines.reduce((before, line) => {
    assert.ok(line.recv_ms >= before);
    return line.recv_ms;
  }, 0);

  const books = replay(session, lines, (line, book) => {
    if (line.event.type !== "ticker") return;
    const { msg } = line.event;
    const [yes, no] = [best(book.yes), best(book.no)];
    assert.equal(parsePrice(msg.yes_bid_dollars!), yes);
    assert.equal(parsePrice(msg.yes_ask_dollars!), 10_000 - no);
    assert.equal(parseQuantity(msg.yes_bid_size_fp!), book.yes.get(yes) ?? 0);
    assert.equal(parseQuantity(msg.yes_ask_size_fp!), book.no.get(no) ?? 0);
  });
  assert.deepEqual([...books.keys()].sort(), [...session.tickers].sort());
  for (const [ticker, book] of books) {
    const final = facts.finalBooks.get(ticker);
    assert.deepEqual({ yes: sorted(book.yes), no: sorted(book.no) }, final);
  }
}

const small = fc.record({
  seed: fc.nat(0xffff_ffff),
  start: fc.constant(START),
  markets: fc.integer({ min: 1, max: 5 }),
  minutes: fc.integer({ min: 1, max: 2 }),
  pace: fc.integer({ min: 60, max: 150 }),
});

test("every session keeps its books and tickers consistent and its facts true", () => {
  fc.assert(fc.property(small, (options) => audit(generateSession(options))), { numRuns: 25 });
});

test("the default session keeps its books and tickers consistent and its facts true", () => {
  const session = generateSession({ seed: 1, start: START });
  audit(session);
  const { frames } = session.facts();
  assert.ok(frames > 20_000 && frames < 45_000, `${frames} frames`);
});

test("the seed decides every byte, also when the session is read again", () => {
  const options = { start: START, minutes: 2, markets: 3 };
  const session = generateSession({ ...options, seed: 5 });
  const lines = [...session.lines()];
  assert.deepEqual([...session.lines()], lines);
  const again = generateSession({ ...options, seed: 5 });
  assert.deepEqual(again.facts(), session.facts());
  assert.deepEqual([...again.lines()], lines);
  assert.deepEqual(again.rest(), session.rest());
  assert.notDeepEqual([...generateSession({ ...options, seed: 6 }).lines()], lines);
});

test("each subscription counts its frames; one is missing, and all restart once", () => {
  const session = generateSession({ seed: 2, start: START, minutes: 5 });
  const lasts = new Map<number, number>();
  const restarted = new Set<number>();
  const gaps: [number, number][] = [];
  let lastRecvMs = 0;
  let connections = 0;
  for (const { recv_ms, event: { type, sid, seq, msg } } of parse(session)) {
    if (type === "subscribed" && msg.channel === "orderbook_delta" && ++connections === 2) {
      assert.deepEqual(session.facts().reconnect, { lastRecvMs, firstRecvMs: recv_ms });
    }
    lastRecvMs = recv_ms;
    assert.equal(seq === undefined, type === "ticker" || type === "subscribed");
    if (sid === undefined || seq === undefined) continue;
    const last = lasts.get(sid) ?? 0;
    if (seq === 1 && last > 0) {
      assert.ok(last > 1);
      restarted.add(sid);
    } else if (seq !== last + 1) gaps.push([sid, last + 1]);
    lasts.set(sid, seq);
  }
  assert.equal(connections, 2);
  assert.deepEqual([...restarted].sort(), [1, 2, 4]);
  const { sid, seq } = session.facts().gap;
  assert.deepEqual(gaps, [[sid, seq]]);
});

test("after the missing frame and after the reconnect every market gets a new snapshot", () => {
  const session = generateSession({ seed: 3, start: START, minutes: 5 });
  const { gap, reconnect } = session.facts();
  const snapshots = parse(session).filter(({ event }) => event.type === "orderbook_snapshot");
  const { length } = session.tickers;
  assert.equal(snapshots.length, 3 * length);
  for (let index = 0; index < length; index++) {
    assert.equal(snapshots[index]!.event.seq! < gap.seq, true);
    const [answer, fresh] = [snapshots[length + index]!, snapshots[2 * length + index]!];
    assert.ok(answer.recv_ms > gap.recvMs && answer.recv_ms <= reconnect.lastRecvMs);
    assert.ok(fresh.recv_ms >= reconnect.firstRecvMs);
    for (const { event } of [answer, fresh]) {
      assert.equal(event.msg.market_ticker, session.tickers[index]);
    }
  }
});

test("every trade is followed by the delta that takes it from the book", () => {
  const lines = parse(generateSession({ seed: 4, start: START, minutes: 5 }));
  let trades = 0;
  lines.forEach(({ event }, index) => {
    if (event.type !== "trade") return;
    trades++;
    const delta = lines[index + 1]!.event;
    assert.equal(delta.type, "orderbook_delta");
    assert.equal(delta.msg.market_ticker, event.msg.market_ticker);
    assert.equal(parseQuantity(delta.msg.delta_fp!), -parseQuantity(event.msg.count_fp!));
    const maker = event.msg.taker_outcome_side === "yes" ? "no" : "yes";
    assert.equal(delta.msg.side, maker);
    assert.equal(delta.msg.price_dollars, event.msg[`${maker}_price_dollars`]);
    const prices = [event.msg.yes_price_dollars!, event.msg.no_price_dollars!].map(parsePrice);
    assert.equal(prices[0]! + prices[1]!, 10_000);
  });
  assert.ok(trades > 100);
});

test("prices lie on the grid of their series, and both grids are used", () => {
  const prices = new Map<string, Set<number>>();
  for (const { event } of parse(generateSession({ seed: 5, start: START, minutes: 5 }))) {
    if (event.type !== "orderbook_delta") continue;
    const series = event.msg.market_ticker.split("-")[0]!;
    const price = parsePrice(event.msg.price_dollars!);
    if (!prices.has(series)) prices.set(series, new Set());
    prices.get(series)!.add(price);
    assert.ok(price > 0 && price < 10_000);
  }
  assert.deepEqual([...prices.keys()].sort(), ["KXDEMOBTC15M", "KXDEMORAIN"]);
  for (const price of prices.get("KXDEMOBTC15M")!) assert.equal(price % 100, 0);
  for (const price of prices.get("KXDEMORAIN")!) assert.equal(price % 10, 0);
  assert.ok([...prices.get("KXDEMORAIN")!].some((price) => price % 100 !== 0));
});

test("REST, lifecycle and facts agree on the results", () => {
  const session = generateSession({ seed: 6, start: START, minutes: 2 });
  const catalog = new MarketCatalog();
  catalog.add(parseMarketObjects(session.rest()));
  assert.deepEqual(catalog.problems, []);
  assert.deepEqual(catalog.markets().map((info) => info.ticker), [...session.tickers].sort());
  const { results } = session.facts();
  assert.deepEqual([...results.keys()], session.tickers);
  const told = parse(session).map(({ event }) => event)
    .filter((event) => event.type === "market_lifecycle_v2");
  for (const [ticker, result] of results) {
    const info = catalog.get(ticker);
    assert.equal(info?.settlement?.yesValue, result === "yes" ? 10_000 : 0);
    assert.equal(info?.settlement?.timeSource, "settlement_ts");
    assert.equal(info?.closeTime, START + 2 * 60_000_000);
    const own = told.filter(({ msg }) => msg.market_ticker === ticker).map(({ msg }) => msg);
    assert.deepEqual(own.map((msg) => msg.event_type), ["created", "determined", "settled"]);
    assert.equal(own[1]!.result, result);
    assert.equal(own[1]!.settlement_value, result === "yes" ? "1.0000" : "0.0000");
    assert.equal(own[2]!.settled_ts, Math.floor(info!.settlement!.time / 1_000_000));
  }
});

test("the fees of generated markets are stated, with and without maker fees", () => {
  const session = generateSession({ seed: 7, start: START, minutes: 1 });
  const catalog = new MarketCatalog();
  catalog.add(parseMarketObjects(session.rest()));
  const schedule = catalog.feeSchedule();
  const types = session.tickers.map((ticker) => schedule.feesOf(ticker, START).type);
  assert.deepEqual(new Set(types), new Set(["quadratic", "quadratic_with_maker_fees"]));
  assert.deepEqual(schedule.assumedMarkets, []);
});

test("five minutes before the close every book is fresh and most have two sides", () => {
  for (const seed of [1, 2]) {
    const session = generateSession({ seed, start: START });
    const until = START / 1000 + 10 * 60_000;
    const books = replay(session, parse(session).filter((line) => line.recv_ms <= until));
    assert.equal(books.size, session.tickers.length);
    const twoSided = [...books.values()].filter(({ yes, no }) => yes.size > 0 && no.size > 0);
    assert.ok(twoSided.length >= 4, `seed ${seed}: ${twoSided.length}`);
  }
});

test("over many sessions the favourite five minutes before the close mostly wins", () => {
  let favourites = 0;
  let won = 0;
  for (let seed = 0; seed < 12; seed++) {
    const session = generateSession({ seed, start: START, pace: 60, markets: 2 });
    const { results } = session.facts();
    const until = START / 1000 + 10 * 60_000;
    const books = replay(session, parse(session).filter((line) => line.recv_ms <= until));
    for (const [ticker, { yes, no }] of books) {
      favourites++;
      if ((best(yes) >= best(no) ? "yes" : "no") === results.get(ticker)) won++;
    }
  }
  assert.ok(won > 0.6 * favourites, `${won} of ${favourites}`);
});

test("options outside their ranges are RangeErrors", () => {
  const good = { seed: 1, start: START };
  for (
    const wrong of [
      { seed: -1 },
      { seed: 1.5 },
      { seed: 2 ** 32 },
      { start: START + 1 },
      { start: NaN },
      { markets: 0 },
      { markets: 25 },
      { minutes: 0 },
      { minutes: 1441 },
      { pace: 59 },
      { pace: 6001 },
    ]
  ) {
    assert.throws(() => generateSession({ ...good, ...wrong }), RangeError, JSON.stringify(wrong));
  }
});

/** The frames of the tape as bytes, with their receive times in microseconds. */
function frames(session: GeneratedSession): [Uint8Array, number][] {
  const encoder = new TextEncoder();
  return parse(session).map((line) => [
    encoder.encode(JSON.stringify(line.event)),
    line.recv_ms * 1000,
  ]);
}

test("sequence numbers show the one missing frame and the one restart, and nothing else", () => {
  const session = generateSession({ seed: 8, start: START, minutes: 5 });
  const sequence = new KalshiSequence({ onLower: "restart" });
  const lower: number[] = [];
  const gaps: object[] = [];
  for (const [data, tsRecv] of frames(session)) {
    const verdict = sequence.observe("tape", data, 0, data.length, tsRecv);
    if (verdict.kind === "lower") lower.push(verdict.sid);
    else if (verdict.kind === "gap") {
      gaps.push({ ...verdict, markets: [...verdict.markets].sort() });
    } else assert.notEqual(verdict.kind, "duplicate");
  }
  assert.deepEqual(lower.sort(), [1, 2, 4]);
  const { sid, seq } = session.facts().gap;
  const markets = [...session.tickers].sort();
  assert.deepEqual(gaps, [{
    kind: "gap",
    sid,
    from: seq,
    to: seq,
    missing: 1,
    markets,
    books: true,
  }]);
});

test("the decoder knows every type and field of a generated session", () => {
  const session = generateSession({ seed: 9, start: START, minutes: 5 });
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  for (const [data, tsRecv] of frames(session)) {
    decoder.decode(data, 0, data.length, { id: "tape", exact: false }, tsRecv, batch);
    batch.clear();
  }
  const { counts } = decoder;
  assert.deepEqual(new Map(counts.types), session.facts().framesByType);
  for (const unexpected of [counts.unknownTypes, counts.unknownFields, counts.invalidFields]) {
    assert.deepEqual([...unexpected], []);
  }
  assert.equal(counts.malformed + counts.duplicates, 0);
});

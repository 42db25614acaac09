import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EpochMicros, MICROS_PER_SECOND, ONE_DOLLAR, parseIsoTime } from "@ssmd/core";
import { parseMarketObjects } from "../../../market_objects.ts";
import type { ExchangeEvent, MessageEvent } from "../../exchange_event.ts";
import { type SyntheticOptions, SyntheticSource } from "./synthetic_source.ts";

const START = parseIsoTime("2026-07-19T15:34:56Z")!;
const MINUTE = 60 * MICROS_PER_SECOND;

/** Every event up to `time`, without a batch that begins later. */
function* eventsUntil(source: SyntheticSource, time: EpochMicros): Generator<ExchangeEvent> {
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    for (const event of batch) if (event.time <= time) yield event;
    if (batch.at(-1)!.time > time) return;
  }
}

/** The definition of a book: sizes by price in a map. */
class MapBook {
  readonly yes = new Map<number, number>();
  readonly no = new Map<number, number>();

  apply(event: ExchangeEvent): void {
    if (event.kind === "snapshot") {
      for (const side of ["yes", "no"] as const) {
        this[side].clear();
        for (const [price, size] of event[side]) {
          assert.ok(size > 0 && price > 0 && price < ONE_DOLLAR);
          this[side].set(price, size);
        }
      }
    } else if (event.kind === "delta") {
      const size = (this[event.side].get(event.price) ?? 0) + event.change;
      assert.ok(event.price > 0 && event.price < ONE_DOLLAR && event.change !== 0);
      assert.ok(size >= 0, `${event.ticker} ${event.side} ${event.price} holds ${size}`);
      if (size === 0) this[event.side].delete(event.price);
      else this[event.side].set(event.price, size);
    }
  }

  best(side: "yes" | "no"): number {
    return Math.max(0, ...this[side].keys());
  }

  text(): string {
    const sides = ["yes", "no"] as const;
    return JSON.stringify(sides.map((side) => [...this[side]].sort(([a], [b]) => a - b)));
  }
}

function booksOf(events: Iterable<ExchangeEvent>): Map<string, MapBook> {
  const books = new Map<string, MapBook>();
  for (const event of events) {
    if (event.kind !== "snapshot" && event.kind !== "delta") continue;
    const book = books.get(event.ticker) ?? new MapBook();
    books.set(event.ticker, book);
    book.apply(event);
  }
  return books;
}

function textOf(books: ReadonlyMap<string, MapBook>): string[] {
  const filled = [...books].filter(([, { yes, no }]) => yes.size + no.size > 0);
  return filled.map(([ticker, book]) => `${ticker} ${book.text()}`).sort();
}

const options: fc.Arbitrary<SyntheticOptions> = fc.record({
  seed: fc.nat(0xffff_ffff),
  start: fc.integer({ min: 0, max: 900 }).map((seconds) => START + seconds * 1_234_567),
  markets: fc.integer({ min: 6, max: 60 }),
  series: fc.integer({ min: 1, max: 6 }),
  framesPerSecond: fc.integer({ min: 1, max: 40 }),
});

test("The options decide every event", () => {
  const all = (seed: number) =>
    JSON.stringify([
      ...eventsUntil(new SyntheticSource({ seed, start: START }), START + 12 * MINUTE),
    ]);
  assert.equal(all(7), all(7));
  assert.notEqual(all(7), all(8));
});

test("No book is ever crossed or negative, times never go back, tickers show the book", () => {
  fc.assert(
    fc.property(options, (drawn) => {
      const source = new SyntheticSource(drawn);
      const books = new Map<string, MapBook>();
      let time = source.start;
      for (const event of eventsUntil(source, source.start + 17 * MINUTE)) {
        assert.ok(event.time >= time && Number.isInteger(event.time));
        time = event.time;
        const book = books.get(event.ticker) ?? new MapBook();
        books.set(event.ticker, book);
        book.apply(event);
        if (event.kind !== "trade") {
          assert.ok(book.best("yes") + book.best("no") < ONE_DOLLAR, `${event.ticker} is crossed`);
        } else {
          // Against a bid that is still there: the change of its level follows.
          const maker = event.takerSide === "yes" ? "no" : "yes";
          const price = maker === "yes" ? event.yesPrice : ONE_DOLLAR - event.yesPrice;
          assert.equal(book.best(maker), price);
          assert.ok(book[maker].get(price)! >= event.count && event.count > 0);
        }
        if (event.kind === "ticker") {
          const yes = book.best("yes");
          const no = book.best("no");
          assert.deepEqual(
            [event.yesBid, event.yesAsk, event.yesBidSize, event.yesAskSize],
            [yes, ONE_DOLLAR - no, book.yes.get(yes) ?? 0, book.no.get(no) ?? 0],
          );
        }
      }
    }),
    { numRuns: Number(process.env["SSMD_SYNTHETIC_SEEDS"] ?? 25) },
  );
});

test("A market is created before it opens, trades until its close, then gets result and settlement", () => {
  const source = new SyntheticSource({ seed: 3, start: START, markets: 10, framesPerSecond: 20 });
  const open = parseIsoTime("2026-07-19T15:45:00Z")!;
  const close = open + 15 * MINUTE;
  const said = new Map<string, string[]>();
  const results = new Map<string, unknown>();
  for (const event of eventsUntil(source, close + 3 * MINUTE)) {
    if (!event.ticker.includes("-26JUL191100")) continue;
    const lines = said.get(event.ticker) ?? [];
    said.set(event.ticker, lines);
    const isEmpty = event.kind === "snapshot" && event.yes.length + event.no.length === 0;
    const what = event.kind !== "message" ? isEmpty ? "cleared" : "trading" : lifecycleOf(event);
    if (lines.at(-1) !== what) lines.push(what);
    const before = event.time < open ? "before" : event.time < close ? "open" : "after";
    const expected = what === "trading" ? "open" : isEmpty || /ed$/.test(what) ? "after" : "before";
    assert.equal(before, what === "created" ? "before" : expected, `${what} of ${event.ticker}`);
    if (what === "determined") results.set(event.ticker, (event as MessageEvent).msg);
  }
  const events = [...said.keys()].filter((ticker) => ticker.split("-").length === 2);
  assert.deepEqual(events.sort(), [
    "KXBTC15M-26JUL191100",
    "KXETH15M-26JUL191100",
    "KXGOLD15M-26JUL191100",
    "KXSOL15M-26JUL191100",
  ]);
  const markets = [...said].filter(([ticker]) => !events.includes(ticker));
  assert.equal(markets.length, 10);
  for (const [, lines] of markets) {
    assert.deepEqual(lines, ["created", "trading", "cleared", "determined", "settled"]);
  }
  const found = parseMarketObjects({ markets: source.catalog.markets(close + 3 * MINUTE) });
  assert.deepEqual(found.problems, []);
  for (const [ticker] of markets) {
    const { result, settlement_value } = results.get(ticker) as Record<string, unknown>;
    assert.equal(settlement_value, result === "yes" ? "1.0000" : "0.0000");
    const { settlement } = found.markets.find((market) => market.ticker === ticker)!;
    assert.equal(settlement?.yesValue, result === "yes" ? ONE_DOLLAR : 0);
  }
});

function lifecycleOf({ type, msg }: MessageEvent): string {
  return type === "event_lifecycle" ? "created" : (msg as { event_type: string }).event_type;
}

test("The catalog gives each market the status of the time asked for", () => {
  const source = new SyntheticSource({ seed: 5, start: START, markets: 4, series: 1 });
  const close = parseIsoTime("2026-07-19T15:45:00Z")!;
  const statusAt = (time: EpochMicros, closeText: string) => {
    for (const _ of eventsUntil(source, time));
    const all = source.catalog.markets(time).filter(({ event_ticker }) =>
      event_ticker === `KXBTC15M-26JUL19${closeText}`
    );
    return [all.length, ...new Set(all.map(({ status }) => status))];
  };
  assert.deepEqual(statusAt(START, "1045"), [4, "active"]);
  assert.deepEqual(statusAt(START, "1100"), [0]);
  assert.deepEqual(statusAt(close - 4 * MINUTE, "1100"), [4, "initialized"]);
  assert.deepEqual(statusAt(close - 1, "1045"), [4, "active"]);
  assert.deepEqual(statusAt(close, "1045"), [4, "closed"]);
  assert.deepEqual(statusAt(close, "1100"), [4, "active"]);
  assert.deepEqual(statusAt(close + 20 * MICROS_PER_SECOND, "1045"), [4, "determined"]);
  assert.deepEqual(statusAt(close + 70 * MICROS_PER_SECOND, "1045"), [4, "finalized"]);
  assert.deepEqual(statusAt(close + 61 * MINUTE, "1045"), [4, "finalized"]);
  assert.deepEqual(statusAt(close + 62 * MINUTE, "1045"), [0]);
});

test("Results agree with each other: a higher strike never pays when a lower one does not", () => {
  const source = new SyntheticSource({ seed: 9, start: START, markets: 40, framesPerSecond: 1 });
  for (const _ of eventsUntil(source, START + 60 * MINUTE));
  const byEvent = new Map<unknown, Record<string, unknown>[]>();
  for (const market of source.catalog.markets(START + 60 * MINUTE)) {
    if (market["status"] !== "finalized") continue;
    const list = byEvent.get(market["event_ticker"]) ?? [];
    byEvent.set(market["event_ticker"], list);
    list.push(market);
  }
  // Four quarter hours of four series ended.
  assert.equal(byEvent.size, 16);
  for (const markets of byEvent.values()) {
    markets.sort((a, b) => Number(a["floor_strike"]) - Number(b["floor_strike"]));
    assert.equal(new Set(markets.map(({ floor_strike }) => floor_strike)).size, markets.length);
    for (const { result, floor_strike, expiration_value } of markets) {
      const pays = Number(expiration_value) >= Number(floor_strike);
      assert.equal(result, pays ? "yes" : "no");
    }
  }
});

test("Seeking gives the books and the events that reading from the start gives", async () => {
  await fc.assert(
    fc.asyncProperty(options, fc.integer({ min: -1, max: 1100 }), async (drawn, seconds) => {
      const time = drawn.start + seconds * 1_010_101;
      const read = new SyntheticSource(drawn);
      const before: ExchangeEvent[] = [];
      const after: ExchangeEvent[] = [];
      while (after.length < 500) {
        for (const event of read.next()!) (event.time <= time ? before : after).push(event);
      }
      const sought = new SyntheticSource(drawn);
      sought.next();
      await sought.seek(time);
      const snapshots: ExchangeEvent[] = [];
      const following: ExchangeEvent[] = [];
      while (following.length < after.length) {
        for (const event of sought.next()!) {
          (event.time <= time ? snapshots : following).push(event);
        }
      }
      assert.ok(snapshots.every(({ kind }) => kind === "snapshot"));
      assert.deepEqual(textOf(booksOf(snapshots)), textOf(booksOf(before)));
      assert.deepEqual(following.slice(0, 400), after.slice(0, 400));
    }),
    { numRuns: 10 },
  );
});

test("What is kept does not grow from hour to hour", () => {
  const source = new SyntheticSource({ seed: 1, start: START, markets: 200, framesPerSecond: 2 });
  const counts: number[][] = [];
  for (let hour = 2; hour <= 6; hour++) {
    const time = START + hour * 60 * MINUTE;
    for (const _ of eventsUntil(source, time));
    counts.push([source.catalog.markets(time).length, source.catalog.events(time).length]);
  }
  assert.deepEqual(new Set(counts.map(String)).size, 1);
  // The window that is open and the four that were settled within the hour.
  assert.deepEqual(counts[0], [1000, 20]);
});

test("Thousands of markets trade at the rate asked for", () => {
  const source = new SyntheticSource({
    seed: 2,
    start: parseIsoTime("2026-07-19T15:30:00Z")!,
    markets: 5000,
    framesPerSecond: 1000,
    end: parseIsoTime("2026-07-19T15:45:00Z")!,
  });
  const tickers = new Set<string>();
  let events = 0;
  for (const event of eventsUntil(source, Infinity)) {
    events++;
    if (event.kind === "delta") tickers.add(event.ticker);
  }
  assert.ok(Math.abs(events / 900 - 1000) < 150, `${events / 900} events a second`);
  assert.ok(tickers.size > 3700 && tickers.size <= 5000);
  assert.equal(source.next(), undefined);
});

test("Options outside their ranges are refused", () => {
  const make = (changed: Partial<SyntheticOptions>) => () =>
    new SyntheticSource({ seed: 1, start: START, ...changed });
  for (
    const changed of [
      { seed: -1 },
      { seed: 1.5 },
      { start: NaN },
      { markets: 0 },
      { markets: 20_001 },
      { series: 7 },
      { markets: 2, series: 3 },
      { framesPerSecond: 0 },
      { framesPerSecond: NaN },
      { end: START },
      { retain: -1 },
    ]
  ) assert.throws(make(changed), RangeError);
});

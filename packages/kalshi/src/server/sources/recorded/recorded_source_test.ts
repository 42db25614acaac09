import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import {
  type ArchiveIo,
  type EpochMicros,
  fflateGzip,
  importTapes,
  MemoryStorage,
  MICROS_PER_SECOND,
  ONE_DOLLAR,
  parseIsoTime,
  SsmdError,
  type Tape,
} from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { KalshiSequence } from "../../../sequence.ts";
import { parseMarketObjects } from "../../../market_objects.ts";
import { type GeneratedSession, generateSession } from "../../../session_generator.ts";
import type { BookSnapshotEvent, ExchangeEvent } from "../../exchange_event.ts";
import type { ExchangeSource } from "../../exchange_source.ts";
import { ArchiveSource } from "./archive_source.ts";
import { TapeSource } from "./tape_source.ts";

const START = parseIsoTime("2026-01-05T15:00:00Z")!;
const SESSION = generateSession({ seed: 2, start: START, markets: 3, minutes: 3 });

function tapeOf(lines: Iterable<string>, name = "made"): Tape {
  const bytes = new TextEncoder().encode([...lines].map((line) => `${line}\n`).join(""));
  return { name, open: () => chunksOf(bytes) };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.slice(at, at + 5000);
}

/** The session as an archive: its lost delta and its lost connection are gap lines there. */
async function archiveOf(session: GeneratedSession): Promise<ArchiveIo> {
  const io = { storage: new MemoryStorage(), gzip: fflateGzip, sha256 };
  const stream = { feed: "kalshi", stream: "made" };
  await importTapes(io, stream, [tapeOf(session.lines())], {
    sequence: () => new KalshiSequence({ onLower: "restart" }),
  });
  return io;
}

async function allOf(source: ExchangeSource, limit = Infinity): Promise<ExchangeEvent[]> {
  const events: ExchangeEvent[] = [];
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    events.push(...batch);
    if (events.length >= limit) break;
  }
  return events;
}

type Ladder = Map<number, number>;

/** The books that events build; throws when one gets below zero. */
class MapBooks {
  readonly books = new Map<string, { readonly yes: Ladder; readonly no: Ladder }>();

  apply(events: Iterable<ExchangeEvent>): this {
    for (const event of events) {
      if (event.kind === "snapshot") {
        this.books.set(event.ticker, { yes: ladderOf(event.yes), no: ladderOf(event.no) });
      } else if (event.kind === "delta") {
        const ladder = this.books.get(event.ticker)![event.side];
        const size = (ladder.get(event.price) ?? 0) + event.change;
        assert.ok(size >= 0);
        if (size === 0) ladder.delete(event.price);
        else ladder.set(event.price, size);
      }
    }
    return this;
  }

  text(ticker: string): string {
    const { yes, no } = this.books.get(ticker)!;
    return `yes|${textOf(yes)};no|${textOf(no)}`;
  }

  texts(): string[] {
    return [...this.books.keys()].sort().map((ticker) => `${ticker} ${this.text(ticker)}`);
  }
}

function ladderOf(levels: BookSnapshotEvent["yes"]): Ladder {
  return new Map(levels.map(([price, size]) => [price, size]));
}

function textOf(ladder: Ladder): string {
  return [...ladder].sort(([a], [b]) => a - b).map((level) => level.join(":")).join();
}

function expectedTexts(session: GeneratedSession): string[] {
  return [...session.facts().finalBooks]
    .map(([ticker, { yes, no }]) =>
      `${ticker} yes|${textOf(ladderOf(yes))};no|${textOf(ladderOf(no))}`
    )
    .sort();
}

test("A tape gives the books that it holds, plain and gzip alike, in order of receive time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-source-"));
  try {
    const content = [...SESSION.lines()].map((line) => `${line}\n`).join("");
    await writeFile(join(folder, "plain"), content);
    await writeFile(join(folder, "packed"), gzipSync(content));
    const plain = await TapeSource.open(join(folder, "plain"));
    const events = await allOf(plain);
    const packed = await TapeSource.open(join(folder, "packed"));
    assert.deepEqual(await allOf(packed), events);
    assert.deepEqual(new MapBooks().apply(events).texts(), expectedTexts(SESSION));
    assert.ok(events.every(({ time }, i) => i === 0 || time >= events[i - 1]!.time));
    assert.equal(plain.start, JSON.parse([...SESSION.lines()][0]!).recv_ms * 1000);
    const { framesByType } = SESSION.facts();
    const trades = events.filter(({ kind }) => kind === "trade").length;
    const tickers = events.filter(({ kind }) => kind === "ticker").length;
    assert.deepEqual([trades, tickers], [framesByType.get("trade"), framesByType.get("ticker")]);
    await Promise.all([plain.close(), plain.close(), packed.close()]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("Frames in cents and bare frames are understood as well", async () => {
  const source = await TapeSource.open(tapeOf([
    '{"type":"orderbook_snapshot","sid":2,"seq":2,"msg":{"market_ticker":"FED-23DEC-T3.00","yes":[[8,300],[22,333]],"no":[[54,20]]}}',
    '{"type":"orderbook_delta","sid":2,"seq":3,"msg":{"market_ticker":"FED-23DEC-T3.00","price":22,"delta":-54,"side":"yes","ts":1700000000}}',
    '{"type":"trade","sid":11,"msg":{"market_ticker":"FED-23DEC-T3.00","yes_price":36,"no_price":64,"count":136,"taker_side":"no","ts":1700000001}}',
  ]));
  const time = 1_700_000_000 * MICROS_PER_SECOND;
  const ticker = "FED-23DEC-T3.00";
  const yes = [[800, 30_000], [2200, 33_300]];
  assert.deepEqual(await allOf(source), [
    { kind: "snapshot", time, ticker, yes, no: [[5400, 2000]] },
    { kind: "delta", time, ticker, side: "yes", price: 2200, change: -5400 },
    {
      kind: "trade",
      time: time + MICROS_PER_SECOND,
      ticker,
      yesPrice: 3600,
      count: 13_600,
      takerSide: "no",
      tradeId: "recorded-3",
    },
  ]);
});

test("Messages of unknown types are played on the channel of their subscription, replies are not", async () => {
  const source = await TapeSource.open(tapeOf([
    '{"recv_ms":5,"event":{"type":"subscribed","id":1,"msg":{"channel":"trade","sid":4}}}',
    '{"recv_ms":6,"event":{"type":"block_offer","sid":4,"seq":1,"msg":{"market_ticker":"A-B","x":[1]}}}',
    '{"recv_ms":7,"event":{"type":"weather","msg":{"sky":"clear"}}}',
    '{"recv_ms":8,"event":{"type":"event_lifecycle","sid":9,"seq":1,"msg":{"event_ticker":"A"}}}',
    '{"recv_ms":9,"event":{"type":"ok","sid":4,"seq":2,"msg":{"market_tickers":["A-B"]}}}',
    '{"recv_ms":9,"event":{"type":"strange"}}',
    '{"recv_ms":9,"event":{"type":"trade","sid":4,"seq":3,"msg":{"market_ticker":"A-B","yes_price_dollars":"0.3"}}}',
  ]));
  assert.deepEqual(await allOf(source), [
    {
      kind: "message",
      time: 6000,
      ticker: "A-B",
      channel: "trade",
      type: "block_offer",
      msg: { market_ticker: "A-B", x: [1] },
    },
    {
      kind: "message",
      time: 7000,
      ticker: "",
      channel: "weather",
      type: "weather",
      msg: { sky: "clear" },
    },
    {
      kind: "message",
      time: 8000,
      ticker: "A",
      channel: "market_lifecycle_v2",
      type: "event_lifecycle",
      msg: { event_ticker: "A" },
    },
  ]);
  assert.equal(source.counts.unplayable, 2);
});

test("A ticker with few fields keeps what the one before it said", async () => {
  const source = await TapeSource.open(tapeOf([
    '{"recv_ms":5,"event":{"type":"ticker","sid":1,"msg":{"market_ticker":"A-B","price_dollars":"0.40","yes_bid_dollars":"0.39","yes_ask_dollars":"0.41","yes_bid_size_fp":"5.00","yes_ask_size_fp":"6.00","volume_fp":"9.00","open_interest_fp":"3.00","last_trade_size_fp":"1.00"}}}',
    '{"recv_ms":6,"event":{"type":"ticker","sid":1,"msg":{"market_ticker":"A-B","yes_bid_dollars":"0.38"}}}',
  ]));
  const [first, second] = await allOf(source);
  assert.deepEqual(second, { ...first!, time: 6000, yesBid: 3800 });
});

test("After a gap a book's changes are left out until its next snapshot is played", async () => {
  const io = await archiveOf(SESSION);
  const source = await ArchiveSource.open(io);
  const events = await allOf(source);
  assert.deepEqual(new MapBooks().apply(events).texts(), expectedTexts(SESSION));
  const { gap } = SESSION.facts();
  const refreshed = new Set<string>();
  let left = 0;
  for (const event of events) {
    if (event.time < gap.recvMs * 1000) continue;
    if (event.kind === "snapshot") refreshed.add(event.ticker);
    if (event.kind !== "delta" || refreshed.has(event.ticker)) continue;
    left++;
  }
  assert.equal(left, 0);
  const { gaps, unknownBook, ...others } = source.counts;
  assert.ok(gaps >= 2 && unknownBook > 0, `${gaps} gaps, ${unknownBook} changes`);
  const deltas = events.filter(({ kind }) => kind === "delta").length;
  assert.equal(deltas + unknownBook, SESSION.facts().framesByType.get("orderbook_delta"));
  assert.deepEqual(
    [others.duplicates, others.otherStream, others.unplayable, others.damagedFiles],
    [0, 0, 0, 0],
  );
});

test("Seeking, in any order, gives the books and events that reading from the start gives", async () => {
  const io = await archiveOf(SESSION);
  const all = await allOf(await ArchiveSource.open(io));
  const source = await ArchiveSource.open(io);
  const { gap, reconnect } = SESSION.facts();
  // Where books are unknown there are none after a seek, so their old contents tell nothing.
  const lost = (time: EpochMicros) =>
    (time >= gap.recvMs * 1000 - 1 && time < gap.recvMs * 1000 + 3 * MICROS_PER_SECOND) ||
    (time >= reconnect.lastRecvMs * 1000 - 1 &&
      time < reconnect.firstRecvMs * 1000 + MICROS_PER_SECOND);
  const times = fc.integer({ min: -2000, max: 200_000 }).map((ms) => START + ms * 1000);
  await fc.assert(
    fc.asyncProperty(times, fc.boolean(), async (time, readOn) => {
      await source.seek(time);
      const found = await allOf(source, 400);
      const snapshots = found.filter((event) => event.time <= time);
      assert.ok(snapshots.every(({ kind }) => kind === "snapshot"));
      const following = all.filter((event) => event.time > time);
      const read = found.slice(snapshots.length);
      assert.deepEqual(read, following.slice(0, read.length));
      assert.ok(read.length >= Math.min(following.length, 390));
      if (!lost(time)) {
        const before = all.filter((event) => event.time <= time);
        assert.deepEqual(
          new MapBooks().apply(snapshots).texts(),
          new MapBooks().apply(before).texts(),
        );
      }
      if (readOn) await source.next();
    }),
    { numRuns: 30 },
  );
  await source.close();
});

test("The catalog tells what was known at each moment", async () => {
  const [ticker] = SESSION.tickers;
  const close = START + 3 * 60 * MICROS_PER_SECOND;
  const later = close + 60 * MICROS_PER_SECOND;
  const yes = SESSION.facts().results.get(ticker!);
  for (const objects of [undefined, SESSION.rest()]) {
    const source = await TapeSource.open(tapeOf(SESSION.lines()), objects && { objects });
    const at = (time: EpochMicros) => {
      const found = source.catalog.markets(time).filter((market) => market["ticker"] === ticker);
      return found.map(({ status, result, settlement_value_dollars, settlement_ts }) => [
        status,
        result,
        settlement_value_dollars,
        typeof settlement_ts,
      ]);
    };
    const value = yes === "yes" ? "1.0000" : "0.0000";
    assert.deepEqual(at(START + 1), [["active", "", null, "object"]]);
    assert.deepEqual(at(close), [["closed", "", null, "object"]]);
    assert.deepEqual(at(later), [["finalized", yes, value, "string"]]);
    const answer = {
      markets: source.catalog.markets(later),
      events: source.catalog.events(later),
      series: source.catalog.series(later),
    };
    const read = parseMarketObjects(answer);
    assert.deepEqual(read.problems, []);
    assert.deepEqual([read.markets.length, read.events.length, read.series.length], [3, 2, 2]);
    const market = read.markets.find((one) => one.ticker === ticker)!;
    assert.equal(market.settlement?.yesValue, yes === "yes" ? ONE_DOLLAR : 0);
    assert.equal(market.closeTime, close);
    await source.close();
  }
});

test("Objects that lie beside an archive's stream feed the catalog", async () => {
  const io = await archiveOf(SESSION);
  const change = {
    id: "1",
    series_ticker: "KXDEMORAIN",
    fee_type: "quadratic",
    fee_multiplier: 2,
    scheduled_ts: "2026-01-01T00:00:00Z",
  };
  const answers = [...SESSION.rest(), { series_fee_change_arr: [change] }];
  // The last line was never finished.
  const lines = answers.map((answer) => `${JSON.stringify(answer)}\n`).join("") + '{"market":{"ti';
  await io.storage.write("kalshi/made/markets.jsonl", new TextEncoder().encode(lines));
  const source = await ArchiveSource.open(io);
  const series = source.catalog.series(source.start).map(({ title }) => title);
  assert.deepEqual(series.sort(), [
    "Bitcoin price in 15 minutes (generated)",
    "Millimetres of rain (generated)",
  ]);
  assert.deepEqual(source.catalog.feeChanges?.(source.start), [change]);
  await source.close();
  await io.storage.write("kalshi/made/markets.jsonl", new TextEncoder().encode('{"a":1}\n'), {
    replace: true,
  });
  await assert.rejects(
    ArchiveSource.open(io),
    (error) => error instanceof SsmdError && /line 1 of kalshi\/made\/markets/.test(error.message),
  );
});

test("Of a market in two streams the book of the newest snapshot counts", async () => {
  const io = { storage: new MemoryStorage(), gzip: fflateGzip, sha256 };
  const snapshot = (ms: number, size: string) =>
    `{"recv_ms":${ms},"event":{"type":"orderbook_snapshot","sid":1,"seq":${ms},"msg":{"market_ticker":"A-B","yes_dollars_fp":[["0.4000","${size}"]]}}}`;
  const delta = (ms: number) =>
    `{"recv_ms":${ms},"event":{"type":"orderbook_delta","sid":1,"seq":${ms},"msg":{"market_ticker":"A-B","price_dollars":"0.4000","delta_fp":"-1.00","side":"yes"}}}`;
  const sequence = () => new KalshiSequence({ onLower: "restart" });
  for (
    const [stream, lines] of [
      ["one", [snapshot(10, "5.00"), delta(30), delta(50)]],
      ["two", [snapshot(20, "5.00"), delta(31), delta(51)]],
    ] as const
  ) {
    const options = { sequence, partial: true };
    await importTapes(io, { feed: "kalshi", stream }, [tapeOf(lines, stream)], options);
  }
  const source = await ArchiveSource.open(io);
  const events = await allOf(source);
  assert.equal(new MapBooks().apply(events).text("A-B"), "yes|4000:300;no|");
  assert.equal(source.counts.otherStream, 2);
  const one = await ArchiveSource.open(io, { streams: ({ stream }) => stream === "one" });
  assert.deepEqual((await allOf(one)).map(({ time }) => time), [10_000, 30_000, 50_000]);
});

test("What is cut off is counted, what came before it is played", async () => {
  const content = [...SESSION.lines()].map((line) => `${line}\n`).join("");
  const packed = gzipSync(content);
  const half = packed.subarray(0, packed.length >> 1);
  const source = await TapeSource.open({ name: "cut", open: () => chunksOf(half) }, {
    scan: false,
  });
  const events = await allOf(source);
  assert.ok(events.length > 100);
  assert.equal(source.counts.damagedFiles, 1);
});

test("What cannot be played is refused with what is wrong", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-source-"));
  try {
    await writeFile(join(folder, "empty"), "");
    const refused = (opening: Promise<unknown>, code: string, message: RegExp) =>
      assert.rejects(opening, (error) => {
        assert.ok(error instanceof SsmdError && error.code === code);
        assert.match(error.message, message);
        return true;
      });
    await refused(TapeSource.open(join(folder, "absent")), "not_found", /no such file/);
    await refused(TapeSource.open(folder), "invalid_input", /no file that can be read twice/);
    await refused(TapeSource.open(join(folder, "empty")), "not_found", /no line in it/);
    await refused(ArchiveSource.open(folder), "not_found", /no line in it/);
    const objects = [{ nothing: true }];
    await refused(TapeSource.open(tapeOf(["{}"]), { objects }), "invalid_input", /"nothing"/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const DATA = process.env["SSMD_DATA"];

test(
  "The recorded tape gives the books that were computed from it independently",
  DATA === undefined ? { skip: "SSMD_DATA is not set" } : {},
  async () => {
    const ticker = "KXGOLD15M-26AUG102300-00";
    const json = async (name: string) =>
      JSON.parse(await readFile(`${DATA}/gold/${name}`, "utf8")) as Record<string, unknown>;
    const { book_at: books } = await json("reference.json") as {
      book_at: Record<string, { sha256: string }>;
    };
    const objects = [await json("KXGOLD15M-26AUG102300.json")];
    const source = await TapeSource.open(`${DATA}/gold/${ticker}.ndjson.gz`, { objects });
    const events = await allOf(source);
    assert.deepEqual(
      ["snapshot", "delta", "trade"].map((kind) =>
        events.filter((event) => event.kind === kind).length
      ),
      [2, 45_236, 1_005],
    );
    assert.equal(events.length, 46_243);
    // The last frame clears the book.
    assert.equal(new MapBooks().apply(events).text(ticker), "yes|;no|");
    for (const [ms, { sha256: expected }] of Object.entries(books)) {
      await source.seek(Number(ms) * 1000);
      const [snapshot] = (await source.next())!;
      const text = new MapBooks().apply([snapshot!]).text(ticker);
      assert.equal(createHash("sha256").update(text).digest("hex"), expected);
    }
    await source.close();
  },
);

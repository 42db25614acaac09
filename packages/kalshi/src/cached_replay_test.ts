import {
  type ArchiveIo,
  Archiver,
  type Coverage,
  type EventBatch,
  type Gap,
  MemoryCache,
  MemoryStorage,
  parseIsoTime,
  Replay,
  type ReplayCache,
  type ReplayOptions,
} from "@ssmd/core";
import { nodeGzip, sha256 } from "@ssmd/core/fs";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { KalshiDecoder } from "./decoder.ts";

const NOON = parseIsoTime("2026-03-02T12:00:00Z")!;
const DAY = "2026-03-02";
const RUNS = { numRuns: Number(process.env["SSMD_CACHE_RUNS"] ?? 40) };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Everything that a replay says, in a form to compare. */
interface Played {
  readonly rows: unknown[];
  readonly symbols: string[];
  readonly coverage: unknown;
  readonly counts: unknown;
  readonly fromCache: number;
}

async function play(
  io: ArchiveIo,
  options: ReplayOptions = {},
  decoder: KalshiDecoder = new KalshiDecoder(),
): Promise<Played> {
  const rows: unknown[] = [];
  let fromCache = 0;
  const onFile = (_file: unknown, from: "archive" | "cache"): void => {
    if (from === "cache") fromCache++;
  };
  const replay = new Replay(io, decoder, { ...options, onFile });
  for await (const batch of replay) addRows(batch, rows);
  const symbols = Array.from({ length: decoder.symbols.size }, (_, id) => decoder.symbols.name(id));
  return {
    rows,
    symbols,
    coverage: plainCoverage(replay.coverage),
    counts: plainCounts(decoder),
    fromCache,
  };
}

/** Rows with the ids of their markets; the details of one frame's gap rows are one object. */
function addRows(batch: EventBatch, rows: unknown[]): void {
  for (let row = 0; row < batch.length; row++) {
    const shares = row > 0 && batch.kind[row] === 8 && batch.kind[row - 1] === 8 &&
      batch.details[batch.ref[row]!] === batch.details[batch.ref[row - 1]!];
    rows.push(structuredClone({ ...batch.at(row), id: batch.market[row]!, shares }));
  }
}

function plainCoverage(coverage: Coverage): unknown {
  return { ...coverage, overlappingMarkets: [...coverage.overlappingMarkets].sort() };
}

function plainCounts({ counts, scanned }: KalshiDecoder): unknown {
  const { frames, malformed, duplicates } = counts;
  const maps = [counts.types, counts.unknownTypes, counts.unknownFields, counts.invalidFields];
  return { frames, malformed, duplicates, scanned, maps: maps.map((map) => [...map].sort()) };
}

function sameAs(actual: Played, expected: Played): void {
  const { fromCache: _a, ...left } = actual;
  const { fromCache: _b, ...right } = expected;
  assert.deepEqual(left, right);
}

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

/** What one frame of a made-up session is. */
interface Step {
  readonly kind: number;
  readonly market: number;
  readonly sid: number;
  readonly jump: number;
  readonly wait: number;
  readonly value: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat(11),
  market: fc.nat(5),
  sid: fc.integer({ min: 1, max: 3 }),
  // Mostly the next number; sometimes a hole, a repetition, or a new beginning.
  jump: fc.constantFrom(1, 1, 1, 1, 1, 2, 0, -1, -50),
  wait: fc.constantFrom(0, 1, 1000, 300_000, 2_500_000),
  value: fc.nat(9999),
});

/** The frame of a step; `seqs` are those of its session. */
function frameOf({ kind, market, sid, jump, value }: Step, seqs: Map<number, number>): string {
  const seq = Math.max(1, (seqs.get(sid) ?? 0) + jump);
  seqs.set(sid, seq);
  const ticker = `KXTEST-26MAR02-T${market}`;
  const price = (value / 10_000).toFixed(4);
  const counted = `"sid":${sid},"seq":${seq}`;
  switch (kind) {
    case 0:
    case 1:
      return `{"type":"ticker","sid":${sid},"msg":{"market_ticker":"${ticker}","price_dollars":"${price}","yes_bid_dollars":"0.4100","volume_fp":"${value}.50","ts":${
        1_772_452_800 + value
      }}}`;
    case 2:
    case 3:
      return `{"type":"trade",${counted},"msg":{"market_ticker":"${ticker}","yes_price_dollars":"${price}","count_fp":"${
        value % 7
      }.00","taker_side":"no","ts_ms":1772452800${value}}}`;
    case 4:
      return `{"type":"orderbook_snapshot",${counted},"msg":{"market_ticker":"${ticker}","yes_dollars_fp":[["0.4000","10.00"],["0.4100","3.50"]],"no_dollars_fp":[["0.5000","1.00"]]}}`;
    case 5:
      return `{"type":"orderbook_delta",${counted},"msg":{"market_ticker":"${ticker}","price_dollars":"0.4100","delta_fp":"-1.50","side":"yes"}}`;
    case 6:
      return `{"type":"market_lifecycle_v2","sid":${sid},"msg":{"market_ticker":"${ticker}","event_type":"created","close_ts":${
        1_772_460_000 + value
      },"additional_metadata":{"title":"ü ${value}","floor_strike":${value}.5}}}`;
    case 7:
      return `{"type":"fill","sid":${sid},"msg":{"market_ticker":"${ticker}","odd":[-0,1e5,null]}}`;
    case 8:
      return `{"type":"new_type",${counted},"msg":{"market_ticker":"${ticker}-N"}}`;
    case 9:
      return `{"type":"subscribed","id":1,"msg":{"channel":"ticker","sid":${sid}}}`;
    case 10:
      return `{"type":"ticker","sid":${sid},"msg":{"market_ticker":"${ticker}","price":${
        value % 100
      },"strange":1}}`;
    default:
      return `{"type":"ticker","msg":{"market_ticker":"${ticker}","price":101}}`;
  }
}

interface StreamPlan {
  readonly name: string;
  readonly sessions: readonly (readonly Step[])[];
  readonly gapAfter: number;
}

const streamPlan = (name: string): fc.Arbitrary<StreamPlan> =>
  fc.record({
    name: fc.constant(name),
    sessions: fc.array(fc.array(step, { maxLength: 25 }), { minLength: 1, maxLength: 3 }),
    gapAfter: fc.nat(20),
  });

/** A recording of ours: sealed files of a second each, sessions, gap lines. */
async function record(io: ArchiveIo, { name, sessions, gapAfter }: StreamPlan): Promise<void> {
  const options = { sequence: "checked", rotateSeconds: 1 } as const;
  const archiver = await Archiver.open(io, { feed: "kalshi", stream: name }, options);
  let time = NOON;
  for (const [index, steps] of sessions.entries()) {
    const session = `s${index}`;
    const seqs = new Map<number, number>();
    for (const [i, one] of steps.entries()) {
      time += one.wait;
      const data = bytes(frameOf(one, seqs));
      archiver.add({ feed: "kalshi", session, seq: i + 1, tsRecv: time, data });
      if (i !== gapAfter) continue;
      const gap: Gap = {
        feed: "kalshi",
        session,
        reason: "sequence",
        sid: 1,
        from: 3,
        to: 4,
        missing: 2,
        markets: ["KXTEST-26MAR02-T0", "KXTEST-26MAR02-T9"],
        tsRecv: time,
      };
      archiver.add(gap);
    }
  }
  await archiver.close();
}

/**
 * Lines in plain folders: one session without a name, restarts, odd and missing times, or the receive
 * times and shards of the original.
 */
async function writeBare(
  io: ArchiveIo,
  folder: string,
  files: readonly (readonly Step[])[],
  isStamped = false,
): Promise<void> {
  const seqs = new Map<number, number>();
  let seconds = 1_772_452_800;
  for (const [index, steps] of files.entries()) {
    const lines = steps.map((one) => {
      const text = frameOf(one, seqs);
      seconds += one.wait === 0 ? -3 : one.wait % 7;
      if (isStamped) {
        const stamp = `"_received_at":${seconds}000000,"_shard_id":${one.value % 2}`;
        return `${text.slice(0, -1)},${stamp}}`;
      }
      return one.value % 5 === 0 ? text : text.replace('"msg":{', `"msg":{"ts":${seconds},`);
    });
    const name = `${folder}${DAY}/12${String(index).padStart(2, "0")}.jsonl.gz`;
    await io.storage.write(name, new Uint8Array(gzipSync(lines.join("\n"))));
  }
}

const archive = fc.record({
  streams: fc.oneof(
    fc.tuple(streamPlan("a")),
    fc.tuple(streamPlan("a"), streamPlan("b")),
    fc.constant([]),
  ),
  bare: fc.array(fc.array(step, { maxLength: 20 }), { maxLength: 3 }),
  isStamped: fc.boolean(),
});

async function build(plan: typeof archive extends fc.Arbitrary<infer T> ? T : never) {
  const io = inMemory();
  for (const stream of plan.streams) await record(io, stream);
  await writeBare(io, plan.streams.length === 0 ? "" : "old/", plan.bare, plan.isStamped);
  return io;
}

test("A replay from a cold, a warm or a half-warm cache is the replay without one", async () => {
  let fromCache = 0;
  await fc.assert(
    fc.asyncProperty(
      archive,
      fc.nat(40),
      fc.infiniteStream(fc.boolean()),
      async (plan, size, drop) => {
        const io = await build(plan);
        const cache = new MemoryCache(sha256);
        const expected = await play(io);
        const batchRows = size + 1;
        sameAs(await play(io, { cache, batchRows }), expected);
        const warm = await play(io, { cache });
        sameAs(warm, expected);
        fromCache += warm.fromCache;
        const entries = cache.entries as Map<string, Uint8Array>;
        for (const name of [...entries.keys()]) if (drop.next().value) entries.delete(name);
        sameAs(await play(io, { cache, batchRows }), expected);
      },
    ),
    RUNS,
  );
  assert.ok(fromCache > 0);
});

test("A stretch of the archive is the same from a cache that other stretches filled", async () => {
  await fc.assert(
    fc.asyncProperty(
      archive,
      fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { minLength: 1, maxLength: 4 }),
      async (plan, ranges) => {
        const io = await build(plan);
        const cache = new MemoryCache(sha256);
        for (const [start, length] of ranges) {
          const from = NOON + start * 700_000;
          const range = { from, to: from + length * 900_000 };
          const expected = await play(io, range);
          sameAs(await play(io, { ...range, cache }), expected);
          sameAs(await play(io, { ...range, cache }), expected);
          sameAs(await play(io, { from, cache }), await play(io, { from }));
        }
      },
    ),
    RUNS,
  );
});

test("A damaged entry is noticed, replaced and never changes a result", async () => {
  await fc.assert(
    fc.asyncProperty(archive, fc.infiniteStream(fc.nat()), async (plan, random) => {
      const io = await build(plan);
      const cache = new MemoryCache(sha256);
      const expected = await play(io, { cache });
      const entries = cache.entries as Map<string, Uint8Array>;
      const names = [...entries.keys()];
      const next = (below: number): number => random.next().value % below;
      for (const name of names) {
        const entry = entries.get(name)!.slice();
        const how = next(4);
        if (how === 0) entries.set(name, entry.subarray(0, next(entry.length)));
        else if (how === 1) entries.set(name, entries.get(names[next(names.length)]!)!);
        else {
          for (let i = how; i > 0; i--) entry[next(entry.length)]! ^= 1 << next(8);
          entries.set(name, entry);
        }
      }
      sameAs(await play(io, { cache }), expected);
      sameAs(await play(io, { cache }), expected);
    }),
    RUNS,
  );
});

test("A session that goes on over files keeps its numbers, whichever files come from the cache", async () => {
  const io = inMemory();
  const counted = (seq: number): Step => ({
    kind: 2,
    market: seq % 3,
    sid: 1,
    jump: 1,
    wait: 400_000,
    value: seq,
  });
  const steps = Array.from({ length: 12 }, (_, i) => counted(i));
  await record(io, { name: "a", sessions: [steps], gapAfter: 99 });
  const cache = new MemoryCache(sha256);
  const expected = await play(io);
  const files = (expected.coverage as Coverage).files;
  assert.ok(files > 3);
  sameAs(await play(io, { cache }), expected);
  assert.equal(cache.counts.misses, files);
  const warm = await play(io, { cache });
  sameAs(warm, expected);
  assert.deepEqual([warm.fromCache, cache.counts.hits], [files, files]);
  // Beginning later, the files are those of the cache all the same.
  const later = await play(io, { cache, from: NOON + 1_500_000 });
  assert.ok(later.fromCache > 0);
  assert.equal(cache.counts.misses, files);
});

test("Bare files whose numbers begin anew are kept for what came before them", async () => {
  const io = inMemory();
  const file = Array.from({ length: 6 }, (_, i): Step => {
    return { kind: 2, market: i, sid: 1, jump: i === 0 ? -50 : 1, wait: 1_000, value: i + 1 };
  });
  await writeBare(io, "", [file, file, file]);
  const cache = new MemoryCache(sha256);
  const expected = await play(io);
  sameAs(await play(io, { cache }), expected);
  const warm = await play(io, { cache });
  sameAs(warm, expected);
  assert.equal(warm.fromCache, 3);
  assert.ok(expected.rows.some((row) => (row as { kind: string }).kind === "gap"));
});

test("Open files, damaged ones and a cache without room are read line by line", async () => {
  const io = inMemory();
  const steps = Array.from({ length: 9 }, (_, i): Step => {
    return { kind: 0, market: 1, sid: 1, jump: 1, wait: 10, value: i };
  });
  await writeBare(io, "", [steps, steps]);
  const path = `${DAY}/1200.jsonl.gz`;
  const parts: Uint8Array[] = [];
  for await (const part of io.storage.read(path)) parts.push(part);
  await io.storage.write(path, parts[0]!.subarray(0, parts[0]!.length - 9), { replace: true });
  await io.storage.write(`${DAY}/1300.jsonl.open`, bytes('{"type":"ticker","msg":{}}\n'));
  const expected = await play(io);
  assert.equal((expected.coverage as Coverage).damaged.length, 1);
  const cache = new MemoryCache(sha256);
  for (let i = 0; i < 2; i++) {
    const played = await play(io, { cache });
    sameAs(played, expected);
    assert.equal(played.fromCache, i);
  }
  const full: ReplayCache = new MemoryCache(sha256, 100);
  const played = await play(io, { cache: full });
  sameAs(played, expected);
  assert.equal(played.fromCache, 0);
});

test("A decoder whose rows cannot be kept is refused with a cache", () => {
  const { symbols, counts } = new KalshiDecoder();
  const decoder = { symbols, counts, decode: () => {} };
  assert.throws(
    () => new Replay(inMemory(), decoder, { cache: new MemoryCache(sha256) }),
    TypeError,
  );
});

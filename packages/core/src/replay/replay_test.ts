import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Archiver } from "../archive/archiver.ts";
import { BookSet } from "../book/book_set.ts";
import type { EpochMicros } from "../clock.ts";
import type { Coverage } from "./coverage.ts";
import type { EventBatch } from "../events/event_batch.ts";
import { fileArchive, nodeGzip, sha256 } from "../fs/mod.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { Replay, type ReplayOptions } from "./replay.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { importTapes } from "../import/tape_import.ts";
import {
  ToyDecoder,
  toyDelta,
  ToySequence,
  toySnapshot,
  toyTapeLine,
} from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";

const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const DAY = "2026-08-11";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const packed = (text: string): Uint8Array => new Uint8Array(gzipSync(text));

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

/** A frame and when it is received, in microseconds after noon. */
type Received = readonly [time: EpochMicros, frame: string];

async function record(
  io: ArchiveIo,
  stream: string,
  session: string,
  frames: readonly Received[],
): Promise<void> {
  const options = { sequence: "checked", rotateSeconds: 1 } as const;
  const archiver = await Archiver.open(io, { feed: "toy", stream }, options);
  for (const [i, [time, frame]] of frames.entries()) {
    archiver.add({ feed: "toy", session, seq: i + 1, tsRecv: NOON + time, data: bytes(frame) });
  }
  await archiver.close();
}

/** What a replay gives: a text per row, the books at the end, and its coverage. */
interface Played {
  readonly rows: string[];
  readonly books: Record<string, string>;
  readonly coverage: Coverage;
}

async function play(io: ArchiveIo, options: ReplayOptions = {}): Promise<Played> {
  const decoder = new ToyDecoder();
  const books = new BookSet(decoder.symbols);
  const replay = new Replay(io, decoder, options);
  const rows: string[] = [];
  let latest = 0;
  for await (const batch of replay) {
    for (let row = 0; row < batch.length; row++) {
      books.apply(batch, row);
      const { kind, market = "*", price, tsRecv } = batch.at(row);
      assert.ok(tsRecv >= latest, `${tsRecv} comes after ${latest}`);
      latest = tsRecv;
      rows.push(`${tsRecv - NOON} ${kind} ${market}${price === undefined ? "" : ` ${price}`}`);
    }
  }
  const names = Array.from({ length: decoder.symbols.size }, (_, id) => decoder.symbols.name(id));
  const text = (name: string): string =>
    `${books.find(name)?.stale === false ? "" : "!"}${books.find(name)?.canonicalText()}`;
  return {
    rows,
    books: Object.fromEntries(names.map((name) => [name, text(name)])),
    coverage: replay.coverage,
  };
}

test("Frames of all streams come in order of time, each with the rows of its decoder", async () => {
  const io = inMemory();
  await record(io, "books", "x", [[1, toySnapshot(1, 1, "A", [[5, 2]])], [4, toyDelta(1, 2)]]);
  await record(io, "trades", "x", [[2, toyDelta(1, 1, "T")], [4, "no JSON"]]);
  const { rows, books, coverage } = await play(io);
  assert.deepEqual(rows, [
    "1 snapshot A",
    "1 level A 5",
    "2 delta T 5",
    "4 delta A 5",
    "4 other *",
  ]);
  assert.deepEqual(books, { A: "yes|5:3;no|", T: "!yes|;no|" });
  assert.deepEqual({ ...coverage, overlappingMarkets: [...coverage.overlappingMarkets] }, {
    files: 2,
    records: 4,
    frames: 4,
    gaps: {},
    damaged: [],
    tooLongLines: 0,
    sequence: "checked",
    clock: "receive",
    overlappingMarkets: [],
  });
});

test("All layouts are read alike: by stream, by feed, and plain days without a manifest", async () => {
  const line = (seq: number): string =>
    `${toyDelta(1, seq).slice(0, -1)},"_received_at":${NOON + seq}}\n`;
  for (const folder of ["feed/stream/", "feed/", ""]) {
    const io = inMemory();
    await io.storage.write(`${folder}${DAY}/1200.jsonl.gz`, packed(line(1) + line(2)));
    await io.storage.write(`${folder}${DAY}/1200-01.jsonl.gz`, packed(line(3)));
    await io.storage.write(`${folder}2026-08-12/0000.jsonl`, bytes(line(4)));
    const { rows, coverage } = await play(io);
    assert.deepEqual(rows.map((row) => row[0]), ["1", "2", "3", "4"]);
    assert.deepEqual([coverage.sequence, coverage.clock], ["unchecked", "receive"]);
  }
});

test("A line of the original's is the frame without its fields, and each shard a connection", async () => {
  const io = inMemory();
  const line = (seq: number, shard: number): string =>
    `${toyDelta(1, seq, `M${shard}`).slice(0, -1)},"_received_at":${
      NOON + 1
    },"_nats_seq":9,"_shard_id":${shard}}\n`;
  await io.storage.write(
    `f/${DAY}/1200.jsonl.gz`,
    packed(line(5, 0) + line(5, 1) + line(6, 0) + line(6, 0)),
  );
  assert.deepEqual((await play(io)).rows, [
    "1 delta M0 5",
    "1 delta M1 5",
    "1 delta M0 5",
    "1 other *",
  ]);
});

test("Bare lines are played by the exchange's time, and coverage says so", async () => {
  const io = inMemory();
  const bare = (seq: number, time: string): string =>
    toyDelta(1, seq).replace("{", `{${time}`) + "\n";
  const ms = NOON / 1000;
  const content = bare(1, `"ts_ms":${ms + 5},`) + bare(2, "") + bare(3, `"ts":${ms / 1000},`);
  await io.storage.write(`f/s/${DAY}/1200.jsonl.gz`, packed(content));
  const { rows, coverage } = await play(io);
  assert.deepEqual(rows.map((row) => row.split(" ")[0]), ["5000", "5000", "5000"]);
  assert.equal(coverage.clock, "exchange");
});

test("A range includes both of its ends", async () => {
  const io = inMemory();
  await record(io, "books", "x", [1, 2, 3, 4, 5].map((time) => [time, toyDelta(1, time)]));
  const times = async (options: ReplayOptions): Promise<string> =>
    (await play(io, options)).rows.map((row) => row[0]).join("");
  assert.equal(await times({ from: NOON + 2, to: NOON + 4 }), "234");
  assert.equal(await times({ from: NOON + 5 }), "5");
  assert.equal(await times({ to: NOON + 1 }), "1");
  assert.equal(await times({ from: NOON + 6 }), "");
});

test("Batches have the rows asked for, and the same rows whatever their size", async () => {
  const io = inMemory();
  await record(
    io,
    "books",
    "x",
    Array.from({ length: 50 }, (_, i) => [i, toySnapshot(1, i + 1, "A", [[5, 1]])]),
  );
  const whole = await play(io);
  for (const batchRows of [1, 7]) {
    const sizes: number[] = [];
    for await (const batch of new Replay(io, new ToyDecoder(), { batchRows })) {
      sizes.push(batch.length);
    }
    assert.ok(sizes.slice(0, -1).every((size) => size >= batchRows && size < batchRows + 2));
    assert.deepEqual((await play(io, { batchRows })).rows, whole.rows);
  }
});

test("A gap line makes the books stale that it concerns, until their snapshot", async () => {
  const io = inMemory();
  const tape = [
    toySnapshot(1, 1, "A"),
    toySnapshot(2, 1, "B"),
    toyDelta(1, 3, "A"),
    toyDelta(2, 3, "B"),
    toySnapshot(2, 4, "B"),
  ];
  const lines = tape.map((frame, i) => toyTapeLine(NOON / 1000 + i, frame)).join("");
  const open = async function* () {
    yield bytes(lines);
  };
  await importTapes(io, { feed: "toy", stream: "tape" }, [{ name: "tape", open }], {
    sequence: () => new ToySequence(),
  });
  const { rows, books, coverage } = await play(io);
  assert.deepEqual(rows.filter((row) => row.includes("gap")), ["2000 gap A", "3000 gap B"]);
  assert.deepEqual(books, { A: "!yes|5:1;no|", B: "yes|;no|" });
  assert.deepEqual([coverage.gaps, coverage.records, coverage.frames], [{ sequence: 2 }, 7, 5]);
});

test("Two streams that record one market leave its book stale from each change to a snapshot", async () => {
  const io = inMemory();
  await record(io, "one", "x", [[1, toySnapshot(1, 1)], [3, toyDelta(1, 2)], [5, toyDelta(1, 3)]]);
  await record(io, "two", "y", [[4, toyDelta(1, 7)], [2, toyDelta(1, 9, "B")]]);
  const { rows, books, coverage } = await play(io);
  assert.deepEqual(rows.filter((row) => row.includes("gap")), ["4 gap A", "5 gap A"]);
  assert.deepEqual([...coverage.overlappingMarkets], ["A"]);
  assert.equal(books["A"]?.[0], "!");
});

test("Two overlapping imports into one stream are as doubtful as two streams", async () => {
  const io = inMemory();
  const options = { sequence: () => new ToySequence() };
  const stream = { feed: "toy", stream: "tapes" };
  for (
    const [name, market, times] of [["a", "A", [0, 10, 20]], ["b", "A", [5, 15]], ["c", "C", [
      7,
    ]]] as const
  ) {
    const lines = times.map((ms, i) =>
      toyTapeLine(
        NOON / 1000 + ms,
        i === 0 ? toySnapshot(1, 1, market) : toyDelta(1, i + 1, market),
      )
    );
    const open = async function* () {
      yield bytes(lines.join(""));
    };
    await importTapes(io, stream, [{ name, open }], options);
  }
  const { rows, books, coverage } = await play(io);
  assert.deepEqual(rows.map((row) => row.replace("000 ", " ")), [
    "0 snapshot A",
    "5 snapshot A",
    "7 snapshot C",
    "10 delta A 5",
    "10 gap A",
    "15 delta A 5",
    "15 gap A",
    "20 delta A 5",
    "20 gap A",
  ]);
  assert.deepEqual([...coverage.overlappingMarkets], ["A"]);
  assert.deepEqual(Object.values(books).map((text) => text[0]), ["!", "y"]);
});

test("An open file is played up to its last whole line, and a sealed one is not played twice", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, { feed: "toy", stream: "books" }, { sync: "none" });
  const add = (seq: number): void =>
    void archiver.add({
      feed: "toy",
      session: "x",
      seq,
      tsRecv: NOON + seq,
      data: bytes(toyDelta(1, seq)),
    });
  add(1);
  await archiver.flush();
  const torn = await io.storage.openAppend(`toy/books/${DAY}/1200.jsonl.open`);
  await torn.append(bytes(`{"type":"delta"`));
  assert.deepEqual((await play(io)).rows, ["1 delta A 5"]);
  await io.storage.truncate(`toy/books/${DAY}/1200.jsonl.open`, 0);
  add(2);
  await archiver.close();
  await io.storage.write(`toy/books/${DAY}/1200.jsonl.open`, bytes("whatever\n"));
  assert.deepEqual((await play(io)).rows, ["2 delta A 5"]);
});

test("A damaged file is played as far as it goes, then its loss is a gap at its place in time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    const io = fileArchive(folder);
    const frames = Array.from({ length: 4000 }, (_, i): Received => [
      i * 500,
      i === 0 ? toySnapshot(1, 1) : toyDelta(1, i + 1, "A", { price: (i * 7919) % 10_000 }),
    ]);
    await record(io, "books", "x", frames);
    await record(io, "other", "y", [[0, toySnapshot(1, 1, "B")], [
      1_999_999,
      toySnapshot(1, 2, "B"),
    ]]);
    const path = `toy/books/${DAY}/1200-01.jsonl.gz`;
    const chunks: Uint8Array[] = [];
    for await (const chunk of io.storage.read(path)) chunks.push(chunk);
    const whole = new Uint8Array(Buffer.concat(chunks));
    for (const kept of [whole.length >> 1, 5, 0]) {
      await io.storage.write(path, whole.slice(0, kept), { replace: true });
      const { rows, books, coverage } = await play(io);
      const at = rows.findIndex((row) => row.includes("gap"));
      assert.equal(rows.filter((row) => row.includes("gap")).length, 1);
      assert.match(rows[at]!, /^1\d{6} gap \*$/);
      assert.equal(rows[at - 1]?.split(" ")[0], kept < 10 ? "999500" : rows[at]?.split(" ")[0]);
      assert.deepEqual([coverage.gaps, coverage.damaged[0]?.path], [{ damage: 1 }, path]);
      assert.deepEqual(Object.values(books).map((text) => text[0]), ["!", "y"]);
      const late = await play(io, { from: NOON + 1_999_000 });
      assert.deepEqual(late.rows.filter((row) => row.includes("gap")), ["1999000 gap *"]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("The gap of a file that cannot be read at all stands where the file would have begun", async () => {
  const io = inMemory();
  await record(io, "lost", "x", [[10, toyDelta(1, 1, "X")], [20, toyDelta(1, 2, "X")]]);
  await record(io, "late", "z", [[30, toyDelta(1, 1, "Z")]]);
  await record(io, "books", "y", [[5, toySnapshot(1, 1)], [15, toyDelta(1, 2)]]);
  for (const stream of ["lost", "late"]) {
    await io.storage.write(`toy/${stream}/${DAY}/1200.jsonl.gz`, bytes("no gzip"), {
      replace: true,
    });
  }
  const { rows } = await play(io);
  assert.deepEqual(rows, ["5 snapshot A", "10 gap *", "15 delta A 5", "30 gap *"]);
  assert.deepEqual((await play(io, { to: NOON + 29 })).rows, rows.slice(0, 3));
});

test("A file that only its manifest knows is a gap at its place, and counted as damaged", async () => {
  const io = inMemory();
  const at = (second: number): number => second * 1_000_000;
  await record(io, "books", "x", [
    [at(0), toySnapshot(1, 1)],
    [at(2), toyDelta(1, 2)],
    [at(4), toyDelta(1, 3)],
  ]);
  const path = `toy/books/${DAY}/1200-01.jsonl.gz`;
  await io.storage.remove(path);
  const { rows, books, coverage } = await play(io);
  assert.deepEqual(rows, ["0 snapshot A", "2000000 gap *", "4000000 delta A 5"]);
  assert.equal(books["A"]?.[0], "!");
  assert.deepEqual([coverage.gaps, coverage.damaged], [{ damage: 1 }, [
    { path, reason: "its manifest lists it, it is not there" },
  ]]);
  const before = await play(io, { to: NOON + at(1) });
  assert.deepEqual([before.rows, before.coverage.damaged], [rows.slice(0, 1), []]);
});

test("Leaving the loop closes every file, and a signal ends it with its reason", async () => {
  const io = inMemory();
  await record(
    io,
    "books",
    "x",
    Array.from({ length: 20_000 }, (_, i) => [i * 300, toyDelta(1, i + 1)]),
  );
  let first: EventBatch | undefined;
  for await (const batch of new Replay(io, new ToyDecoder(), { batchRows: 100 })) {
    first = batch;
    break;
  }
  assert.ok(first !== undefined && first.length >= 100);
  const stop = new AbortController();
  const reading = (async () => {
    const options = { batchRows: 100, signal: stop.signal };
    for await (const _ of new Replay(io, new ToyDecoder(), options)) {
      stop.abort(new Error("enough"));
    }
  })();
  await assert.rejects(reading, /enough/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { Archiver } from "../archive/archiver.ts";
import { BookSet } from "../book/book_set.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import type { ImportReport } from "./import_report.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { Tape } from "./open_tape.ts";
import { Replay } from "../replay/replay.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { type ImportOptions, importTapes } from "./tape_import.ts";
import { archivedRecords } from "../testing/archived_records_test_support.ts";
import {
  ToyDecoder,
  toyDelta,
  ToySequence,
  toySnapshot,
  toyTapeLine,
} from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "../archive/verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const DAY = "toy/books/2026-08-11";
const NOON = parseIsoTime("2026-08-11T12:00:00Z")! / 1000;

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

function tapeOf(name: string, content: string | Uint8Array, chunk = 1000): Tape {
  const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    name,
    async *open() {
      for (let at = 0; at < data.length; at += chunk) yield data.subarray(at, at + chunk);
    },
  };
}

/** The tape of frames that were received one millisecond after another, from noon on. */
function linesOf(...frames: readonly string[]): string {
  return frames.map((frame, i) => toyTapeLine(NOON + i, frame)).join("");
}

async function importInto(
  io: ArchiveIo,
  tapes: readonly Tape[],
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  return await importTapes(io, STREAM, tapes, { sequence: () => new ToySequence(), ...options });
}

/** Imports the frames into a new archive, proves it, and gives report and archive. */
async function imported(
  content: string | Uint8Array,
  options?: Partial<ImportOptions>,
): Promise<[ImportReport, ArchiveIo]> {
  const io = inMemory();
  const report = await importInto(io, [tapeOf("tape", content)], options);
  const verified = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(verified.problems, []);
  assert.deepEqual(verified.recordsByType, report.recordsByType);
  assert.equal(verified.records, report.records);
  return [report, io];
}

async function textsOf(io: ArchiveIo): Promise<string[]> {
  return (await archivedRecords(io, "toy")).map(({ text }) => text);
}

/** The books at the end of a replay, `!` before those that are stale. */
async function booksOf(io: ArchiveIo): Promise<Record<string, string>> {
  const decoder = new ToyDecoder();
  const books = new BookSet(decoder.symbols);
  for await (const batch of new Replay(io, decoder)) {
    for (let row = 0; row < batch.length; row++) books.apply(batch, row);
  }
  const names = Array.from({ length: decoder.symbols.size }, (_, id) => decoder.symbols.name(id));
  return Object.fromEntries(names.map((name) => {
    const book = books.find(name);
    return [name, `${book?.stale === false ? "" : "!"}${book?.canonicalText()}`];
  }));
}

const FRAMES = [
  toySnapshot(1, 7, "A", [[5, 10]]),
  toyDelta(1, 8),
  toySnapshot(1, 9, "B"),
  toyDelta(1, 10),
];

test("A recording that was cut into parts is whole again, in whatever order they are given", async () => {
  // Each part begins before the one after it; at a cut the times may be equal.
  const cuts = fc.record({
    steps: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 60 }),
    at: fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 4 }),
    order: fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
    packed: fc.boolean(),
    chunk: fc.integer({ min: 1, max: 3000 }),
  });
  await fc.assert(
    fc.asyncProperty(cuts, async ({ steps, at, order, packed, chunk }) => {
      let time = NOON;
      const times = steps.map((step) => time += step);
      const lines = times.map((ms, i) =>
        toyTapeLine(ms, i === 0 ? toySnapshot(1, 1) : toyDelta(1, i + 1, "A", { size: i }))
      );
      const starts = [0, ...at.filter((i) => i < lines.length).sort((a, b) => a - b)]
        .filter((start, i, all) => i === 0 || times[start]! > times[all[i - 1]!]!);
      const parts = starts.map((start, i) => lines.slice(start, starts[i + 1]).join(""));
      const tapes = parts.map((text, i) =>
        tapeOf(`part ${i}`, packed ? new Uint8Array(gzipSync(text)) : text, chunk)
      );
      const shuffled = tapes.map((tape, i) => ({ tape, key: order[i]! })).sort((a, b) =>
        a.key - b.key
      );

      const split = inMemory();
      const report = await importInto(split, shuffled.map(({ tape }) => tape));
      const [, whole] = await imported(lines.join(""));
      assert.deepEqual(await textsOf(split), await textsOf(whole));
      assert.deepEqual(await booksOf(split), await booksOf(whole));
      assert.deepEqual(report.gaps, {});
      assert.deepEqual(
        (await verifyArchive(split, { sequence: () => new ToySequence() })).problems,
        [],
      );
    }),
    { numRuns: 40 },
  );
});

test("At equal times the order given counts, then the line", async () => {
  const tape = (sid: number): string =>
    [NOON, NOON + 1, NOON + 1].map((ms, i) => toyTapeLine(ms, toyDelta(sid, i + 1))).join("");
  for (const order of [[1, 2, 3], [3, 1, 2]]) {
    const io = inMemory();
    await importInto(io, order.map((sid) => tapeOf(`tape ${sid}`, tape(sid))));
    const texts = await textsOf(io);
    const numbers = texts.map((text) => JSON.parse(text) as { sid: number; seq: number });
    const [a, b, c] = order as [number, number, number];
    assert.deepEqual(numbers.map(({ sid, seq }) => `${sid}:${seq}`), [
      ...[`${a}:1`, `${b}:1`, `${c}:1`],
      ...[`${a}:2`, `${a}:3`, `${b}:2`, `${b}:3`, `${c}:2`, `${c}:3`],
    ]);
  }
});

test("Gzip, plain text and lines that end with CRLF are the same recording", async () => {
  const text = linesOf(...FRAMES);
  const [, plain] = await imported(text);
  const forms = [
    new Uint8Array(gzipSync(text)),
    new Uint8Array(Buffer.concat([gzipSync(text.slice(0, 100)), gzipSync(text.slice(100))])),
    text.replaceAll("\n", "\r\n"),
    text.slice(0, -1),
    `\n  \n${text}\n`,
  ];
  for (const form of forms) {
    const [report, io] = await imported(form);
    assert.deepEqual(await textsOf(io), await textsOf(plain));
    assert.equal(report.tapes[0]?.records, 4);
  }
});

test("Garbage and half lines are kept as they are and counted", async () => {
  const half = FRAMES[1]!.slice(0, -9);
  const [report, io] = await imported(
    `${linesOf(FRAMES[0]!)}garbage\n${half}\n[1]\n{"untyped":1}\n${
      toyTapeLine(NOON + 9, FRAMES[1]!)
    }${half}`,
  );
  assert.deepEqual(await textsOf(io), [
    FRAMES[0],
    "raw garbage",
    `raw ${half}`,
    "raw [1]",
    `{"untyped":1}`,
    FRAMES[1],
    `raw ${half}`,
  ]);
  assert.equal(report.tapes[0]?.unparsed, 4);
  assert.equal(report.tapes[0]?.records, 7);
});

test("A removed frame is exactly one gap, and its subscription's books are stale from there", async () => {
  const frames = [
    toySnapshot(1, 1, "A"),
    toySnapshot(1, 2, "B"),
    toySnapshot(2, 1, "C"),
    toyDelta(1, 4),
  ];
  const [report, io] = await imported(linesOf(...frames, toyDelta(1, 5)));
  assert.deepEqual(report.gaps, { sequence: 1 });
  assert.equal(report.missingFrames, 1);
  assert.equal((await textsOf(io))[3], "gap sequence");
  const books = await booksOf(io);
  assert.deepEqual(Object.entries(books).map(([name, text]) => [name, text[0]]), [
    ["A", "!"],
    ["B", "!"],
    ["C", "y"],
  ]);
});

test("With partial tapes holes mean nothing, and the archive says so", async () => {
  const io = inMemory();
  const tape = tapeOf("tape", linesOf(toySnapshot(1, 1), toyDelta(1, 9), toyDelta(1, 3)));
  const report = await importInto(io, [tape], { partial: true });
  assert.equal(report.sequence, "partial");
  assert.deepEqual(report.gaps, { restart: 1 });
  const { ok, sequence } = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual([ok, sequence], [true, { checked: 0, partial: 1, unchecked: 0 }]);
});

test("A duplicate is kept and counted, and applied once", async () => {
  const delta = toyDelta(1, 2, "A", { size: 7 });
  const [report, io] = await imported(linesOf(toySnapshot(1, 1), delta, delta, toyDelta(1, 3)));
  assert.equal(report.tapes[0]?.duplicates, 1);
  assert.equal((await textsOf(io)).length, 4);
  assert.deepEqual(await booksOf(io), { A: "yes|5:8;no|" });
});

test("After a restart a subscription's books are stale until their snapshots", async () => {
  const before = [toySnapshot(1, 50, "A"), toySnapshot(2, 60, "B"), toySnapshot(2, 61, "C")];
  const restart = [toyDelta(1, 1, "A"), toySnapshot(2, 1, "B", [[5, 1]]), toyDelta(2, 2, "B")];
  const [report, io] = await imported(linesOf(...before, ...restart));
  assert.equal(report.tapes[0]?.restarts, 1);
  assert.deepEqual(report.gaps, { restart: 2 });
  assert.deepEqual(await booksOf(io), { A: "!yes|5:1;no|", B: "yes|5:2;no|", C: "!yes|;no|" });
  const sessions = (await archivedRecords(io, "toy")).map(({ session, seq }) =>
    `${session.slice(12)} ${seq}`
  );
  assert.deepEqual(sessions, [" 1", " 2", " 3", "-2 0", "-2 1", "-2 1", "-2 2", "-2 3"]);
});

test("The end of one tape and the beginning of another are neither gap nor restart", async () => {
  const io = inMemory();
  const report = await importInto(io, [
    tapeOf("a", linesOf(toySnapshot(1, 90), toyDelta(1, 91))),
    tapeOf(
      "b",
      toyTapeLine(NOON + 60_000, toyDelta(1, 5)) + toyTapeLine(NOON + 60_001, toyDelta(1, 6)),
    ),
  ]);
  assert.deepEqual(report.gaps, {});
  assert.deepEqual(await booksOf(io), { A: "yes|5:3;no|" });
});

test("A receive time that goes back is held, and counted", async () => {
  const times = [NOON, NOON + 5, NOON + 3, NOON + 5];
  const text = times.map((ms, i) => toyTapeLine(ms, toyDelta(1, i + 1))).join("");
  const [report, io] = await imported(text);
  assert.equal(report.clampedTimes, 1);
  const found = (await archivedRecords(io, "toy")).map(({ tsRecv }) => tsRecv / 1000 - NOON);
  assert.deepEqual(found, [0, 5, 5, 5]);
});

test("Bare lines take the exchange's time, and the archive says so", async () => {
  const bare = (time: string): string => toyDelta(1, 1).replace(`"sid"`, `${time}"sid"`);
  const lines = [bare(`"ts_ms":${NOON},`), bare(`"ts":${NOON / 1000 - 5},`), bare("")];
  const [report, io] = await imported(`${lines.join("\n")}\n`);
  assert.equal(report.clock, "exchange");
  assert.deepEqual(report.span, { from: NOON * 1000, to: NOON * 1000 });
  const replay = new Replay(io, new ToyDecoder());
  for await (const batch of replay) assert.equal(batch.length, 3);
  assert.equal(replay.coverage.clock, "exchange");
});

test("An archive's own file can be imported as a tape, with its gaps and what was sent", async () => {
  const source = inMemory();
  const archiver = await Archiver.open(source, STREAM);
  const at = NOON * 1000;
  const common = { feed: "toy", from: at, to: at, tsRecv: at };
  const frame = (session: string, seq: number, text: string): void =>
    void archiver.add({
      feed: "toy",
      session,
      seq,
      tsRecv: at,
      data: new TextEncoder().encode(text),
    });
  const sent = new TextEncoder().encode('{"id":1,"cmd":"subscribe"}');
  archiver.add({ feed: "toy", session: "x", tsSent: at, data: sent });
  frame("x", 1, toySnapshot(1, 1));
  archiver.add({ ...common, session: "y", reason: "disconnect" });
  archiver.add({ ...common, session: "x", reason: "unsubscribed", markets: ["B"] });
  frame("y", 1, toySnapshot(1, 500, "B"));
  archiver.add({ ...common, session: "x", reason: "overflow", missing: 2 });
  archiver.add({ ...common, session: "x", reason: "sequence", sid: 1, from: 2, to: 3, missing: 2 });
  frame("x", 4, toyDelta(1, 4));
  frame("y", 2, toyDelta(1, 501, "B"));
  frame("y", 3, "no JSON");
  await archiver.close();

  const chunks: Uint8Array[] = [];
  for await (const chunk of source.storage.read(`${DAY}/1200.jsonl.gz`)) chunks.push(chunk);
  const [report, io] = await imported(new Uint8Array(Buffer.concat(chunks)));
  assert.deepEqual(await textsOf(io), await textsOf(source));
  assert.deepEqual(report.gaps, { disconnect: 1, overflow: 1, sequence: 1 });
  assert.deepEqual(await booksOf(io), { A: "!yes|5:1;no|", B: "!yes|5:1;no|" });
});

test("The tape's bytes are the same after the import", async () => {
  const line = `${toyDelta(1, 1).slice(0, -1)},"_received_at":${
    NOON * 1000
  },"_session":"s","_seq":1}\n`;
  const data = new TextEncoder().encode(line + line.replace(`"_seq":1`, `"_seq":2`));
  const before = data.slice();
  await importInto(inMemory(), [tapeOf("tape", data)]);
  assert.deepEqual(data, before);
});

test("Lines before the first time of a bare recording take that time", async () => {
  const io = inMemory();
  const reply = `{"type":"subscribed","id":1,"msg":{"channel":"delta","sid":1}}\n`;
  const timed = `{"type":"delta","sid":1,"seq":1,"msg":{"market_ticker":"A","ts":1786449600}}\n`;
  const report = await importInto(io, [tapeOf("bare", new TextEncoder().encode(reply + timed))]);
  assert.equal(report.clock, "exchange");
  assert.deepEqual(report.span, { from: 1786449600000000, to: 1786449600000000 });
  assert.deepEqual(report.sealed.map((path) => path.split("/")[2]), ["2026-08-11"]);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { ArchiveEvent } from "../archive/archive_event.ts";
import { Archiver } from "../archive/archiver.ts";
import { fileArchive, nodeGzip, sha256 } from "../fs/mod.ts";
import { readImports } from "./import_log.ts";
import { MAX_LINE_BYTES } from "../lines/line_splitter.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { Tape } from "./open_tape.ts";
import type { ArchiveIo, ByteStream, JournalStorage } from "../storage/storage.ts";
import { type ImportOptions, importTapes } from "./tape_import.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import { type CutMoment, cutPower, PowerCut } from "../testing/cut_power_test_support.ts";
import { failAfter } from "../testing/mod.ts";
import { toyDelta, ToySequence, toyTapeLine } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "../archive/verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const NOON = parseIsoTime("2026-08-11T12:00:00Z")! / 1000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function ioOf(storage: JournalStorage = new MemoryStorage()): ArchiveIo {
  return { storage, gzip: nodeGzip, sha256 };
}

function tapeOf(name: string, data: Uint8Array): Tape {
  return {
    name,
    async *open() {
      for (let at = 0; at < data.length; at += 100) yield data.subarray(at, at + 100);
    },
  };
}

/** Two tapes over midnight of which the first minute has a name that is taken. */
const TAPES = [0, 1].map((sid) => {
  const times = [0, 10, 60_000, 12 * 3_600_000];
  return tapeOf(
    `tape ${sid}`,
    bytes(times.map((ms, i) => toyTapeLine(NOON + ms + sid, toyDelta(sid, i + 1))).join("")),
  );
});

const OPTIONS: ImportOptions = { sequence: () => new ToySequence(), rotateSeconds: 60 };

/** An archive that holds one file of a live recording already. */
async function prepared(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const archiver = await Archiver.open(ioOf(storage), STREAM, { sequence: "checked" });
  archiver.add({
    feed: "toy",
    session: "live",
    seq: 1,
    tsRecv: NOON * 1000,
    data: bytes(toyDelta(1, 1)),
  });
  await archiver.close();
  return storage;
}

async function contentsOf(io: ArchiveIo): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const { path } of await io.storage.list("")) {
    const stored = io.storage.read(path);
    contents[path] = await textOf(path.endsWith(".gz") ? nodeGzip.decompress(stored) : stored);
  }
  return contents;
}

/** Puts the stream in order and tells whether the import is there, wholly; nothing else is right. */
async function isImported(storage: JournalStorage, what: string): Promise<boolean> {
  const io = ioOf(storage);
  await (await Archiver.open(io, STREAM)).close();
  const paths = (await io.storage.list("")).map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => /\.import|\.open|lock/.test(path)), [], what);
  const verified = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(verified.problems, [], what);
  const frames = (await archivedRecords(io, "toy")).filter(({ session }) => session !== "live");
  const logged = (await readImports(io, STREAM)).map(({ name }) => name);
  assert.equal(verified.records, frames.length + 1, `${what}: the live recording has changed`);
  assert.ok(frames.length === 0 || frames.length === 8, `${what}: ${frames.length} of 8 frames`);
  assert.deepEqual(logged, frames.length === 0 ? [] : ["tape 0", "tape 1"], what);
  return frames.length > 0;
}

async function importAgain(
  storage: JournalStorage,
  wasThere: boolean,
  what: string,
): Promise<void> {
  const again = importTapes(ioOf(storage), STREAM, TAPES, OPTIONS);
  if (wasThere) await assert.rejects(again, { code: "already_imported" }, what);
  else await again;
  assert.equal(await isImported(storage, what), true);
}

test("A power cut at any operation leaves the whole import or nothing of it", async () => {
  const seen = new Set<boolean>();
  for (const moment of ["before", "after"] satisfies CutMoment[]) {
    for (let at = 1, isCut = true; isCut; at++) {
      const disk = await prepared();
      const machine = cutPower(disk, at, moment, 1);
      const importing = importTapes(ioOf(machine.storage), STREAM, TAPES, OPTIONS);
      isCut = await importing.then(() => undefined, (error: unknown) => error) instanceof PowerCut;
      const what = `operation ${at}, ${moment}`;
      const isThere = await isImported(disk, what);
      seen.add(isThere);
      await importAgain(disk, isThere, what);
    }
  }
  assert.equal(seen.size, 2);
});

test("A second power cut while the import is completed or discarded changes nothing about that", async () => {
  for (let at = 2, isCut = true; isCut; at += 3) {
    for (let again = 1, isCutAgain = true; isCutAgain; again++) {
      const disk = await prepared();
      const machine = cutPower(disk, at, "after");
      const importing = importTapes(ioOf(machine.storage), STREAM, TAPES, OPTIONS);
      isCut = await importing.then(() => undefined, (error: unknown) => error) instanceof PowerCut;
      const second = cutPower(disk, again, "after");
      const opening = Archiver.open(ioOf(second.storage), STREAM);
      isCutAgain = await opening.catch((error: unknown) => error) instanceof PowerCut;
      await isImported(disk, `operations ${at} and ${again}`);
    }
  }
});

test("An interrupted import is completed by the next attempt, which is then refused", async () => {
  // The first operation after which the log holds the moves is found by trying.
  for (let at = 1;; at++) {
    const disk = await prepared();
    const machine = cutPower(disk, at, "after");
    await importTapes(ioOf(machine.storage), STREAM, TAPES, OPTIONS).catch(() => undefined);
    if ((await readImports(ioOf(disk), STREAM)).length === 0) continue;
    const events: ArchiveEvent[] = [];
    const onEvent = (event: ArchiveEvent): void => void events.push(event);
    const again = importTapes(ioOf(disk), STREAM, TAPES, { ...OPTIONS, onEvent });
    await assert.rejects(again, { code: "already_imported" });
    assert.deepEqual(events, [{ type: "import_completed", path: "toy/books/imports.json" }]);
    assert.equal((await archivedRecords(ioOf(disk), "toy")).length, 9);
    return;
  }
});

test("A disk that is full at any byte leaves the whole import or nothing of it", async () => {
  for (let room = 0, isFull = true; isFull; room += 131) {
    const disk = await prepared();
    const importing = importTapes(ioOf(failAfter(disk, room)), STREAM, TAPES, OPTIONS);
    const end: unknown = await importing.then(() => undefined, (error: unknown) => error);
    isFull = end !== undefined;
    if (isFull) assert.equal((end as { code?: string }).code, "write_failed");
    const isThere = await isImported(disk, `room for ${room} bytes`);
    await importAgain(disk, isThere, `room for ${room} bytes`);
  }
});

test("What an import throws before it is committed leaves the archive as it was", async () => {
  const disk = await prepared();
  const before = await contentsOf(ioOf(disk));
  const stop = new AbortController();
  let reports = 0;
  const onProgress = (): void => {
    if (++reports === 2) stop.abort(new Error("Ctrl-C"));
  };
  const cases: [readonly Tape[], Partial<ImportOptions>, object][] = [
    [TAPES, { onProgress, signal: stop.signal }, /Ctrl-C/],
    [TAPES, { signal: AbortSignal.abort(new Error("at once")) }, /at once/],
    [[...TAPES, { name: "gone", open: () => disk.read("gone") }], {}, { code: "not_found" }],
    [[...TAPES, TAPES[0]!], {}, {
      code: "already_imported",
      message: /tape 0: it is the same recording/,
    }],
  ];
  for (const [tapes, options, expected] of cases) {
    await assert.rejects(
      importTapes(ioOf(disk), STREAM, tapes, { ...OPTIONS, ...options }),
      expected,
    );
    assert.deepEqual(await contentsOf(ioOf(disk)), before);
  }
  const other = await disk.lock("toy/books/writer.lock");
  const locked = importTapes(ioOf(disk), STREAM, TAPES, OPTIONS);
  await assert.rejects(locked, { code: "stream_locked" });
  await other.release();
  await importAgain(disk, false, "after all");
});

test("A dry run writes nothing, says what an import would, and refuses what it would", async () => {
  const disk = await prepared();
  const before = await contentsOf(ioOf(disk));
  const dry = await importTapes(ioOf(disk), STREAM, TAPES, { ...OPTIONS, dryRun: true });
  assert.deepEqual(await contentsOf(ioOf(disk)), before);
  const done: number[] = [];
  const onProgress = (bytesDone: number, total: number): void => void done.push(bytesDone / total);
  const wet = await importTapes(ioOf(disk), STREAM, TAPES, { ...OPTIONS, onProgress });
  assert.deepEqual({ ...wet, sealed: [] }, dry);
  assert.deepEqual(wet.sealed, [
    "toy/books/2026-08-11/1200-01.jsonl.gz",
    "toy/books/2026-08-11/1201.jsonl.gz",
    "toy/books/2026-08-12/0000.jsonl.gz",
  ]);
  assert.equal(done.at(-1), 1);
  const again = importTapes(ioOf(disk), STREAM, [TAPES[1]!], { ...OPTIONS, dryRun: true });
  await assert.rejects(again, { code: "already_imported", message: /into toy\/books as tape 1$/ });
});

test("A damaged tape is imported as far as it can be read, and the rest is a gap for its markets", async () => {
  const noise = Array.from(
    { length: 3000 },
    (_, i) =>
      toyTapeLine(
        NOON + i,
        toyDelta(1, i + 1, i % 2 === 0 ? "A" : "B", { price: (i * 7919) % 10_000 }),
      ),
  );
  const packed = new Uint8Array(gzipSync(noise.join("")));
  for (const kept of [packed.length - 4, packed.length >> 1, 15]) {
    const io = ioOf();
    const damaged = tapeOf("cut", packed.slice(0, kept));
    const report = await importTapes(io, STREAM, [damaged], OPTIONS);
    assert.match(report.tapes[0]?.damaged ?? "", /^Cannot read gzip content beyond \d+ bytes/);
    const records = await archivedRecords(io, "toy");
    const seqs = records.slice(0, -1).map(({ seq }) => seq);
    assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
    assert.equal(records.length === 0, kept === 15);
    if (records.length > 0) {
      assert.equal(records.at(-1)?.text, "gap damage");
      const { files } = JSON.parse(
        await textOf(io.storage.read("toy/books/2026-08-11/manifest.json")),
      ) as { files: { gaps: { markets: string[] }[] }[] };
      assert.deepEqual(files.at(-1)?.gaps[0]?.markets, ["A", "B"]);
    }
    assert.deepEqual((await verifyArchive(io, { sequence: () => new ToySequence() })).problems, []);
  }
});

test("A line of more than 64 MiB is skipped and counted, in real files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    const block = new Uint8Array(1024 * 1024).fill(0x61);
    const tape: Tape = {
      name: "long",
      async *open(): ByteStream {
        yield bytes(toyTapeLine(NOON, toyDelta(1, 1)));
        for (let i = 0; i <= MAX_LINE_BYTES / block.length; i++) yield block;
        yield bytes(`\n${toyTapeLine(NOON, toyDelta(1, 2))}`);
      },
    };
    const io = fileArchive(folder);
    const report = await importTapes(io, STREAM, [tape], OPTIONS);
    assert.deepEqual([report.tapes[0]?.tooLong, report.records], [1, 2]);
    assert.equal((await verifyArchive(io, { sequence: () => new ToySequence() })).ok, true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

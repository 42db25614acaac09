import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchiveEvent } from "./archive_event.ts";
import { Archiver, type ArchiverOptions } from "./archiver.ts";
import { type EpochMicros, ManualClock, MICROS_PER_SECOND } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import { parseManifest } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { RawMessage } from "../raw_message.ts";
import type { ArchiveIo, ByteStream, JournalStorage, WriteOptions } from "../storage/storage.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import { failAfter } from "../testing/mod.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "./verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const DAY = "toy/books/2026-08-11";
const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const MINUTE = 60 * MICROS_PER_SECOND;
const OPTIONS: ArchiverOptions = { rotateSeconds: 60, sync: "batch", sequence: "checked" };

function frame(seq: number, tsRecv: EpochMicros = NOON + (seq - 1) * MINUTE): RawMessage {
  const data = new TextEncoder().encode(toyDelta(1, seq));
  return { feed: "toy", session: "s", seq, tsRecv, data };
}

async function pathsOf({ storage }: ArchiveIo): Promise<string[]> {
  return (await storage.list("")).map(({ path }) => path);
}

/** A gzip codec that compresses nothing before it is told to. */
class HeldGzip {
  release: () => void = () => {};
  readonly #released = new Promise<void>((resolve) => this.release = resolve);

  readonly decompress: ArchiveIo["gzip"]["decompress"] = nodeGzip.decompress;

  async *compress(source: ByteStream): ByteStream {
    await this.#released;
    yield* nodeGzip.compress(source);
  }
}

/** Storage that refuses to write what `isRefused` says. */
function refusing(storage: MemoryStorage, isRefused: (path: string) => boolean): JournalStorage {
  return Object.assign(Object.create(storage) as MemoryStorage, {
    list: (prefix: string) => storage.list(prefix),
    read: (path: string) => storage.read(path),
    remove: (path: string) => storage.remove(path),
    truncate: (path: string, size: number) => storage.truncate(path, size),
    openAppend: (path: string) => storage.openAppend(path),
    lock: (path: string) => storage.lock(path),
    write: (path: string, data: Uint8Array | ByteStream, options?: WriteOptions) =>
      isRefused(path)
        ? Promise.reject(new SsmdError("write_failed", `Cannot write ${path}: refused`))
        : storage.write(path, data, options),
  });
}

async function turnsUntil(isSo: () => boolean): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    assert.ok(turn < 10_000, "it never came to that");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function seqsOf(io: ArchiveIo): Promise<number[]> {
  return (await archivedRecords(io, "toy/books")).map(({ seq }) => seq);
}

test("Records go on, and are durable, while files before are being sealed", async () => {
  const gzip = new HeldGzip();
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip, sha256 };
  const events: ArchiveEvent[] = [];
  const durable: number[] = [];
  const archiver = await Archiver.open(io, STREAM, {
    ...OPTIONS,
    onEvent: (event) => void events.push(event),
    onDurable: ({ seq }) => void durable.push(seq),
  });
  for (let seq = 1; seq <= 4; seq++) {
    archiver.add(frame(seq));
    await archiver.flush();
    assert.equal(archiver.openFile, `${DAY}/120${seq - 1}.jsonl.open`);
    assert.equal(archiver.sealing, seq - 1);
  }
  assert.deepEqual([events, durable], [[], [1, 2, 3, 4]]);
  assert.deepEqual(await seqsOf(io), [1, 2, 3, 4]);
  gzip.release();
  await turnsUntil(() => archiver.sealing === 0);
  assert.deepEqual(events.map((event) => "path" in event && event.path), [
    `${DAY}/1200.jsonl.gz`,
    `${DAY}/1201.jsonl.gz`,
    `${DAY}/1202.jsonl.gz`,
  ]);
  await archiver.close();
  assert.deepEqual([archiver.openFile, archiver.openBytes, archiver.sealing], [undefined, 0, 0]);
  const manifest = parseManifest(await textOf(io.storage.read(`${DAY}/manifest.json`)), "");
  assert.deepEqual(
    manifest?.files.map(({ name }) => name),
    ["1200", "1201", "1202", "1203"].map((base) => `${base}.jsonl.gz`),
  );
  const { problems } = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(problems, []);
});

test("Close waits until every file is sealed", async () => {
  const gzip = new HeldGzip();
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip, sha256 };
  const archiver = await Archiver.open(io, STREAM, OPTIONS);
  for (let seq = 1; seq <= 3; seq++) archiver.add(frame(seq));
  let isClosed = false;
  const closing = archiver.close().then(() => isClosed = true);
  await turnsUntil(() => archiver.sealing === 3);
  assert.equal(isClosed, false);
  gzip.release();
  await closing;
  const sealed = ["1200", "1201", "1202"].map((base) => `${DAY}/${base}.jsonl.gz`);
  assert.deepEqual(await pathsOf(io), [
    ...sealed,
    `${DAY}/manifest.json`,
    "toy/books/journal.json",
  ]);
});

test("A seal that fails ends the archiver, and the next one seals all in order", async () => {
  for (const refused of ["1200.jsonl.gz", "manifest.json"]) {
    const disk = new MemoryStorage();
    const healthy: ArchiveIo = { storage: disk, gzip: nodeGzip, sha256 };
    const storage = refusing(disk, (path) => path.endsWith(refused));
    const archiver = await Archiver.open({ ...healthy, storage }, STREAM, OPTIONS);
    for (let seq = 1; seq <= 3; seq++) archiver.add(frame(seq));
    await archiver.flush();
    await turnsUntil(() => archiver.sealing === 0);
    const says = { code: "write_failed", message: /^Cannot write to toy\/books: .*: refused$/ };
    await assert.rejects(archiver.flush(), says);
    assert.throws(() => archiver.add(frame(4)), says);
    await archiver.close();

    const events: ArchiveEvent[] = [];
    const onEvent = (event: ArchiveEvent): void => void events.push(event);
    const next = await Archiver.open(healthy, STREAM, { onEvent });
    assert.deepEqual([...next.recovered], [["s", 3]]);
    assert.equal(next.lastReceivedAt, NOON + 2 * MINUTE);
    await next.close();
    assert.deepEqual(await seqsOf(healthy), [1, 2, 3]);
    assert.deepEqual((await pathsOf(healthy)).filter((path) => path.endsWith(".open")), []);
    assert.deepEqual((await verifyArchive(healthy)).problems, []);
  }
});

test("A close that nobody told of a failed seal throws what went wrong", async () => {
  const storage = refusing(new MemoryStorage(), (path) => path.endsWith(".gz"));
  const archiver = await Archiver.open({ storage, gzip: nodeGzip, sha256 }, STREAM, OPTIONS);
  archiver.add(frame(1));
  await assert.rejects(archiver.close(), { message: `Cannot write ${DAY}/1200.jsonl.gz: refused` });
  await archiver.abandon();
  const lock = await storage.lock("toy/books/writer.lock");
  await lock.release();
});

test("Abandoning during a seal leaves the open files, and nothing is written after it", async () => {
  const gzip = new HeldGzip();
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip, sha256 };
  const archiver = await Archiver.open(io, STREAM, OPTIONS);
  for (let seq = 1; seq <= 3; seq++) archiver.add(frame(seq));
  await archiver.flush();
  const abandoned = archiver.abandon();
  gzip.release();
  await abandoned;
  const open = ["1200", "1201", "1202"].map((base) => `${DAY}/${base}.jsonl.open`);
  assert.deepEqual(await pathsOf(io), [...open, "toy/books/journal.json"]);
  const next = await Archiver.open(io, STREAM);
  await next.close();
  assert.deepEqual(await seqsOf(io), [1, 2, 3]);
});

test("While the disk is full nothing can be opened, no line is lost, and later all is sealed", async () => {
  let refusals = 0;
  for (let room = 0, isOpen = false; !isOpen; room += 150) {
    const disk = new MemoryStorage();
    const healthy: ArchiveIo = { storage: disk, gzip: nodeGzip, sha256 };
    const crashed = await Archiver.open({ ...healthy, gzip: new HeldGzip() }, STREAM, OPTIONS);
    for (let seq = 1; seq <= 3; seq++) crashed.add(frame(seq));
    await crashed.flush();
    // Whoever opens next finds three open files and the lock of a dead process.
    const storage: JournalStorage = Object.assign(Object.create(disk) as MemoryStorage, {
      ...refusing(disk, () => false),
      lock: () => new MemoryStorage().lock("it"),
    });
    const full = failAfter(storage, room);
    const opening = Archiver.open({ ...healthy, storage: full }, STREAM, OPTIONS);
    const failure = await opening.then(() => undefined, (error: unknown) => error);
    isOpen = failure === undefined;
    if (!isOpen) {
      refusals++;
      assert.ok(failure instanceof SsmdError && failure.code === "write_failed", String(failure));
    }
    // A file that is sealed and not yet in the manifest stands beside its open one.
    const found = new Set(await seqsOf(healthy));
    assert.deepEqual([...found], [1, 2, 3], `with room for ${room}`);
    await (await Archiver.open({ ...healthy, storage }, STREAM, OPTIONS)).close();
    assert.deepEqual(await seqsOf(healthy), [1, 2, 3]);
    assert.deepEqual((await verifyArchive(healthy)).problems, []);
  }
  assert.ok(refusals > 3);
});

test("An open that failed gives the lock back", async () => {
  const disk = new MemoryStorage();
  const healthy: ArchiveIo = { storage: disk, gzip: nodeGzip, sha256 };
  const first = await Archiver.open(healthy, STREAM, OPTIONS);
  first.add(frame(1));
  await first.flush();
  await first.abandon();
  const storage = failAfter(disk, 10);
  for (let i = 0; i < 2; i++) {
    const opening = Archiver.open({ ...healthy, storage }, STREAM, OPTIONS);
    await assert.rejects(opening, { code: "write_failed" });
  }
  await (await Archiver.open(healthy, STREAM, OPTIONS)).close();
  assert.deepEqual(await seqsOf(healthy), [1]);
});

test("What is durable is told per session after each sync, and only when it has advanced", async () => {
  const clock = new ManualClock(NOON);
  const told: string[] = [];
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
  const archiver = await Archiver.open(io, STREAM, {
    clock,
    sync: { every: 1000 },
    onDurable: ({ session, seq }) => void told.push(`${session} ${seq}`),
  });
  const take = (): string[] => told.splice(0).sort();
  const add = (session: string, seq: number): boolean =>
    archiver.add({ ...frame(seq, NOON), session });
  add("a", 1);
  add("b", 1);
  add("a", 2);
  assert.equal(archiver.lastSyncAt, undefined);
  await archiver.flush();
  assert.deepEqual(take(), []);
  clock.set(NOON + MICROS_PER_SECOND);
  await archiver.tick();
  assert.deepEqual(take(), ["a 2", "b 1"]);
  assert.equal(archiver.lastSyncAt, NOON + MICROS_PER_SECOND);
  add("b", 2);
  archiver.add({
    ...{ feed: "toy", session: "a", reason: "disconnect", from: NOON, to: NOON },
    tsRecv: NOON,
  });
  await archiver.flush();
  clock.set(NOON + 3 * MICROS_PER_SECOND);
  await archiver.tick();
  assert.deepEqual(take(), ["b 2"]);
  add("a", 3);
  await archiver.close();
  assert.deepEqual(take(), ["a 3"]);
});

test("A sync that fails claims nothing, though its lines may be there", async () => {
  const disk = new MemoryStorage();
  let isBroken = false;
  const storage = Object.assign(Object.create(disk) as MemoryStorage, {
    ...refusing(disk, () => false),
    openAppend: async (path: string) => {
      const file = await disk.openAppend(path);
      const sync = (): Promise<void> =>
        isBroken ? Promise.reject(new SsmdError("write_failed", "Cannot sync it")) : file.sync();
      return Object.assign(Object.create(file) as typeof file, {
        append: (data: Uint8Array) => file.append(data),
        close: () => file.close(),
        sync,
      });
    },
  });
  const durable: number[] = [];
  const io: ArchiveIo = { storage, gzip: nodeGzip, sha256 };
  const onDurable = ({ seq }: { readonly seq: number }): void => void durable.push(seq);
  const archiver = await Archiver.open(io, STREAM, { ...OPTIONS, onDurable });
  archiver.add(frame(1));
  await archiver.flush();
  isBroken = true;
  archiver.add(frame(2, NOON));
  await assert.rejects(archiver.flush(), { message: "Cannot sync it" });
  isBroken = false;
  await archiver.close();
  assert.deepEqual(durable, [1]);
  const next = await Archiver.open(io, STREAM, { onDurable });
  assert.deepEqual([...next.recovered], [["s", 2]]);
  await next.close();
});

test("A session goes on in the next archiver where it was, also for its gap lines", async () => {
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
  const first = await Archiver.open(io, STREAM, OPTIONS);
  assert.deepEqual([first.lastReceivedAt, first.recovered.size], [undefined, 0]);
  first.add(frame(1));
  first.add(frame(2));
  await first.close();
  const second = await Archiver.open(io, STREAM, OPTIONS);
  assert.deepEqual([second.lastReceivedAt, second.recovered.size], [NOON + MINUTE, 0]);
  const at = NOON + 2 * MINUTE;
  const lost = { from: NOON + MINUTE, to: at, missing: 3, tsRecv: at };
  second.add({ feed: "toy", session: "s", reason: "overflow", ...lost });
  second.add(frame(6));
  await second.close();
  assert.deepEqual(await seqsOf(io), [1, 2, 2, 6]);
  const { problems } = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(problems, []);
});

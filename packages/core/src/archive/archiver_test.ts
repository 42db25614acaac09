import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchiveEvent } from "./archive_event.ts";
import { Archiver, type ArchiverOptions } from "./archiver.ts";
import { type EpochMicros, ManualClock, MICROS_PER_SECOND } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { RawMessage } from "../raw_message.ts";
import type { AppendFile, ArchiveIo, JournalStorage } from "../storage/storage.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import { failAfter } from "../testing/mod.ts";
import { toyDelta } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "./verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function inMemory(storage: JournalStorage = new MemoryStorage()): ArchiveIo {
  return { storage, gzip: nodeGzip, sha256 };
}

function frame(seq: number, tsRecv: EpochMicros, session = "s1"): RawMessage {
  return { feed: "toy", session, seq, tsRecv, data: bytes(toyDelta(1, seq)) };
}

async function pathsOf(io: ArchiveIo): Promise<string[]> {
  return (await io.storage.list("")).map(({ path }) => path);
}

test("Files begin at whole multiples of any number of seconds that divides a day", async () => {
  for (const rotateSeconds of [1, 27, 86_400]) {
    const io = inMemory();
    const archiver = await Archiver.open(io, STREAM, { rotateSeconds, sync: "none" });
    const step = rotateSeconds * MICROS_PER_SECOND;
    const boundary = Math.ceil(NOON / step) * step;
    const times = [boundary - 1, boundary, boundary + step - 1, boundary + step];
    for (const [i, time] of times.entries()) archiver.add(frame(i + 1, time));
    await archiver.close();
    const records = await archivedRecords(io, "toy/books");
    const files = records.map(({ path }) => path);
    assert.equal(new Set(files).size, 3, `every ${rotateSeconds} seconds`);
    assert.equal(files[1], files[2]);
  }
});

test("Options that cannot be followed are refused before anything is locked", async () => {
  const io = inMemory();
  const bad: ArchiverOptions[] = [
    ...[0, -60, 7, 0.5, 172_800, NaN].map((rotateSeconds) => ({ rotateSeconds })),
    ...[0, -1, NaN].map((rotateBytes) => ({ rotateBytes })),
    ...[-1, NaN].map((every) => ({ sync: { every } })),
  ];
  for (const options of bad) await assert.rejects(Archiver.open(io, STREAM, options), RangeError);
  await (await Archiver.open(io, STREAM)).close();
});

test("What is flushed is plain text in the open file, in whole lines", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, STREAM, { sync: "none" });
  archiver.add(frame(1, NOON));
  assert.deepEqual(await pathsOf(io), []);
  await archiver.flush();
  const open = "toy/books/2026-08-11/1200.jsonl.open";
  assert.deepEqual(await pathsOf(io), [open]);
  const line = toyDelta(1, 1).slice(0, -1) + `,"_received_at":${NOON},"_session":"s1","_seq":1}\n`;
  assert.equal(await textOf(io.storage.read(open)), line);
  await archiver.close();
});

test("A tick ends the open file when its interval is over, also when nothing arrives", async () => {
  const clock = new ManualClock(NOON);
  const events: ArchiveEvent[] = [];
  const io = inMemory();
  const onEvent = (event: ArchiveEvent): void => void events.push(event);
  const archiver = await Archiver.open(io, STREAM, { clock, onEvent, sync: "none" });
  archiver.add(frame(1, NOON));
  clock.set(NOON + 900 * MICROS_PER_SECOND - 1);
  await archiver.tick();
  assert.deepEqual(events, []);
  clock.set(NOON + 900 * MICROS_PER_SECOND);
  await archiver.tick();
  assert.deepEqual([archiver.openFile, archiver.sealing], [undefined, 1]);
  while (archiver.sealing > 0) await new Promise((resolve) => setImmediate(resolve));
  const path = "toy/books/2026-08-11/1200.jsonl.gz";
  assert.deepEqual(events, [{ type: "sealed", path, records: 1, gaps: 0 }]);
  await archiver.close();
});

test("A receive time that goes back gets the time of the record before, and is counted", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, STREAM, { sync: "none" });
  for (const [i, time] of [NOON, NOON - 5, NOON + 5, NOON + 4].entries()) {
    archiver.add(frame(i + 1, time));
  }
  assert.equal(archiver.clampedTimes, 2);
  await archiver.close();
  const times = (await archivedRecords(io, "toy/books")).map(({ tsRecv }) => tsRecv - NOON);
  assert.deepEqual(times, [0, 0, 5, 5]);
});

test("A record that could not be read back is refused and leaves no trace", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, STREAM, { sync: "none" });
  archiver.add(frame(1, NOON));
  assert.throws(() => archiver.add(frame(2, NaN)), RangeError);
  assert.throws(() => archiver.add(frame(2, NOON + 0.5)), RangeError);
  assert.throws(() => archiver.add(frame(1.5, NOON + 1)), RangeError);
  assert.throws(() => archiver.add(frame(2, NOON, `a","_seq":7`)), { code: "invalid_name" });
  archiver.add(frame(2, NOON));
  await archiver.close();
  assert.deepEqual((await archivedRecords(io, "toy/books")).map(({ seq }) => seq), [1, 2]);
});

test("A second writer of a stream is refused while the first one is open", async () => {
  const io = inMemory();
  const first = await Archiver.open(io, STREAM);
  await assert.rejects(Archiver.open(io, STREAM), { code: "stream_locked" });
  const closing = first.close();
  assert.equal(first.close(), closing);
  await closing;
  assert.throws(() => first.add(frame(1, NOON)), /closed/);
  await assert.rejects(first.flush(), /closed/);
  await (await Archiver.open(io, STREAM)).close();
});

test("An abandoned archiver leaves the open file to the next one", async () => {
  const io = inMemory();
  const first = await Archiver.open(io, STREAM, { sync: "none" });
  first.add(frame(1, NOON));
  await first.flush();
  first.add(frame(2, NOON));
  await first.abandon();
  await first.abandon();
  assert.deepEqual(await pathsOf(io), ["toy/books/2026-08-11/1200.jsonl.open"]);
  await (await Archiver.open(io, STREAM)).close();
  assert.deepEqual((await archivedRecords(io, "toy/books")).map(({ seq }) => seq), [1]);
});

test("A full disk ends the archiver with write_failed and leaves older files as they were", async () => {
  // As many records as fit are flushed one by one; each disk is a little larger than the last.
  for (let room = 0; room < 3000; room += 97) {
    const disk = new MemoryStorage();
    const healthy = inMemory(disk);
    const before = await Archiver.open(healthy, STREAM, { sync: "none" });
    before.add(frame(1, NOON, "old"));
    await before.close();
    const old = await snapshot(healthy);

    const archiver = await Archiver.open(inMemory(failAfter(disk, room)), STREAM, {
      rotateBytes: 400,
    });
    let durable = 0;
    const failure = await (async () => {
      for (let seq = 1;; seq++) {
        archiver.add(frame(seq, NOON + seq));
        await archiver.flush();
        durable = seq;
      }
    })().catch((error: unknown) => error);
    assert.ok(failure instanceof SsmdError && failure.code === "write_failed");
    assert.throws(() => archiver.add(frame(99, NOON)), { code: "write_failed" });
    await assert.rejects(archiver.tick(), { code: "write_failed" });
    await archiver.close();

    await (await Archiver.open(healthy, STREAM)).close();
    const now = await snapshot(healthy);
    for (const [path, content] of old) {
      if (!path.endsWith("manifest.json")) assert.equal(now.get(path), content, path);
    }
    const records = (await archivedRecords(healthy, "toy/books")).filter((r) => r.session === "s1");
    assert.deepEqual(records.map(({ seq }) => seq), records.map((_, i) => i + 1));
    assert.ok(records.length >= durable && records.length <= durable + 1);
    assert.deepEqual((await verifyArchive(healthy)).problems, []);
  }
});

test("Sealing syncs and closes the open file, writes the sealed one, its entry, and removes the open one", async () => {
  const memory = new MemoryStorage();
  const done: string[] = [];
  const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const traced: JournalStorage = Object.assign(Object.create(memory) as MemoryStorage, {
    list: (prefix: string) => memory.list(prefix),
    read: (path: string) => memory.read(path),
    lock: (path: string) => memory.lock(path),
    write: async (...args: Parameters<MemoryStorage["write"]>) => {
      await memory.write(...args);
      done.push(`write ${nameOf(args[0])}`);
    },
    remove: async (path: string) => {
      await memory.remove(path);
      done.push(`remove ${nameOf(path)}`);
    },
    openAppend: async (path: string): Promise<AppendFile> => {
      const file = await memory.openAppend(path);
      const trace = (what: string): void => void done.push(what);
      return {
        append: (data) => file.append(data).then(() => trace("append")),
        sync: () => file.sync().then(() => trace("sync")),
        close: () => file.close().then(() => trace("close")),
      };
    },
  });
  const archiver = await Archiver.open(inMemory(traced), STREAM, { sync: "none" });
  archiver.add(frame(1, NOON));
  await archiver.close();
  assert.deepEqual(done, [
    "append",
    "sync",
    "close",
    "write 1200.jsonl.gz",
    "write manifest.json",
    "remove 1200.jsonl.open",
  ]);
});

test("A name that the manifest lists is not given again, though somebody took its file away", async () => {
  const io = inMemory();
  for (const session of ["a", "b"]) {
    const archiver = await Archiver.open(io, STREAM);
    archiver.add(frame(1, NOON, session));
    await archiver.close();
    if (session === "a") await io.storage.remove("toy/books/2026-08-11/1200.jsonl.gz");
  }
  assert.ok((await pathsOf(io)).includes("toy/books/2026-08-11/1200-01.jsonl.gz"));
  const { problems } = await verifyArchive(io);
  assert.deepEqual(problems.map(({ path }) => path), ["toy/books/2026-08-11/1200.jsonl.gz"]);
});

test("A manifest of another program stays as it is: the day is refused before anything is written", async () => {
  const io = inMemory();
  const path = "toy/books/2026-08-11/manifest.json";
  await io.storage.write(path, bytes('{"format":"jsonl","files":[]}'));
  const archiver = await Archiver.open(io, STREAM);
  archiver.add(frame(1, NOON));
  await assert.rejects(archiver.flush(), { code: "already_exists" });
  await archiver.close();
  assert.equal(await textOf(io.storage.read(path)), '{"format":"jsonl","files":[]}');
  assert.deepEqual(await pathsOf(io), [path]);
});

/** Every file's bytes, as text that compares. */
async function snapshot(io: ArchiveIo): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const path of await pathsOf(io)) {
    const hash = sha256();
    for await (const chunk of io.storage.read(path)) hash.update(chunk);
    files.set(path, hash.digest());
  }
  return files;
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { archivedRecords } from "../testing/archived_records_test_support.ts";
import { ArchiveSink, type ArchiveSinkOptions } from "./archive_sink.ts";
import { Archiver } from "../archive/archiver.ts";
import type { ArchiveEvent } from "../archive/archive_event.ts";
import { ManualClock, MICROS_PER_SECOND } from "../clock.ts";
import { fflateGzip } from "../storage/fflate_gzip.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { RecordWriter } from "./record_writer.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";
import { sha256 } from "../fs/sha256.ts";
import type { Durable, SinkState } from "./sink.ts";
import { SsmdError } from "../errors.ts";
import type { ArchiveIo, JournalStorage } from "../storage/storage.ts";
import { ToyDecoder, toyDelta } from "../testing/toy_exchange_test_support.ts";
import { turn, until } from "./toy_connector_test_support.ts";
import { verifyArchive } from "../archive/verify.ts";

const STREAM = { feed: "toy", stream: "all" };
const NOON = Date.UTC(2026, 0, 5, 12) * 1000;
const encoder = new TextEncoder();

function memoryIo(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: fflateGzip, sha256 };
}

/** Writes into the ring of a sink that runs, and hears what it says. */
class Bench {
  readonly clock = new ManualClock(NOON);
  readonly ring: RingBuffer;
  readonly writer: RecordWriter;
  readonly states: SinkState[] = [];
  readonly durable: Durable[] = [];
  readonly events: ArchiveEvent[] = [];
  readonly done: Promise<void>;
  readonly ready: Promise<void>;
  seq = 0;

  constructor(io: ArchiveIo, options: ArchiveSinkOptions = {}, ringBytes = 65_536) {
    this.ring = RingBuffer.create(ringBytes);
    this.writer = new RecordWriter(this.ring, "toy");
    let onReady = (): void => {};
    this.ready = new Promise((resolve) => onReady = resolve);
    const sink = new ArchiveSink(io, STREAM, { clock: this.clock, ...options });
    this.done = sink.run(this.ring.buffer, {
      onReady,
      onDurable: (durable) => void this.durable.push(durable),
      onArchiveEvent: (event) => void this.events.push(event),
      onState: (state) => void this.states.push(state),
    });
    // Looked at by the test when it closes.
    this.done.catch(() => undefined);
  }

  get state(): SinkState {
    return this.states.at(-1)!;
  }

  frame(at: number, text = "{}", session = "s1"): "written" | "full" | "too_large" {
    const data = encoder.encode(text);
    const record = { feed: "toy", session, seq: this.seq + 1, tsRecv: NOON + at, data };
    const result = this.writer.write(record);
    if (result === "written") this.seq++;
    return result;
  }

  close(): Promise<void> {
    this.ring.close();
    return this.done;
  }
}

async function textsOf(io: ArchiveIo): Promise<string[]> {
  return (await archivedRecords(io, "toy/all")).map(({ session, seq, text }) =>
    text.startsWith("gap") ? `${session} ${text}` : `${session} ${seq}`
  );
}

async function assertSound(io: ArchiveIo): Promise<void> {
  const { problems } = await verifyArchive(io);
  assert.deepEqual(problems, []);
}

test("Records are sealed in order when the ring is closed", async () => {
  const io = memoryIo();
  const bench = new Bench(io);
  await bench.ready;
  bench.frame(1);
  const at = NOON + 2;
  bench.writer.write({
    feed: "toy",
    session: "s1",
    reason: "disconnect",
    from: at,
    to: at,
    tsRecv: at,
  });
  bench.frame(3);
  await bench.close();
  assert.deepEqual(await textsOf(io), ["s1 1", "s1 gap disconnect", "s1 2"]);
  assert.deepEqual(bench.durable.at(-1), { session: "s1", seq: 2 });
  const { writing, records, lost, gaps, openFile } = bench.state;
  assert.deepEqual([writing, records, lost, gaps, openFile], [
    true,
    3,
    0,
    { disconnect: 1 },
    undefined,
  ]);
  await assertSound(io);
});

test("A stream that goes on begins with a restart gap, also after a clean stop", async () => {
  const io = memoryIo();
  for (const session of ["a", "b"]) {
    const bench = new Bench(io);
    await bench.ready;
    const at = session === "a" ? 0 : 5000;
    bench.writer.write({
      feed: "toy",
      session,
      tsSent: NOON + at + 1,
      data: encoder.encode(`{"cmd":1}`),
    });
    bench.frame(at + 7, "{}", session);
    await bench.close();
  }
  const records = await archivedRecords(io, "toy/all");
  const first = records.findIndex(({ session }) => session === "b");
  assert.equal(records[first]!.text, "gap restart");
  const lines: unknown[] = [];
  for (const { path } of await io.storage.list("toy/all")) {
    if (!path.endsWith("manifest.json")) continue;
    const chunks: string[] = [];
    for await (const chunk of io.storage.read(path)) chunks.push(new TextDecoder().decode(chunk));
    lines.push(
      ...JSON.parse(chunks.join("")).files.flatMap((file: { gaps: unknown[] }) => file.gaps),
    );
  }
  assert.equal(lines.length, 1);
  const { reason, from, to, missing, markets } = lines[0] as Record<string, unknown>;
  assert.deepEqual([reason, from, to, missing, markets], [
    "restart",
    NOON + 7,
    NOON + 5007,
    undefined,
    undefined,
  ]);
  await assertSound(io);
});

test("A locked stream is refused before the sink is ready", async () => {
  const io = memoryIo();
  const other = await Archiver.open(io, STREAM);
  const bench = new Bench(io);
  await assert.rejects(bench.done, { code: "stream_locked" });
  assert.equal(bench.state.writing, false);
  await other.close();
});

test("Below the disk floor nothing is taken until there is room again", async () => {
  const io = memoryIo();
  let free = 5000;
  const bench = new Bench(io, {
    minFreeBytes: 1000,
    freeBytes: () => Promise.resolve(free),
  }, 4096);
  await bench.ready;
  bench.frame(1);
  await until(() => bench.ring.counters.read === bench.ring.counters.written);
  free = 900;
  bench.clock.set(NOON + MICROS_PER_SECOND);
  await until(() => !bench.state.writing);
  assert.match(bench.state.problem ?? "", /the disk has less left than/);
  assert.equal(bench.state.freeBytes, 900);
  while (bench.frame(2) === "written");
  const kept = bench.seq;
  for (let i = 0; i < 20; i++) await turn();
  assert.equal(bench.frame(2), "full");
  free = 1000;
  bench.clock.set(NOON + 2 * MICROS_PER_SECOND);
  await until(() => bench.state.writing);
  await until(() => bench.frame(3) === "written");
  await bench.close();
  assert.equal(bench.seq, kept + 1);
  assert.equal((await textsOf(io)).length, kept + 1);
  await assertSound(io);
});

test("Closing below the disk floor still writes what is in the ring", async () => {
  const io = memoryIo();
  const bench = new Bench(io, { minFreeBytes: 1000, freeBytes: () => Promise.resolve(0) });
  await bench.ready;
  assert.equal(bench.state.writing, false);
  bench.frame(1);
  await bench.close();
  assert.deepEqual(await textsOf(io), ["s1 1"]);
});

/** Memory whose files refuse to grow while the test says so. */
class MoodyStorage extends MemoryStorage implements JournalStorage {
  /** Bytes of the next append that are still taken before it fails; fails none when absent. */
  fails: number | undefined;

  override async openAppend(path: string) {
    const file = await super.openAppend(path);
    return {
      append: async (data: Uint8Array) => {
        if (this.fails === undefined) return await file.append(data);
        await file.append(data.subarray(0, this.fails));
        throw refusal();
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  }

  override async write(...[path, data, options]: Parameters<MemoryStorage["write"]>) {
    if (this.fails !== undefined) throw refusal();
    await super.write(path, data, options);
  }
}

function refusal(): SsmdError {
  return new SsmdError("write_failed", "Cannot append to it: the disk is full (ENOSPC)");
}

test("After a refused write the stream goes on with a gap that has the exact number", async () => {
  const storage = new MoodyStorage();
  const io: ArchiveIo = { storage, gzip: fflateGzip, sha256 };
  const bench = new Bench(io);
  await bench.ready;
  bench.frame(1);
  bench.frame(2);
  await until(() => bench.state.records === 2 || bench.ring.counters.read === 3);
  await turn();
  // Room for one line and a half.
  storage.fails = 100;
  for (let at = 3; at < 8; at++) bench.frame(at);
  await until(() => bench.states.some(({ problem }) => problem !== undefined));
  assert.match(bench.state.problem ?? "", /ENOSPC/);
  assert.equal(bench.state.writing, false);
  storage.fails = undefined;
  await until(() => bench.state.writing);
  bench.frame(9);
  await bench.close();
  const texts = await textsOf(io);
  const gap = texts.indexOf("s1 gap overflow");
  assert.ok(gap > 0, texts.join());
  assert.equal(texts.at(-1), "s1 8");
  const stored = texts.filter((text) => !text.includes("gap")).length;
  assert.equal(bench.state.lost, 8 - stored);
  assert.ok(bench.state.lost > 0);
  assert.ok(bench.events.some(({ type }) => type === "torn_line_cut"));
  // Its numbers have no hole but what the gap accounts for.
  await assertSound(io);
});

test("A disk that refuses to the very end is the sink's error, and nothing stored is harmed", async () => {
  const storage = new MoodyStorage();
  const io: ArchiveIo = { storage, gzip: fflateGzip, sha256 };
  const bench = new Bench(io);
  await bench.ready;
  bench.frame(1);
  await until(() => bench.ring.counters.read === 2);
  await turn();
  await turn();
  storage.fails = 0;
  bench.frame(2);
  await assert.rejects(bench.close(), (error: SsmdError) => {
    assert.match(error.message, /^Cannot finish the stream toy\/all: .*ENOSPC/);
    return error.code === "write_failed";
  });
  assert.equal(bench.state.writing, false);
  storage.fails = undefined;
  await (await Archiver.open(io, STREAM)).close();
  assert.deepEqual(await textsOf(io), ["s1 1"]);
  await assertSound(io);
});

test("A record that no archive can hold ends the sink with the reason", async () => {
  const io = memoryIo();
  const bench = new Bench(io);
  await bench.ready;
  bench.writer.write({
    feed: "toy",
    session: "a/b",
    seq: 1,
    tsRecv: NOON,
    data: new Uint8Array(2),
  });
  await assert.rejects(bench.done, { code: "invalid_name" });
});

test("A decoder tells what the frames look like", async () => {
  const io = memoryIo();
  let made = 0;
  const bench = new Bench(io, { decoder: () => (made++, new ToyDecoder()) });
  await bench.ready;
  bench.frame(1, toyDelta(1, 1));
  bench.frame(2, "no json");
  await bench.close();
  assert.equal(bench.state.frames?.malformed, 1);
  assert.equal(made, 1);
});

test("Files rotate by the clock while nothing comes in", async () => {
  const io = memoryIo();
  const bench = new Bench(io, { rotateSeconds: 900 });
  await bench.ready;
  bench.frame(1);
  await until(() => bench.ring.counters.read === 2);
  bench.clock.set(NOON + 901 * MICROS_PER_SECOND);
  await until(() => bench.events.some(({ type }) => type === "sealed"));
  await bench.close();
  assert.deepEqual(await textsOf(io), ["s1 1"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ArchiveLines } from "./archive_lines.ts";
import type { ArchiveLinesOptions } from "./archive_lines_options.ts";
import { Archiver } from "../archive/archiver.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import type { Gap } from "../gap.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { ArchiveIo, ByteStream } from "../storage/storage.ts";
import { toyDelta } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";

const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const DAY = "2026-08-11";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const packed = (text: string): Uint8Array => new Uint8Array(gzipSync(text));

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

/** A frame that names itself, as a line of the original's with its receive time. */
function named(name: string, time: number): string {
  return `{"type":"named","msg":{"name":"${name}"},"_received_at":${NOON + time},"_nats_seq":1}\n`;
}

/** Everything that a reading gives, `name time` for each line, and the gaps of damage with the line before which they came. */
async function readAll(
  io: ArchiveIo,
  options: ArchiveLinesOptions = {},
): Promise<{ lines: string[]; damage: { after: number; gap: Gap }[]; read: ArchiveLines }> {
  const read = await ArchiveLines.open(io, options);
  const lines: string[] = [];
  const damage: { after: number; gap: Gap }[] = [];
  try {
    for (let more = true; more;) {
      more = await read.fill();
      for (const gap of read.takeDamage()) damage.push({ after: lines.length, gap });
      while (read.next()) {
        const { reader, time, run: { stream } } = read;
        const text = new TextDecoder().decode(reader.data.subarray(reader.start, reader.end));
        const name = /"name":"([^"]*)"/.exec(text)?.[1] ?? text;
        lines.push(`${stream.folder}:${name} ${time - NOON}`);
      }
    }
  } finally {
    await read.close();
  }
  return { lines, damage, read };
}

test("Streams are merged by receive time; the order of streams and files, then the line, break ties", async () => {
  const io = inMemory();
  await io.storage.write(
    `b/${DAY}/1200.jsonl.gz`,
    packed(named("b1", 1) + named("b2", 2) + named("b3", 2)),
  );
  await io.storage.write(
    `a/${DAY}/1200.jsonl.gz`,
    packed(named("a1", 2) + named("a2", 2) + named("a3", 3)),
  );
  await io.storage.write(`a/${DAY}/1200-01.jsonl.gz`, packed(named("a4", 2) + named("a5", 3)));
  const { lines } = await readAll(io);
  assert.deepEqual(lines, [
    "b:b1 1",
    "a:a1 2",
    "a:a2 2",
    "a:a4 2",
    "b:b2 2",
    "b:b3 2",
    "a:a3 3",
    "a:a5 3",
  ]);
});

test("Any streams and files come out like a stable sort of their lines by time", async () => {
  const files = fc.array(fc.array(fc.nat(30), { minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(files, { minLength: 1, maxLength: 3 }), async (streams) => {
      const io = inMemory();
      const all: { text: string; time: number }[] = [];
      for (const [s, contents] of streams.entries()) {
        for (const [f, times] of contents.entries()) {
          const sorted = [...times].sort((a, b) => a - b);
          const lines = sorted.map((time, i) => ({
            text: `s${s}:${f}.${i} ${time}`,
            time,
            name: `${f}.${i}`,
          }));
          all.push(...lines);
          const content = lines.map(({ name, time }) => named(name, time)).join("");
          await io.storage.write(`s${s}/${DAY}/120${f}.jsonl.gz`, packed(content));
        }
      }
      const expected = all.sort((a, b) => a.time - b.time).map(({ text }) => text);
      assert.deepEqual((await readAll(io)).lines, expected);
      const [from, to] = [NOON + 7, NOON + 20];
      const within = all.filter(({ time }) => time >= 7 && time <= 20).map(({ text }) => text);
      assert.deepEqual((await readAll(io, { from, to })).lines, within);
    }),
    { numRuns: 60 },
  );
});

test("Only the wanted streams are read", async () => {
  const io = inMemory();
  for (const feed of ["a", "b"]) {
    await io.storage.write(`${feed}/${DAY}/1200.jsonl.gz`, packed(named(feed, 1)));
  }
  const { lines, read } = await readAll(io, { streams: ({ feed }) => feed === "b" });
  assert.deepEqual(lines, ["b:b 1"]);
  assert.equal(read.coverage.files, 1);
});

test("Bare lines take the exchange's time or that of the line before, and keep their order", async () => {
  const io = inMemory();
  const ms = NOON / 1000;
  const content = [`"ts_ms":${ms + 2},`, "", `"ts_ms":${ms + 1},`, `"ts":${ms / 1000 + 1},`]
    .map((time, i) => `{${time}"name":"${i}"}\n`);
  await io.storage.write(`${DAY}/1200.jsonl.gz`, packed(content.join("")));
  const { lines, read } = await readAll(io);
  assert.deepEqual(lines, [":0 2000", ":1 2000", ":2 2000", ":3 1000000"]);
  assert.equal(read.coverage.clock, "exchange");
  assert.equal(read.coverage.sequence, "unchecked");
});

test("An open file is read up to its last whole line, a sealed one to its end", async () => {
  const io = inMemory();
  await io.storage.write(
    `f/s/${DAY}/1200.jsonl.gz`,
    packed(named("a", 1) + named("b", 2).slice(0, -1)),
  );
  await io.storage.write(
    `f/s/${DAY}/1201.jsonl.open`,
    bytes(named("c", 3) + named("d", 4).slice(0, -1)),
  );
  assert.deepEqual((await readAll(io)).lines, ["f/s:a 1", "f/s:b 2", "f/s:c 3"]);
});

test("What is lost with a damaged file is told once, from its last line to its claimed end", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, { feed: "f", stream: "s" }, { rotateSeconds: 1 });
  for (let seq = 1; seq <= 3000; seq++) {
    const data = bytes(toyDelta(1, seq, "A", { price: (seq * 7919) % 10_000 }));
    archiver.add({ feed: "f", session: "x", seq, tsRecv: NOON + seq * 500, data });
  }
  await archiver.close();
  const path = `f/s/${DAY}/1200.jsonl.gz`;
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.storage.read(path)) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  await io.storage.write(path, new Uint8Array(whole.subarray(0, whole.length >> 1)), {
    replace: true,
  });

  const { lines, damage, read } = await readAll(io);
  assert.deepEqual(damage.length, 1);
  const { after, gap } = damage[0]!;
  const last = Number(lines[after - 1]?.split(" ").at(-1));
  assert.deepEqual(gap, {
    feed: "f",
    session: "",
    reason: "damage",
    from: NOON + last,
    to: NOON + 999_500,
    tsRecv: NOON + last,
  });
  assert.ok(last > 100_000 && last < 900_000);
  assert.equal(lines.length - after, 1001);
  assert.deepEqual(read.coverage.damaged.map((damaged) => damaged.path), [path]);
});

test("A damaged file of which nothing can be read is lost from its claimed beginning, else its day", async () => {
  const io = inMemory();
  const archiver = await Archiver.open(io, { feed: "f", stream: "s" });
  archiver.add({ feed: "f", session: "x", seq: 1, tsRecv: NOON + 5, data: bytes("{}") });
  archiver.add({ feed: "f", session: "x", seq: 2, tsRecv: NOON + 9, data: bytes("{}") });
  await archiver.close();
  await io.storage.write(`f/s/${DAY}/1200.jsonl.gz`, bytes("no gzip"), { replace: true });
  await io.storage.write(`g/s/${DAY}/1200.jsonl.gz`, bytes("no gzip"));
  const { damage } = await readAll(io);
  const midnight = NOON - 12 * 3_600_000_000;
  assert.deepEqual(damage.map(({ gap }) => [gap.feed, gap.tsRecv, gap.from, gap.to]), [
    ["f", NOON + 5, NOON + 5, NOON + 9],
    ["g", midnight, midnight, midnight],
  ]);
});

test("Coverage takes the weakest word about sequence, and none from an empty archive", async () => {
  const io = inMemory();
  assert.equal((await readAll(io)).read.coverage.sequence, "unchecked");
  for (const [stream, sequence] of [["a", "checked"], ["b", "partial"]] as const) {
    const archiver = await Archiver.open(io, { feed: "f", stream }, { sequence });
    archiver.add({ feed: "f", session: "x", seq: 1, tsRecv: NOON, data: bytes(toyDelta(1, 1)) });
    await archiver.close();
    assert.equal((await readAll(io)).read.coverage.sequence, sequence);
  }
});

test("Of an open file its writer says whether sequence is judged", async () => {
  for (const sequence of ["checked", "partial", "unchecked"] as const) {
    const io = inMemory();
    const archiver = await Archiver.open(io, { feed: "f", stream: "s" }, { sequence });
    archiver.add({ feed: "f", session: "x", seq: 1, tsRecv: NOON, data: bytes(toyDelta(1, 1)) });
    await archiver.flush();
    assert.equal((await readAll(io)).read.coverage.sequence, sequence);
    await archiver.close();
  }
  const io = inMemory();
  await io.storage.write(`f/${DAY}/1200.jsonl.open`, bytes(named("x", 1)));
  assert.equal((await readAll(io)).read.coverage.sequence, "unchecked");
});

test("Leaving early closes every file, and closing twice is safe", async () => {
  const memory = new MemoryStorage();
  let streams = 0;
  const counted = Object.assign(Object.create(memory) as MemoryStorage, {
    list: (prefix: string) => memory.list(prefix),
    read: async function* (path: string): ByteStream {
      streams++;
      try {
        for await (const chunk of memory.read(path)) yield* [chunk.slice(0, 50), chunk.slice(50)];
      } finally {
        streams--;
      }
    },
  });
  for (const [i, feed] of ["a", "b"].entries()) {
    await memory.write(`${feed}/${DAY}/1200.jsonl`, bytes(named("x", i).repeat(100)));
  }
  const lines = await ArchiveLines.open({ storage: counted, gzip: nodeGzip });
  await lines.fill();
  for (let i = 0; i < 10; i++) if (!lines.next()) await lines.fill();
  assert.ok(streams > 0);
  await lines.close();
  assert.equal(streams, 0);
  await lines.close();
});

test("Reading ends with the signal's reason and tells how far it is", async () => {
  const io = inMemory();
  for (const minute of ["1200", "1201", "1202"]) {
    await io.storage.write(`f/s/${DAY}/${minute}.jsonl`, bytes(named("x", 0)));
  }
  const stop = new AbortController();
  const done: number[] = [];
  const onProgress = (bytesDone: number, total: number): void => {
    done.push(bytesDone / total);
    if (bytesDone * 2 > total) stop.abort(new Error("enough"));
  };
  await assert.rejects(readAll(io, { signal: stop.signal, onProgress }), /enough/);
  assert.deepEqual(done.slice(0, 2), [0, 1 / 3]);
  await assert.rejects(ArchiveLines.open(io, { signal: stop.signal }), /enough/);
});

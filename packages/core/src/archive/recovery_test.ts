import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { ArchiveEvent } from "./archive_event.ts";
import { Archiver } from "./archiver.ts";
import { MICROS_PER_SECOND } from "../clock.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import { parseManifest } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { recoverStream } from "./recovery.ts";
import type { ArchiveIo, JournalStorage } from "../storage/storage.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import { type CutMoment, cutPower, PowerCut } from "../testing/cut_power_test_support.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "./verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const DAY = "toy/books/2026-08-11";
const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function ioOf(storage: JournalStorage): ArchiveIo {
  return { storage, gzip: nodeGzip, sha256 };
}

/** The line of the frame with number `seq` of `session`. */
function lineOf(seq: number, session = "s"): string {
  const suffix = `"_received_at":${NOON + seq},"_session":"${session}","_seq":${seq}}`;
  return `${toyDelta(1, seq).slice(0, -1)},${suffix}\n`;
}

async function recover(io: ArchiveIo): Promise<ArchiveEvent[]> {
  const events: ArchiveEvent[] = [];
  const facts = { sequence: "checked", clock: "receive" } as const;
  await recoverStream(io, STREAM, facts, (event) => events.push(event));
  return events;
}

async function pathsOf(io: ArchiveIo): Promise<string[]> {
  return (await io.storage.list("")).map(({ path }) => path);
}

/** What the run below has been told to be on disk: for each session its last number. */
type Durable = Map<string, number>;

/**
 * Writes two lives of a recorder, with rotations by time and by size and a name that is taken, and
 * with `turns` of the event loop after each flush, in which files are sealed. `sync: "batch"`, so
 * that what a flush wrote is durable when it resolves.
 */
async function record(io: ArchiveIo, durable: Durable, turns = 0): Promise<void> {
  for (const session of ["one", "two"]) {
    const archiver = await Archiver.open(io, STREAM, {
      rotateSeconds: 60,
      rotateBytes: 700,
      sync: "batch",
      sequence: "checked",
      onDurable: ({ session, seq }) => void durable.set(session, seq),
    });
    for (let seq = 1; seq <= 9; seq++) {
      const tsRecv = NOON + seq * 13 * MICROS_PER_SECOND;
      const data = bytes(toyDelta(1, seq));
      archiver.add({ feed: "toy", session, seq, tsRecv, data });
      if (seq % 2 === 1) continue;
      await archiver.flush();
      assert.equal(durable.get(session), seq);
      for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
    }
    await archiver.close();
    assert.equal(durable.get(session), 9);
  }
}

async function checkRecovered(
  storage: JournalStorage,
  durable: Durable,
  cut: string,
): Promise<void> {
  const io = ioOf(storage);
  const opened = await Archiver.open(io, STREAM);
  await opened.close();
  const left = (await pathsOf(io)).filter((path) =>
    !/\.gz$|manifest\.json$|journal\.json$/.test(path)
  );
  assert.deepEqual(left, [], cut);
  const records = await archivedRecords(io, "toy/books");
  for (const session of ["one", "two"]) {
    const seqs = records.filter((r) => r.session === session).map(({ seq }) => seq);
    assert.deepEqual(seqs, seqs.map((_, i) => i + 1), `${cut}: ${session} has ${seqs}`);
    assert.ok(seqs.length >= (durable.get(session) ?? 0), `${cut}: ${session} lost durable frames`);
    const recovered = opened.recovered.get(session);
    if (recovered !== undefined) assert.equal(recovered, seqs.length, cut);
  }
  const times = records.map(({ tsRecv }) => tsRecv).sort((a, b) => a - b);
  assert.equal(opened.lastReceivedAt, times.at(-1), cut);
  const { problems, sequence } = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(problems, [], cut);
  assert.equal(sequence.unchecked, 0, cut);
}

/** The cut itself, or an archiver that says it is why it cannot go on. */
function isPowerCut(error: unknown): boolean {
  return error instanceof PowerCut || (error instanceof Error && error.cause instanceof PowerCut);
}

const CUTS: readonly (readonly [CutMoment, number])[] = [
  ["before", 1],
  ["within", 0],
  ["within", 0.3],
  ["after", 0],
  ["after", 1],
];

test("A power cut at any operation loses no durable frame and leaves nothing behind", async () => {
  for (const [moment, lost] of CUTS) {
    for (let at = 1, isCut = true; isCut; at++) {
      const disk = new MemoryStorage();
      const machine = cutPower(disk, at, moment, lost);
      const durable: Durable = new Map();
      const end = await record(ioOf(machine.storage), durable).catch((error: unknown) => error);
      await machine.settled();
      isCut = machine.isOff;
      if (isCut) assert.ok(isPowerCut(end), String(end));
      else assert.equal(end, undefined);
      await checkRecovered(disk, durable, `operation ${at}, ${moment}, ${lost} lost`);
    }
  }
});

test("A power cut loses no durable frame while files are sealed beside the writing", async () => {
  let severalOpen = 0;
  for (const [moment, lost] of CUTS.slice(1, 4)) {
    for (const turns of [1, 3, 6]) {
      for (let at = 1, isCut = true; isCut; at++) {
        const disk = new MemoryStorage();
        const machine = cutPower(disk, at, moment, lost);
        const durable: Durable = new Map();
        await record(ioOf(machine.storage), durable, turns).catch((error: unknown) => {
          if (!isPowerCut(error)) throw error;
        });
        await machine.settled();
        isCut = machine.isOff;
        const open = (await disk.list("")).filter(({ path }) => path.endsWith(".open"));
        if (open.length > 1) severalOpen++;
        await checkRecovered(disk, durable, `operation ${at}, ${moment}, ${turns} turns`);
      }
    }
  }
  assert.ok(severalOpen > 5, `several open files were left in only ${severalOpen} cases`);
});

test("A second power cut, at any operation of the recovery, loses nothing either", async () => {
  for (const [moment, lost] of CUTS.slice(1)) {
    for (let at = 3, isCut = true; isCut; at += 4) {
      for (let again = 1, isCutAgain = true; isCutAgain; again++) {
        const disk = new MemoryStorage();
        const durable: Durable = new Map();
        const first = cutPower(disk, at, moment, lost);
        await record(ioOf(first.storage), durable).catch((error: unknown) => {
          if (!isPowerCut(error)) throw error;
        });
        await first.settled();
        isCut = first.isOff;
        const second = cutPower(disk, again, moment, lost);
        const opening = Archiver.open(ioOf(second.storage), STREAM);
        isCutAgain = await opening.catch((error: unknown) => error) instanceof PowerCut;
        await second.settled();
        await checkRecovered(disk, durable, `operations ${at} and ${again}, ${moment}`);
      }
    }
  }
});

test("A torn last line is cut and counted, and the rest sealed under the open file's name", async () => {
  const io = ioOf(new MemoryStorage());
  const torn = lineOf(3).slice(0, 40);
  await io.storage.write(`${DAY}/1200-01.jsonl.open`, bytes(lineOf(1) + lineOf(2) + torn));
  assert.deepEqual(await recover(io), [
    { type: "torn_line_cut", path: `${DAY}/1200-01.jsonl.open`, bytes: 40 },
    { type: "sealed", path: `${DAY}/1200-01.jsonl.gz`, records: 2, gaps: 0 },
  ]);
  assert.deepEqual((await archivedRecords(io, "toy")).map(({ seq }) => seq), [1, 2]);
  assert.deepEqual(await recover(io), []);
});

test("An open file without a whole line disappears", async () => {
  const io = ioOf(new MemoryStorage());
  await io.storage.write(`${DAY}/1200.jsonl.open`, bytes(""));
  await io.storage.write(`${DAY}/1201.jsonl.open`, bytes("torn"));
  const path = `${DAY}/1201.jsonl.open`;
  assert.deepEqual(await recover(io), [{ type: "torn_line_cut", path, bytes: 4 }]);
  assert.deepEqual(await pathsOf(io), []);
});

test("An open file whose lines are sealed already is completed, not sealed again", async () => {
  const io = ioOf(new MemoryStorage());
  const content = lineOf(1) + lineOf(2);
  await io.storage.write(`${DAY}/1200.jsonl.gz`, new Uint8Array(gzipSync(content)));
  await io.storage.write(`${DAY}/1200.jsonl.open`, bytes(content + "torn"));
  assert.deepEqual(await recover(io), [
    { type: "manifest_entry_added", path: `${DAY}/1200.jsonl.gz` },
    { type: "torn_line_cut", path: `${DAY}/1200.jsonl.open`, bytes: 4 },
    {
      type: "open_file_completed",
      path: `${DAY}/1200.jsonl.open`,
      sealedAs: "1200.jsonl.gz",
    },
  ]);
  assert.deepEqual(await pathsOf(io), [`${DAY}/1200.jsonl.gz`, `${DAY}/manifest.json`]);
  assert.equal((await verifyArchive(io)).ok, true);
});

test("An open file with other lines than the sealed one of its name gets a free name", async () => {
  const io = ioOf(new MemoryStorage());
  const sealed = new Uint8Array(gzipSync(lineOf(1, "other")));
  await io.storage.write(`${DAY}/1200.jsonl.gz`, sealed);
  await io.storage.write(`${DAY}/1200-01.jsonl.gz`, new Uint8Array(gzipSync(lineOf(1, "third"))));
  await io.storage.write(`${DAY}/1200.jsonl.open`, bytes(lineOf(1)));
  await recover(io);
  const records = await archivedRecords(io, "toy");
  assert.deepEqual(records.map(({ path, session }) => [path.slice(DAY.length + 1), session]), [
    ["1200.jsonl.gz", "other"],
    ["1200-01.jsonl.gz", "third"],
    ["1200-02.jsonl.gz", "s"],
  ]);
  assert.equal((await verifyArchive(io)).ok, true);
});

test("The manifest keeps its entries when sealed files are added to it", async () => {
  const io = ioOf(new MemoryStorage());
  const first = await Archiver.open(io, STREAM);
  first.add({ feed: "toy", session: "a", seq: 1, tsRecv: NOON, data: bytes(toyDelta(1, 1)) });
  await first.close();
  const before = parseManifest(await textOf(io.storage.read(`${DAY}/manifest.json`)), "");
  await io.storage.write(`${DAY}/1300.jsonl.gz`, new Uint8Array(gzipSync(lineOf(1))));
  await recover(io);
  const after = parseManifest(await textOf(io.storage.read(`${DAY}/manifest.json`)), "");
  assert.deepEqual(after?.files.map(({ name }) => name), ["1200.jsonl.gz", "1300.jsonl.gz"]);
  assert.deepEqual(after?.files[0], before?.files[0]);
  assert.equal(after?.files[1]?.sequence, "checked");
});

test("A sealed file that cannot be read is named and left alone", async () => {
  const io = ioOf(new MemoryStorage());
  const sealed = new Uint8Array(gzipSync(lineOf(1) + lineOf(2)));
  await io.storage.write(`${DAY}/1200.jsonl.gz`, sealed.slice(0, -5));
  await io.storage.write(`${DAY}/1200.jsonl.open`, bytes(lineOf(1) + lineOf(2)));
  const events = await recover(io);
  assert.deepEqual(events.map((event) => "path" in event ? [event.type, event.path] : []), [
    ["unreadable", `${DAY}/1200.jsonl.gz`],
    ["sealed", `${DAY}/1200-01.jsonl.gz`],
  ]);
});

test("Files and manifests of other programs stay as they are", async () => {
  const io = ioOf(new MemoryStorage());
  const bare = new Uint8Array(gzipSync(`${toyDelta(1, 1)}\n`));
  await io.storage.write(`${DAY}/1200.jsonl.gz`, bare);
  await io.storage.write(`${DAY}/manifest.json`, bytes(`{"format":"jsonl","files":[]}`));
  await io.storage.write("toy/books/2026-08-12/1200.jsonl.gz", bare);
  const before = await pathsOf(io);
  assert.deepEqual(await recover(io), []);
  assert.deepEqual(await pathsOf(io), before);
  const manifest = await textOf(io.storage.read(`${DAY}/manifest.json`));
  assert.equal(manifest, `{"format":"jsonl","files":[]}`);
});

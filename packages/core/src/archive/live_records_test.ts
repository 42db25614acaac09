import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ArchiveFile, readCatalog } from "./archive_catalog.ts";
import { Archiver } from "./archiver.ts";
import { BookSet } from "../book/book_set.ts";
import type { EpochMicros } from "../clock.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import type { Gap, GapReason } from "../gap.ts";
import { importTapes } from "../import/tape_import.ts";
import { openContent } from "./open_content.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { Replay } from "../replay/replay.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import {
  ToyDecoder,
  toyDelta,
  ToySequence,
  toySnapshot,
} from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive, type VerifyReport } from "./verify.ts";

const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

async function verify(io: ArchiveIo): Promise<VerifyReport> {
  return await verifyArchive(io, { sequence: () => new ToySequence() });
}

/** One connection whose records go into a buffer that is full at times. */
class Recorder {
  /** Frames that came, and those of them that were dropped. */
  readonly counts = { frames: 0, dropped: 0 };
  readonly #archiver: Archiver;
  readonly #session: string;
  readonly #check = new ToySequence();
  readonly #exchange = new Map<number, number>();
  #time = NOON;
  #dropped = 0;
  #since = 0;

  constructor(archiver: Archiver, session: string) {
    this.#archiver = archiver;
    this.#session = session;
  }

  /** The next frame of `sid` comes, after `lost` others that never do. */
  frame(sid: number, lost: number, isFull: boolean): void {
    const seq = (this.#exchange.get(sid) ?? 0) + 1 + lost;
    this.#exchange.set(sid, seq);
    const data = bytes(toyDelta(sid, seq));
    this.#time += 1000;
    const verdict = this.#check.observe(this.#session, data, 0, data.length, this.#time);
    if (verdict.kind === "gap") {
      const { from, to, missing, markets } = verdict;
      this.gap("sequence", isFull, { sid, from, to, missing, markets });
    }
    this.counts.frames++;
    if (isFull) {
      this.counts.dropped++;
      if (this.#dropped++ === 0) this.#since = this.#time;
      return;
    }
    this.#declareDropped();
    const count = this.counts.frames;
    const stamp = { feed: "toy", session: this.#session, seq: count, tsRecv: this.#time };
    this.#archiver.add({ ...stamp, data });
  }

  gap(reason: GapReason, isFull: boolean, part: Partial<Gap> = {}): void {
    if (isFull) return;
    this.#declareDropped();
    const at = { from: this.#time, to: this.#time, tsRecv: this.#time };
    this.#archiver.add({ feed: "toy", session: this.#session, reason, ...at, ...part });
  }

  sent(isFull: boolean): void {
    if (isFull) return;
    this.#declareDropped();
    const data = bytes('{"cmd":"subscribe","params":{"market_tickers":["A"]}}');
    this.#archiver.add({ feed: "toy", session: this.#session, tsSent: this.#time, data });
  }

  #declareDropped(): void {
    const missing = this.#dropped;
    this.#dropped = 0;
    if (missing > 0) this.gap("overflow", false, { from: this.#since, missing });
  }
}

const steps = fc.array(
  fc.record({
    recorder: fc.nat(1),
    what: fc.constantFrom("frame", "frame", "frame", "frame", "sent", "unsubscribed"),
    sid: fc.integer({ min: 1, max: 3 }),
    lost: fc.constantFrom(0, 0, 0, 1, 5),
    isFull: fc.boolean(),
  }),
  { maxLength: 60 },
);

test("A capture that dropped frames verifies with its sequence checked, also when it is imported", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 300, 1e9), async (list, rotateBytes) => {
      const io = inMemory();
      const options = { rotateBytes, sync: "none", sequence: "checked" } as const;
      const archiver = await Archiver.open(io, { feed: "toy", stream: "books" }, options);
      const recorders = ["a", "b"].map((session) => new Recorder(archiver, session));
      for (const { recorder, what, sid, lost, isFull } of list) {
        if (what === "frame") recorders[recorder]!.frame(sid, lost, isFull);
        else if (what === "sent") recorders[recorder]!.sent(isFull);
        else recorders[recorder]!.gap("unsubscribed", isFull, { sid, markets: ["A"] });
        if (lost > 1) await archiver.flush();
      }
      // What is dropped at the very end nobody could declare yet.
      for (const recorder of recorders) recorder.sent(false);
      await archiver.close();

      const report = await verify(io);
      assert.deepEqual(report.problems, []);
      assert.deepEqual([report.sequence.partial, report.sequence.unchecked], [0, 0]);
      const counts = recorders.map((recorder) => recorder.counts);
      const kept = counts.reduce((sum, { frames, dropped }) => sum + frames - dropped, 0);
      assert.equal(report.recordsByType["delta"] ?? 0, kept);

      const files = (await readCatalog(io.storage)).flatMap((stream) => stream.files);
      const whole = { name: "all", open: () => contentOf(io, files) };
      const copy = inMemory();
      const imported = await importTapes(copy, { feed: "toy", stream: "copy" }, [whole], {
        sequence: () => new ToySequence(),
      });
      assert.deepEqual(imported.recordsByType, report.recordsByType);
      const copied = await verify(copy);
      assert.deepEqual(copied.problems, []);
      assert.equal(copied.gaps, report.gaps);
    }),
    { numRuns: Number(process.env["SSMD_RUNS"] ?? 60) },
  );
});

async function* contentOf(
  io: ArchiveIo,
  files: readonly ArchiveFile[],
): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* openContent(io, file);
}

/** Sends, gets the books of A and B, stops watching A, and goes on with B. */
async function watched(io: ArchiveIo): Promise<void> {
  const archiver = await Archiver.open(io, { feed: "toy", stream: "books" }, {
    sequence: "checked",
  });
  const own = { feed: "toy", session: "s" };
  const at = (after: number): { readonly tsRecv: EpochMicros } => ({ tsRecv: NOON + after });
  const data = bytes('{"id":1,"cmd":"subscribe"}');
  archiver.add({ ...own, tsSent: NOON, data });
  archiver.add({ ...own, seq: 1, ...at(1), data: bytes(toySnapshot(1, 1, "A", [[5, 2]])) });
  archiver.add({ ...own, seq: 2, ...at(2), data: bytes(toySnapshot(1, 2, "B", [[5, 2]])) });
  const stopped = { from: NOON + 3, to: NOON + 3, sid: 1, markets: ["A"] };
  archiver.add({ ...own, reason: "unsubscribed", ...stopped, ...at(3) });
  archiver.add({ ...own, tsSent: NOON + 3, data });
  archiver.add({ ...own, seq: 3, ...at(4), data: bytes(toyDelta(1, 3, "B")) });
  await archiver.close();
}

test("That we stopped watching makes books stale and is no loss; what we sent is not decoded", async () => {
  const io = inMemory();
  await watched(io);
  const decoder = new ToyDecoder();
  const books = new BookSet(decoder.symbols);
  const replay = new Replay(io, decoder);
  for await (const batch of replay) books.applyAll(batch);
  assert.deepEqual([books.find("A")?.stale, books.find("A")?.staleReason], [true, "unsubscribed"]);
  assert.equal(books.find("B")?.stale, false);
  const { records, frames, gaps } = replay.coverage;
  assert.deepEqual([records, frames, gaps], [6, 3, {}]);
  assert.deepEqual([decoder.counts.frames, decoder.counts.malformed], [3, 0]);
  const report = await verify(io);
  assert.deepEqual([report.problems, report.gaps], [[], 0]);
  assert.deepEqual(report.recordsByType, { sent: 2, snapshot: 2, gap: 1, delta: 1 });
});

test("A line of what we sent repeats the number of the session's last frame", async () => {
  const io = inMemory();
  await watched(io);
  const records = await archivedRecords(io, "toy");
  assert.deepEqual(records.filter(({ text }) => text.startsWith("sent")).map(({ seq }) => seq), [
    0,
    2,
  ]);
  const manifest = await textOf(io.storage.read("toy/books/2026-08-11/manifest.json"));
  const [{ sessions, gaps }] = (JSON.parse(manifest) as {
    readonly files: [{ readonly sessions: unknown; readonly gaps: readonly Gap[] }];
  }).files;
  assert.deepEqual(sessions, [{ id: "s", firstSeq: 1, lastSeq: 3 }]);
  assert.deepEqual(gaps.map(({ reason }) => reason), ["unsubscribed"]);
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Archiver, type ArchiverOptions } from "./archiver.ts";
import { type EpochMicros, ManualClock, MICROS_PER_SECOND } from "../clock.ts";
import { fileArchive, nodeGzip, sha256 } from "../fs/mod.ts";
import type { Gap } from "../gap.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { archivedRecords, textOf } from "../testing/archived_records_test_support.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "./verify.ts";

const STREAM = { feed: "toy", stream: "books" };
const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function pathsOf(io: ArchiveIo): Promise<string[]> {
  return (await io.storage.list("")).map(({ path }) => path);
}

/** A command of the property below. Times are relative to the record before, in seconds. */
type Command =
  | {
    readonly type: "frame" | "garbage" | "overflow" | "sent";
    readonly after: number;
    readonly session: 0 | 1;
  }
  | { readonly type: "flush" | "reopen" }
  | { readonly type: "tick"; readonly after: number }
  | { readonly type: "overlap"; readonly turns: number };

const commands = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constantFrom(
          "frame" as const,
          "frame" as const,
          "garbage" as const,
          "overflow" as const,
          "sent" as const,
        ),
        after: fc.oneof(fc.integer({ min: -5, max: 30 }), fc.integer({ min: -200, max: 40_000 })),
        session: fc.constantFrom(0 as const, 1 as const),
      }),
    },
    fc.record({ type: fc.constant("flush" as const) }),
    fc.record({ type: fc.constant("tick" as const), after: fc.nat(2000) }),
    fc.record({ type: fc.constant("overlap" as const), turns: fc.nat(40) }),
    { weight: 1, arbitrary: fc.record({ type: fc.constant("reopen" as const) }) },
  ),
  { maxLength: 60 },
);

interface Expected {
  readonly session: string;
  readonly seq: number;
  readonly tsRecv: EpochMicros;
  readonly text: string;
}

/** One run of the property: writes what the commands say and remembers what must be archived. */
class Recorder {
  readonly lives: Expected[][] = [];
  readonly sealed = new Map<string, string>();
  readonly #io: ArchiveIo;
  readonly #options: ArchiverOptions;
  readonly #clock = new ManualClock(NOON);
  #archiver!: Archiver;
  #time = NOON;
  #latest = 0;
  #counts: [number, number] = [0, 0];
  #numbers: [number, number] = [0, 0];

  constructor(io: ArchiveIo, options: ArchiverOptions) {
    this.#io = io;
    this.#options = { ...options, clock: this.#clock, sequence: "checked" };
  }

  async open(): Promise<void> {
    this.#archiver = await Archiver.open(this.#io, STREAM, this.#options);
    this.lives.push([]);
    this.#latest = 0;
    this.#counts = [0, 0];
    this.#numbers = [0, 0];
  }

  async run(command: Command): Promise<void> {
    switch (command.type) {
      case "flush":
        return await this.#archiver.flush();
      case "tick":
        this.#clock.set(this.#clock.now() + command.after * MICROS_PER_SECOND);
        return await this.#archiver.tick();
      case "overlap": {
        const flushed = this.#archiver.flush();
        for (let i = 0; i < command.turns; i++) await Promise.resolve();
        this.#frame(0);
        const ticked = this.#archiver.tick();
        this.#frame(1);
        await Promise.all([flushed, ticked]);
        return;
      }
      case "reopen":
        await this.close();
        return await this.open();
      default:
        this.#time = Math.max(NOON, this.#time + command.after * MICROS_PER_SECOND);
        if (this.#time > this.#clock.now()) this.#clock.set(this.#time);
        if (command.type === "frame") this.#frame(command.session);
        else if (command.type === "garbage") this.#garbage(command.session);
        else if (command.type === "sent") this.#sent(command.session);
        else this.#overflow(command.session);
    }
  }

  /** Closes, and holds every file that was sealed before against what it was. */
  async close(): Promise<void> {
    await this.#archiver.close();
    for (const [path, content] of this.sealed) {
      assert.equal(await this.#read(path), content, `${path} has changed`);
    }
    for (const path of await pathsOf(this.#io)) {
      if (path.endsWith(".gz")) this.sealed.set(path, await this.#read(path));
    }
  }

  async #read(path: string): Promise<string> {
    return await textOf(this.#io.gzip.decompress(this.#io.storage.read(path)));
  }

  #frame(session: 0 | 1): void {
    this.#add(session, toyDelta(session, ++this.#numbers[session]));
  }

  #garbage(session: 0 | 1): void {
    const text = `not JSON ${this.#counts[session]}\n{`;
    this.#add(session, text, `raw ${text}`);
  }

  #add(session: 0 | 1, data: string, text = data): void {
    const seq = ++this.#counts[session];
    const id = `life${this.lives.length}-${session}`;
    this.#archiver.add({ feed: "toy", session: id, seq, tsRecv: this.#time, data: bytes(data) });
    this.lives.at(-1)!.push({ session: id, seq, tsRecv: this.#received(), text });
  }

  #overflow(session: 0 | 1): void {
    const id = `life${this.lives.length}-${session}`;
    const at = this.#time;
    const gap: Gap = {
      feed: "toy",
      session: id,
      reason: "overflow",
      from: at,
      to: at,
      tsRecv: at,
      missing: 3,
    };
    this.#archiver.add(gap);
    this.#expectBetween(id, "gap overflow");
    this.#counts[session] += 3;
  }

  #sent(session: 0 | 1): void {
    const id = `life${this.lives.length}-${session}`;
    const text = `{"id":${this.lives.at(-1)!.length}}`;
    this.#archiver.add({ feed: "toy", session: id, tsSent: this.#time, data: bytes(text) });
    this.#expectBetween(id, `sent ${text}`);
  }

  /** Expects a line that repeats the number of the session's last frame. */
  #expectBetween(session: string, text: string): void {
    const life = this.lives.at(-1)!;
    const before = life.filter((r) => r.session === session && !/^(gap|sent)/.test(r.text)).at(-1);
    life.push({ session, seq: before?.seq ?? 0, tsRecv: this.#received(), text });
  }

  /** The receive time that a record of now must be archived with: it never goes back. */
  #received(): EpochMicros {
    return this.#latest = Math.max(this.#latest, this.#time);
  }
}

async function checkRun(
  io: ArchiveIo,
  list: readonly Command[],
  rotateSeconds: number,
  rotateBytes: number,
): Promise<void> {
  const recorder = new Recorder(io, { rotateSeconds, rotateBytes, sync: "none" });
  await recorder.open();
  for (const command of list) await recorder.run(command);
  await recorder.close();

  const records = await archivedRecords(io, "toy/books");
  for (const [i, expected] of recorder.lives.entries()) {
    const own = records.filter(({ session }) => session.startsWith(`life${i + 1}-`));
    const found = own.map(({ session, seq, tsRecv, text }) => ({ session, seq, tsRecv, text }));
    assert.deepEqual(found, expected);
  }
  assert.equal(records.length, recorder.lives.flat().length);

  const files = new Map<string, typeof records>();
  for (const record of records) files.set(record.path, [...files.get(record.path) ?? [], record]);
  const numbers = new Map<string, number[]>();
  for (const [path, lines] of files) {
    const [, date, minute, number = "0"] = /(\d{4}-\d\d-\d\d)\/(\d{4})(?:-(\d\d+))?\.jsonl\.gz$/
      .exec(path)!;
    const iso = new Date(lines[0]!.tsRecv / 1000).toISOString();
    assert.equal(
      `${date} ${minute}`,
      `${iso.slice(0, 10)} ${iso.slice(11, 13)}${iso.slice(14, 16)}`,
    );
    const key = `${date} ${minute}`;
    numbers.set(key, [...numbers.get(key) ?? [], Number(number)]);
    const buckets = new Set(lines.map(({ tsRecv }) => Math.floor(tsRecv / (rotateSeconds * 1e6))));
    assert.equal(buckets.size, 1, `${path} holds lines of several intervals`);
  }
  for (const [key, found] of numbers) {
    assert.deepEqual(found.sort((a, b) => a - b), found.map((_, i) => i), `numbers of ${key}`);
  }
  const verified = await verifyArchive(io, { sequence: () => new ToySequence() });
  assert.deepEqual(verified.problems, []);
  assert.equal(verified.records, records.length);
  assert.deepEqual((await pathsOf(io)).filter((path) => /open|lock|tmp/.test(path)), []);
}

const rotations = fc.tuple(
  fc.constantFrom(1, 7200, 60, 900, 86_400),
  fc.constantFrom(1, 400, 5000, 1e9),
);

test("The archive holds every record once and in order, whatever is flushed, closed and reopened", async () => {
  const property = fc.asyncProperty(commands, rotations, async (list, [seconds, size]) => {
    await checkRun({ storage: new MemoryStorage(), gzip: nodeGzip, sha256 }, list, seconds, size);
  });
  await fc.assert(property, {
    includeErrorInReport: true,
    numRuns: Number(process.env["SSMD_RUNS"] ?? 100),
  });
});

test("The archive holds every record once and in order in real files", async () => {
  const property = fc.asyncProperty(commands, rotations, async (list, [seconds, size]) => {
    const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
    try {
      await checkRun(fileArchive(folder), list.slice(0, 20), seconds, size);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
  await fc.assert(property, { numRuns: 8 });
});

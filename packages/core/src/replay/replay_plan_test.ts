import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type ArchiveFile, type ArchiveStream, readCatalog } from "../archive/archive_catalog.ts";
import { nodeGzip } from "../fs/mod.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import { planRuns, type TimeRange } from "./replay_plan.ts";
import type { JournalStorage } from "../storage/storage.ts";
import { toyDelta } from "../testing/toy_exchange_test_support.ts";

/** Nothing is read where every file has an entry. */
const NOTHING: ArchiveSource = { storage: new MemoryStorage(), gzip: nodeGzip };

function fileOf(
  name: string,
  first: number,
  last: number,
  sessions: readonly string[] = [],
): ArchiveFile {
  return {
    path: `f/s/2026-08-11/${name}`,
    name,
    date: "2026-08-11",
    state: "sealed",
    size: 1,
    entry: {
      name,
      records: 1,
      recordsByType: {},
      bytes: 1,
      firstReceivedAt: first,
      lastReceivedAt: last,
      sessions: sessions.map((id) => ({ id, firstSeq: 1, lastSeq: 1 })),
      sha256: "",
      contentSha256: "",
      sequence: "checked",
      clock: "receive",
      gaps: [],
    },
  };
}

function streamOf(files: readonly ArchiveFile[]): ArchiveStream {
  return { folder: "f/s", feed: "f", stream: "s", files, missing: [] };
}

async function plan(files: readonly ArchiveFile[], range: TimeRange = {}): Promise<string[][]> {
  const runs = await planRuns(NOTHING, streamOf(files), range);
  return runs.map((run) => run.files.map(({ name }) => name));
}

/** The runs of the only stream in `storage`. */
async function planStored(storage: JournalStorage, range: TimeRange = {}): Promise<string[][]> {
  const [stream] = await readCatalog(storage);
  const runs = await planRuns({ storage, gzip: nodeGzip }, stream!, range);
  return runs.map((run) => run.files.map(({ name }) => name));
}

const line = (ms: number): string => `{"recv_ms":${ms},"event":${toyDelta(1, 1)}}\n`;
const packed = (text: string): Uint8Array => new Uint8Array(gzipSync(text));
const DAY = "f/s/2026-08-11";
const MIDNIGHT = Date.parse("2026-08-11T00:00:00Z");

test("Files that follow each other are one run, also where their ends touch", async () => {
  assert.deepEqual(await plan([fileOf("a", 1, 5), fileOf("b", 5, 5), fileOf("c", 5, 9)]), [[
    "a",
    "b",
    "c",
  ]]);
});

test("Files that overlap go into different runs, each in order of time", async () => {
  const files = [fileOf("a", 0, 10), fileOf("b", 5, 15), fileOf("c", 10, 20), fileOf("d", 15, 25)];
  assert.deepEqual(await plan(files), [["a", "c"], ["b", "d"]]);
});

test("A file goes on with the run of its own session, though another one ends later", async () => {
  const files = [
    fileOf("live 1", 0, 10, ["live"]),
    fileOf("tape 1", 5, 12, ["tape"]),
    fileOf("live 2", 13, 20, ["live"]),
    fileOf("tape 2", 14, 22, ["tape"]),
  ];
  assert.deepEqual(await plan(files), [["live 1", "live 2"], ["tape 1", "tape 2"]]);
});

test("No run goes back in time, and every file that the range touches is in one of them", async () => {
  const span = fc.tuple(fc.nat(100), fc.nat(20)).map(([first, length]) =>
    [first, first + length] as const
  );
  const range = fc.record({ from: fc.nat(120), to: fc.nat(120) }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(fc.array(span, { maxLength: 20 }), range, async (spans, wanted) => {
      const files = spans.map(([first, last], i) => fileOf(`file ${i}`, first, last));
      const runs = await planRuns(NOTHING, streamOf(files), wanted);
      for (const run of runs) {
        for (const [i, file] of run.files.entries()) {
          assert.ok(
            i === 0 || run.files[i - 1]!.entry!.lastReceivedAt <= file.entry!.firstReceivedAt,
          );
        }
      }
      const { from = 0, to = 999 } = wanted;
      const expected = files.filter((_, i) => spans[i]![0] <= to && spans[i]![1] >= from);
      const found = runs.flatMap((run) => run.files);
      assert.deepEqual(new Set(found), new Set(expected));
      assert.equal(found.length, expected.length);
    }),
  );
});

test("The range includes both of its ends", async () => {
  const files = [fileOf("a", 0, 9), fileOf("b", 10, 19), fileOf("c", 20, 29)];
  assert.deepEqual(await plan(files, { from: 9, to: 20 }), [["a", "b", "c"]]);
  assert.deepEqual(await plan(files, { from: 10, to: 19 }), [["b"]]);
  assert.deepEqual(await plan(files, { from: 30 }), []);
});

test("A file that another one salvaged is left out", async () => {
  const damaged = { ...fileOf("a", 0, 9), supersededBy: "b" };
  assert.deepEqual(await plan([damaged, fileOf("b", 0, 5)]), [["b"]]);
});

test("Without a manifest the files themselves tell their times", async () => {
  const storage = new MemoryStorage();
  await storage.write(`${DAY}/0000.jsonl.gz`, packed(`\n${line(100)}${line(300)}${line(200)}`));
  await storage.write(
    `${DAY}/0001.jsonl.open`,
    new TextEncoder().encode(line(250) + line(400).slice(0, 20)),
  );
  await storage.write(`${DAY}/0002.jsonl.gz`, packed(line(300)).slice(0, -6));
  assert.deepEqual(await planStored(storage), [
    ["0000.jsonl.gz", "0002.jsonl.gz"],
    ["0001.jsonl.open"],
  ]);
  assert.deepEqual(await planStored(storage, { to: 249_999 }), [["0000.jsonl.gz"]]);
  assert.deepEqual(await planStored(storage, { from: 300_001 }), []);
});

test("A stream with lines that have no receive time is one run, in the order of its names", async () => {
  const storage = new MemoryStorage();
  await storage.write(`${DAY}/0000.jsonl.gz`, packed(line(500)));
  await storage.write(`${DAY}/0001.jsonl.gz`, packed(`${toyDelta(1, 1)}\n`));
  await storage.write(`${DAY}/0002.jsonl.gz`, packed(line(100)));
  const all = [["0000.jsonl.gz", "0001.jsonl.gz", "0002.jsonl.gz"]];
  assert.deepEqual(await planStored(storage), all);
  assert.deepEqual(await planStored(storage, { from: 400_000 }), all);
});

test("A file of which nothing can be read is played for every range of its day", async () => {
  const storage = new MemoryStorage();
  const from = MIDNIGHT * 1000 + 5;
  await storage.write(`${DAY}/0000.jsonl.gz`, packed(line(MIDNIGHT) + line(MIDNIGHT + 999_999)));
  await storage.write(`${DAY}/0001.jsonl.gz`, packed(line(MIDNIGHT)).slice(0, 12));
  assert.deepEqual((await planStored(storage, { from })).flat(), [
    "0000.jsonl.gz",
    "0001.jsonl.gz",
  ]);
  assert.deepEqual(await planStored(storage, { from: from + 86_400_000_000 }), []);
});

test("Planning ends with the signal's reason", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(planRuns(NOTHING, streamOf([fileOf("a", 0, 1)]), {}, signal), /enough/);
});

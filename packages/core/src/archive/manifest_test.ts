import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SsmdError, type SsmdErrorCode } from "../errors.ts";
import { type ManifestFile, mergeManifest, parseManifest, readManifest } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { readText } from "../storage/read_text.ts";

const FOLDER = "kalshi/books/2026-08-11";
const PATH = `${FOLDER}/manifest.json`;
const DAY = { feed: "kalshi", stream: "books", date: "2026-08-11" };

function fileEntry(name: string, records = 1): ManifestFile {
  return {
    name,
    records,
    recordsByType: { trade: records },
    bytes: 100,
    firstReceivedAt: 1000,
    lastReceivedAt: 2000,
    sessions: [{ id: "s1", firstSeq: 1, lastSeq: 1 }],
    sha256: "aa",
    contentSha256: "bb",
    sequence: "checked",
    clock: "receive",
    gaps: [{ feed: "", session: "s1", reason: "restart", from: 1, to: 2, tsRecv: 2 }],
  };
}

function manifestText(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    format: "ssmd-archive",
    version: 1,
    ...DAY,
    files: [fileEntry("0245.jsonl.gz")],
    ...change,
  });
}

function hasCode(code: SsmdErrorCode): (error: unknown) => boolean {
  return (error) =>
    error instanceof SsmdError && error.code === code && error.message.includes(PATH);
}

async function store(storage: MemoryStorage, text: string): Promise<void> {
  await storage.write(PATH, new TextEncoder().encode(text), { replace: true });
}

test("A manifest that was merged is read as it was meant", async () => {
  const storage = new MemoryStorage();
  assert.equal(await readManifest(storage, FOLDER), undefined);
  const files = [fileEntry("0245.jsonl.gz"), {
    ...fileEntry("0245-01.jsonl.gz"),
    salvagedFrom: "x",
  }];
  await mergeManifest(storage, FOLDER, DAY, files);
  const expected = { format: "ssmd-archive", version: 1, ...DAY, files };
  assert.deepEqual(await readManifest(storage, FOLDER), expected);
});

test("Merging never drops, replaces or reorders an entry", async () => {
  const name = fc.constantFrom("0000", "0015", "0030", "0045").map((base) => `${base}.jsonl.gz`);
  const entry = fc.tuple(name, fc.nat(99)).map(([file, records]) => fileEntry(file, records));
  const batches = fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 5 });
  await fc.assert(fc.asyncProperty(batches, async (list) => {
    const storage = new MemoryStorage();
    const expected: ManifestFile[] = [];
    for (const entries of list) {
      await mergeManifest(storage, FOLDER, DAY, entries);
      for (const added of entries) {
        if (!expected.some((file) => file.name === added.name)) expected.push(added);
      }
      assert.deepEqual((await readManifest(storage, FOLDER))?.files, expected);
    }
  }));
});

test("Merging what is there writes nothing", async () => {
  const storage = new MemoryStorage();
  const text = `${manifestText({ note: "by hand" })}\n\n`;
  await store(storage, text);
  await mergeManifest(storage, FOLDER, DAY, [fileEntry("0245.jsonl.gz", 5)]);
  await mergeManifest(storage, FOLDER, DAY, []);
  assert.equal(await readText(storage, PATH), text);
});

test("A type named like a property of every object survives writing, reading and merging", async () => {
  const storage = new MemoryStorage();
  const recordsByType = Object.fromEntries([["__proto__", 3], ["toString", 1]]);
  await mergeManifest(storage, FOLDER, DAY, [{ ...fileEntry("0000.jsonl.gz"), recordsByType }]);
  await mergeManifest(storage, FOLDER, DAY, [fileEntry("0015.jsonl.gz")]);
  const first = (await readManifest(storage, FOLDER))?.files[0];
  assert.deepEqual(Object.entries(first?.recordsByType ?? {}), [["__proto__", 3], ["toString", 1]]);
});

test("A manifest of another program is not ours", () => {
  const original = {
    feed: "kalshi",
    date: "2026-01-20",
    format: "jsonl",
    rotation_interval: "15m",
    files: [{ name: "0245.jsonl.gz", start: "…", end: "…", records: 1, bytes: 10 }],
    gaps: [],
    has_gaps: false,
  };
  const texts = [
    JSON.stringify(original),
    "{}",
    "[]",
    "null",
    "5",
    '"ssmd-archive"',
    '{"format":null}',
  ];
  for (const text of texts) assert.equal(parseManifest(text, PATH), undefined, text);
});

test("A manifest of another program is not written over", async () => {
  const storage = new MemoryStorage();
  await store(storage, '{"format":"jsonl"}');
  const merging = mergeManifest(storage, FOLDER, DAY, [fileEntry("0245.jsonl.gz")]);
  await assert.rejects(merging, hasCode("already_exists"));
  assert.equal(await readText(storage, PATH), '{"format":"jsonl"}');
});

test("A manifest of a newer version is refused, and not written over", async () => {
  const newer = manifestText({ version: 2, files: "in another form" });
  assert.throws(() => parseManifest(newer, PATH), hasCode("newer_format"));
  const storage = new MemoryStorage();
  await store(storage, newer);
  const merging = mergeManifest(storage, FOLDER, DAY, [fileEntry("0245.jsonl.gz")]);
  await assert.rejects(merging, hasCode("newer_format"));
  assert.equal(await readText(storage, PATH), newer);
});

test("A manifest that is not whole is refused, and not written over", async () => {
  const whole = manifestText();
  for (const text of ["", " ", whole.slice(0, -1), whole.slice(0, 40), `${whole}x`, "\0"]) {
    assert.throws(() => parseManifest(text, PATH), hasCode("damaged_manifest"), text);
  }
  const storage = new MemoryStorage();
  await store(storage, whole.slice(0, -1));
  const merging = mergeManifest(storage, FOLDER, DAY, [fileEntry("0245.jsonl.gz")]);
  await assert.rejects(merging, hasCode("damaged_manifest"));
  assert.equal(await readText(storage, PATH), whole.slice(0, -1));
});

test("A version that is none is refused", () => {
  for (const version of [undefined, null, "1", 0, -1, 0.5, {}]) {
    assert.throws(
      () => parseManifest(manifestText({ version }), PATH),
      hasCode("damaged_manifest"),
    );
  }
});

test("An entry whose members are not of their kind is refused", () => {
  const entry = fileEntry("0245.jsonl.gz");
  const gap = entry.gaps[0];
  const changes: Record<string, unknown>[] = [
    ...["name", "sha256", "contentSha256"].map((key) => ({ [key]: 5 })),
    ...["records", "bytes", "firstReceivedAt", "lastReceivedAt"].map((key) => ({ [key]: "5" })),
    ...["records", "bytes", "firstReceivedAt", "lastReceivedAt"].map((key) => ({ [key]: null })),
    ...["../0245.jsonl.gz", "a/b"].map((name) => ({ name })),
    ...["", "Checked", null, 5].map((sequence) => ({ sequence })),
    ...["", "wall", null].map((clock) => ({ clock })),
    ...[null, 5, { trade: "1" }, { trade: null }].map((recordsByType) => ({ recordsByType })),
    ...[null, {}, [null], ["s1"], [{ id: 5, firstSeq: 1, lastSeq: 1 }]].map((sessions) => ({
      sessions,
    })),
    ...[[{ id: "s" }], [{ id: "s", firstSeq: null, lastSeq: 1 }]].map((sessions) => ({ sessions })),
    ...[null, {}, [null], [5], [{}]].map((gaps) => ({ gaps })),
    ...[[{ ...gap, reason: 5 }], [{ ...gap, from: null }], [{ ...gap, markets: "A" }]].map((
      gaps,
    ) => ({
      gaps,
    })),
    { salvagedFrom: 5 },
  ];
  for (const change of changes) {
    const text = manifestText({ files: [entry, { ...entry, ...change }] });
    assert.throws(
      () => parseManifest(text, PATH),
      hasCode("damaged_manifest"),
      JSON.stringify(change),
    );
  }
  for (const files of [undefined, null, {}, [null], [5], [[]]]) {
    assert.throws(() => parseManifest(manifestText({ files }), PATH), hasCode("damaged_manifest"));
  }
});

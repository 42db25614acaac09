import assert from "node:assert/strict";
import { test } from "node:test";
import { type ArchiveStream, readCatalog } from "./archive_catalog.ts";
import type { ManifestFile } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function storageWith(files: Readonly<Record<string, string>>): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [path, text] of Object.entries(files)) await storage.write(path, bytes(text));
  return storage;
}

function manifest(files: readonly (readonly [name: string, salvagedFrom?: string])[]): string {
  const entries = files.map(([name, salvagedFrom]): ManifestFile => ({
    name,
    records: 1,
    recordsByType: {},
    bytes: 1,
    firstReceivedAt: 1,
    lastReceivedAt: 2,
    sessions: [],
    sha256: "",
    contentSha256: "",
    sequence: "checked",
    clock: "receive",
    gaps: [],
    ...(salvagedFrom === undefined ? {} : { salvagedFrom }),
  }));
  return JSON.stringify({ format: "ssmd-archive", version: 1, files: entries });
}

/** The files as `path state`, with `*` behind those that have an entry. */
function filesOf(stream: ArchiveStream | undefined): string[] {
  return stream?.files.map(({ path, state, entry, supersededBy }) =>
    `${path} ${state}${entry === undefined ? "" : "*"}${
      supersededBy === undefined ? "" : ` -> ${supersededBy}`
    }`
  ) ?? [];
}

test("Streams are found in all three layouts, by folder, with their days in order", async () => {
  const storage = await storageWith({
    "kalshi/trades/2026-08-12/0000.jsonl.gz": "",
    "kalshi/trades/2026-08-11/2345.jsonl.gz": "",
    "kalshi/books/2026-08-11/0000.jsonl.gz": "",
    "kalshi/2026-08-11/0000.jsonl.gz": "",
    "2026-08-11/0000.jsonl.gz": "",
  });
  const streams = await readCatalog(storage);
  assert.deepEqual(streams.map(({ folder, feed, stream }) => [folder, feed, stream]), [
    ["", "", ""],
    ["kalshi", "kalshi", ""],
    ["kalshi/books", "kalshi", "books"],
    ["kalshi/trades", "kalshi", "trades"],
  ]);
  assert.deepEqual(filesOf(streams[3]), [
    "kalshi/trades/2026-08-11/2345.jsonl.gz sealed",
    "kalshi/trades/2026-08-12/0000.jsonl.gz sealed",
  ]);
});

test("Files of a day come by minute and number, and what is no file of lines is left out", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/0245-10.jsonl.gz": "",
    "f/s/2026-08-11/0245-09.jsonl.gz": "",
    "f/s/2026-08-11/0245.jsonl.gz": "",
    "f/s/2026-08-11/0246.jsonl.open": "12345",
    "f/s/2026-08-11/0244.jsonl": "",
    "f/s/2026-08-11/notes.txt": "",
    "f/s/.import/f/s/2026-08-11/0247.jsonl.gz": "",
    "f/s/imports.json": "",
    "f/s/today/0000.jsonl.gz": "",
    "f/other/readme.md": "",
  });
  const streams = await readCatalog(storage);
  assert.equal(streams.length, 1);
  assert.deepEqual(filesOf(streams[0]), [
    "f/s/2026-08-11/0244.jsonl plain",
    "f/s/2026-08-11/0245.jsonl.gz sealed",
    "f/s/2026-08-11/0245-09.jsonl.gz sealed",
    "f/s/2026-08-11/0245-10.jsonl.gz sealed",
    "f/s/2026-08-11/0246.jsonl.open open",
  ]);
  assert.equal(streams[0]?.files.at(-1)?.size, 5);
});

test("A file that is both sealed and open counts once, as the sealed one", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/0245.jsonl.gz": "",
    "f/s/2026-08-11/0245.jsonl.open": "",
    "f/s/2026-08-11/0245-01.jsonl.open": "",
  });
  assert.deepEqual(filesOf((await readCatalog(storage))[0]), [
    "f/s/2026-08-11/0245.jsonl.gz sealed",
    "f/s/2026-08-11/0245-01.jsonl.open open",
  ]);
});

test("A manifest gives entries to files that exist and names those that do not", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/manifest.json": manifest([["0245.jsonl.gz"], ["0300.jsonl.gz"]]),
    "f/s/2026-08-11/0245.jsonl.gz": "",
    "f/s/2026-08-11/0315.jsonl.gz": "",
    "f/s/2026-08-12/manifest.json": manifest([["0000.jsonl.gz"]]),
  });
  const [stream] = await readCatalog(storage);
  assert.deepEqual(filesOf(stream), [
    "f/s/2026-08-11/0245.jsonl.gz sealed*",
    "f/s/2026-08-11/0315.jsonl.gz sealed",
  ]);
  assert.deepEqual(stream?.missing, [
    "f/s/2026-08-11/0300.jsonl.gz",
    "f/s/2026-08-12/0000.jsonl.gz",
  ]);
});

test("A salvaged file stands in the place of the damaged one that it supersedes", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/manifest.json": manifest([
      ["0245.jsonl.gz"],
      ["0245-01.jsonl.gz"],
      ["0300.jsonl.gz"],
      ["0245-02.jsonl.gz", "0245.jsonl.gz"],
      ["0245-03.jsonl.gz", "0245-02.jsonl.gz"],
    ]),
    "f/s/2026-08-11/0245.jsonl.gz": "",
    "f/s/2026-08-11/0245-01.jsonl.gz": "",
    "f/s/2026-08-11/0245-02.jsonl.gz": "",
    "f/s/2026-08-11/0245-03.jsonl.gz": "",
    "f/s/2026-08-11/0300.jsonl.gz": "",
  });
  assert.deepEqual(filesOf((await readCatalog(storage))[0]), [
    "f/s/2026-08-11/0245.jsonl.gz sealed* -> 0245-02.jsonl.gz",
    "f/s/2026-08-11/0245-02.jsonl.gz sealed* -> 0245-03.jsonl.gz",
    "f/s/2026-08-11/0245-03.jsonl.gz sealed*",
    "f/s/2026-08-11/0245-01.jsonl.gz sealed*",
    "f/s/2026-08-11/0300.jsonl.gz sealed*",
  ]);
});

test("A manifest whose salvaged files name each other is read to its end", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/manifest.json": manifest([["a.jsonl.gz", "b.jsonl.gz"], [
      "b.jsonl.gz",
      "a.jsonl.gz",
    ]]),
    "f/s/2026-08-11/a.jsonl.gz": "",
    "f/s/2026-08-11/b.jsonl.gz": "",
  });
  assert.equal((await readCatalog(storage))[0]?.files.length, 2);
});

test("A damaged file is not superseded by a salvaged one that is gone", async () => {
  const storage = await storageWith({
    "f/s/2026-08-11/manifest.json": manifest([["0245.jsonl.gz"], [
      "0245-01.jsonl.gz",
      "0245.jsonl.gz",
    ]]),
    "f/s/2026-08-11/0245.jsonl.gz": "",
  });
  const [stream] = await readCatalog(storage);
  assert.deepEqual(filesOf(stream), ["f/s/2026-08-11/0245.jsonl.gz sealed*"]);
  assert.deepEqual(stream?.missing, ["f/s/2026-08-11/0245-01.jsonl.gz"]);
});

test("Another program's manifest says nothing; a newer or a damaged one is refused by name", async () => {
  const path = "f/s/2026-08-11/manifest.json";
  const file = { "f/s/2026-08-11/0245.jsonl.gz": "" };
  const foreign = await storageWith({
    ...file,
    [path]: `{"format":"jsonl","files":[{"name":"x"}]}`,
  });
  const [stream] = await readCatalog(foreign);
  assert.deepEqual(stream?.missing, []);
  assert.equal(stream?.files[0]?.entry, undefined);
  const cases = [
    [`{"format":"ssmd-archive","version":2,"files":[]}`, "newer_format"],
    [`{"format":"ssmd-archive","version":1,"files":[{}]}`, "damaged_manifest"],
    [`{"format":"ssmd-arch`, "damaged_manifest"],
  ] as const;
  for (const [text, code] of cases) {
    const storage = await storageWith({ ...file, [path]: text });
    await assert.rejects(readCatalog(storage), { code, message: new RegExp(path) });
  }
});

test("An empty storage has no streams", async () => {
  assert.deepEqual(await readCatalog(new MemoryStorage()), []);
});

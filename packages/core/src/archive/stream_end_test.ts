import assert from "node:assert/strict";
import { test } from "node:test";
import { type ManifestFile, mergeManifest } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { readStreamEnd } from "./stream_end.ts";

const FOLDER = "toy/books";

function entryOf(
  name: string,
  last: number,
  sessions: ManifestFile["sessions"] = [],
): ManifestFile {
  return {
    ...{ name, records: 1, recordsByType: {}, bytes: 1, sha256: "", contentSha256: "", sessions },
    ...{
      firstReceivedAt: 1,
      lastReceivedAt: last,
      sequence: "checked",
      clock: "receive",
      gaps: [],
    },
  };
}

async function streamOf(
  days: Readonly<Record<string, readonly ManifestFile[]>>,
): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [date, files] of Object.entries(days)) {
    await mergeManifest(
      storage,
      `${FOLDER}/${date}`,
      { feed: "toy", stream: "books", date },
      files,
    );
  }
  return storage;
}

test("A stream ends where the latest line of its last day with lines is", async () => {
  const storage = await streamOf({
    "2026-08-10": [entryOf("0000.jsonl.gz", 900)],
    "2026-08-11": [
      entryOf("1200.jsonl.gz", 50, [{ id: "a", firstSeq: 1, lastSeq: 7 }]),
      entryOf("1200-01.jsonl.gz", 40, [{ id: "a", firstSeq: 0, lastSeq: 0 }]),
    ],
    "2026-08-12": [entryOf("0000.jsonl.gz", 0)],
  });
  await storage.write(`${FOLDER}/2026-08-13/manifest.json`, new TextEncoder().encode("{}"));
  const end = await readStreamEnd(storage, FOLDER);
  assert.equal(end.lastReceivedAt, 50);
  assert.deepEqual([...end.lastSeqs], [["a", 7]]);
});

test("What a damaged file claimed does not count once it was salvaged", async () => {
  const salvaged = { ...entryOf("1200-01.jsonl.gz", 40), salvagedFrom: "1200.jsonl.gz" };
  const storage = await streamOf({ "2026-08-11": [entryOf("1200.jsonl.gz", 50), salvaged] });
  assert.equal((await readStreamEnd(storage, FOLDER)).lastReceivedAt, 40);
});

test("A stream without lines has no end", async () => {
  const end = await readStreamEnd(new MemoryStorage(), FOLDER);
  assert.equal("lastReceivedAt" in end, false);
  assert.equal(end.lastSeqs.size, 0);
});

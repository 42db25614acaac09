import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../fs/sha256.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { archiveFingerprint } from "./archive_fingerprint.ts";

function fingerprintOf(files: Readonly<Record<string, string>>): Promise<string> {
  const storage = new MemoryStorage();
  const written = Object.entries(files).map(([path, text]) =>
    storage.write(path, new TextEncoder().encode(text))
  );
  return Promise.all(written).then(() => archiveFingerprint({ storage, sha256 }));
}

test("Files without a manifest count by their bytes and their order, not by their folders' names", async () => {
  const both = await fingerprintOf({ "2026-01-01/a.jsonl": "1", "2026-01-01/b.jsonl": "2" });
  assert.equal(
    await fingerprintOf({ "x/2026-01-02/c.jsonl": "1", "x/2026-01-03/a.jsonl": "2" }),
    both,
  );
  assert.notEqual(
    await fingerprintOf({ "2026-01-01/a.jsonl": "2", "2026-01-01/b.jsonl": "1" }),
    both,
  );
  assert.notEqual(await fingerprintOf({ "2026-01-01/a.jsonl": "1" }), both);
});

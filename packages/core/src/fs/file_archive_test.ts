import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { fileArchive } from "./file_archive.ts";

async function* content(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode("a");
  yield new TextEncoder().encode("bc");
}

test("A file archive keeps gzip files in its folder and hashes them", async () => {
  const root = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    const { storage, gzip, sha256 } = fileArchive(root);
    await storage.write("feed/file.gz", gzip.compress(content()));
    assert.equal(gunzipSync(await readFile(join(root, "feed/file.gz"))).toString(), "abc");
    const hasher = sha256();
    for await (const chunk of gzip.decompress(storage.read("feed/file.gz"))) hasher.update(chunk);
    // FIPS 180-4's example for "abc".
    assert.equal(
      hasher.digest(),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  } finally {
    await rm(root, { recursive: true });
  }
});

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { describeSealed, sealContent, sealOpenFile } from "./seal.ts";
import type { ArchiveIo, ByteStream } from "../storage/storage.ts";
import { toyDelta } from "../testing/toy_exchange_test_support.ts";

const TARGET = {
  feed: "toy",
  stream: "books",
  date: "2026-08-11",
  folder: "toy/books/2026-08-11",
  base: "1200-01",
};
const SEALED = `${TARGET.folder}/1200-01.jsonl.gz`;
const FACTS = { sequence: "checked", clock: "receive" } as const;
const NOON = 1_786_449_600_000_000;

function inMemory(): ArchiveIo {
  return { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
}

const stamp = (seq: number, session = "s"): string =>
  `"_received_at":${NOON + seq},"_session":"${session}","_seq":${seq}}\n`;
const CONTENT = [
  `${toyDelta(1, 1).slice(0, -1)},${stamp(1)}`,
  `{"type":"gap","reason":"sequence","sid":1,"from":2,"to":3,"missing":2,"markets":["A"],${
    stamp(1)
  }`,
  `${toyDelta(1, 4).slice(0, -1)},${stamp(2)}`,
  `{"type":"raw","encoding":"utf8","data":"ä{",${stamp(3)}`,
  `${toyDelta(1, 1).slice(0, -1)},${stamp(7, "t")}`,
].join("");
const BYTES = new TextEncoder().encode(CONTENT);

async function* inPieces(sizes: readonly number[]): ByteStream {
  let at = 0;
  for (let i = 0; at < BYTES.length; i++) {
    const size = sizes.length === 0 ? BYTES.length : sizes[i % sizes.length]!;
    yield BYTES.slice(at, at + size);
    at += size;
  }
}

async function read(io: ArchiveIo, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.storage.read(path)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("The entry describes what is stored, however the content comes in chunks", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 5 });
  await fc.assert(fc.asyncProperty(sizes, async (pieces) => {
    const io = inMemory();
    const entry = await sealContent(io, TARGET, inPieces(pieces), FACTS);
    const stored = await read(io, SEALED);
    assert.equal(gunzipSync(stored).toString(), CONTENT);
    const { gaps, ...rest } = entry;
    assert.deepEqual(rest, {
      name: "1200-01.jsonl.gz",
      records: 5,
      recordsByType: { delta: 3, gap: 1, raw: 1 },
      bytes: BYTES.length,
      firstReceivedAt: NOON + 1,
      lastReceivedAt: NOON + 7,
      sessions: [{ id: "s", firstSeq: 1, lastSeq: 3 }, { id: "t", firstSeq: 7, lastSeq: 7 }],
      sha256: createHash("sha256").update(stored).digest("hex"),
      contentSha256: createHash("sha256").update(CONTENT).digest("hex"),
      ...FACTS,
    });
    assert.equal(gaps.length, 1);
    assert.equal(gaps[0]?.missing, 2);
    assert.deepEqual(await describeSealed(io, SEALED, TARGET.feed, FACTS), entry);
  }));
});

test("Sealing never overwrites a file", async () => {
  const io = inMemory();
  await io.storage.write(SEALED, Uint8Array.of(1));
  const sealing = sealContent(io, TARGET, inPieces([]), FACTS);
  await assert.rejects(sealing, { code: "already_exists" });
  assert.deepEqual([...await read(io, SEALED)], [1]);
});

test("Content that fails to be read leaves no sealed file, no entry, and the open file", async () => {
  const io = inMemory();
  const open = `${TARGET.folder}/1200-01.jsonl.open`;
  await io.storage.write(open, BYTES);
  const failing: ArchiveIo = {
    ...io,
    gzip: {
      ...nodeGzip,
      async *compress(source) {
        yield* nodeGzip.compress(source);
        throw new Error("the compressor failed");
      },
    },
  };
  await assert.rejects(sealOpenFile(failing, open, TARGET, FACTS), /compressor failed/);
  assert.deepEqual((await io.storage.list("")).map(({ path }) => path), [open]);
  await sealOpenFile(io, open, TARGET, FACTS);
  const paths = (await io.storage.list("")).map(({ path }) => path);
  assert.deepEqual(paths, [SEALED, `${TARGET.folder}/manifest.json`]);
});

import { EventBatch, EventKind, MemoryCache, MemoryStorage, Replay } from "@ssmd/core";
import { CacheFolder, fileArchive, nodeGzip, sha256 } from "@ssmd/core/fs";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { KalshiDecoder } from "./decoder.ts";

const DATA = process.env["SSMD_DATA"];
const LINES = 30_000;

/** A day of one stream: tickers and trades with receive times, and a lifecycle frame now and then. */
function dayOf(stream: number): Uint8Array {
  const lines = Array.from({ length: LINES }, (_, i) => {
    const ticker = `KXTEST-26JAN20-T${(i * 7 + stream) % 300}`;
    const msg = i % 500 === 0
      ? `{"type":"market_lifecycle_v2","sid":3,"msg":{"market_ticker":"${ticker}","event_type":"activated"}}`
      : i % 5 === 0
      ? `{"type":"trade","sid":2,"seq":${i},"msg":{"market_ticker":"${ticker}","yes_price":${
        i % 99
      },"count":3,"taker_side":"yes","ts":${1_768_867_200 + i}}}`
      : `{"type":"ticker","sid":1,"msg":{"market_ticker":"${ticker}","price":${i % 99},"yes_bid":${
        i % 50
      },"volume":${i * 3},"dollar_volume":${i},"ts":${1_768_867_200 + i}}}`;
    return `${msg.slice(0, -1)},"_received_at":${1_768_867_200_000_000 + i * 2500 + stream}}`;
  });
  return new Uint8Array(gzipSync(lines.join("\n") + "\n"));
}

/** A digest over everything in the rows, with the ids of the markets. */
async function digestOf(
  replay: Replay,
): Promise<{ rows: number; batches: number; digest: string }> {
  const hash = createHash("sha256");
  let rows = 0;
  let batches = 0;
  for await (const batch of replay) {
    batches++;
    rows += batch.length;
    for (let row = 0; row < batch.length; row++) {
      hash.update(`${batch.market[row]} ${JSON.stringify(batch.at(row))}\n`);
    }
  }
  return { rows, batches, digest: hash.digest("hex") };
}

test("Files of many blocks are the same from the cache, alone and merged with others", async () => {
  const source = { storage: new MemoryStorage(), gzip: nodeGzip };
  for (const stream of [0, 1]) {
    await source.storage.write(`kalshi/s${stream}/2026-01-20/0000.jsonl.gz`, dayOf(stream));
  }
  const cache = new MemoryCache(sha256);
  for (const wanted of [["s0"], ["s0", "s1"]]) {
    const streams = ({ stream }: { stream: string }): boolean => wanted.includes(stream);
    const plain = await digestOf(new Replay(source, new KalshiDecoder(), { streams }));
    assert.equal(plain.rows, wanted.length * LINES);
    for (const batchRows of [8192, 100, 20_000]) {
      const options = { streams, cache, batchRows };
      const kept = await digestOf(new Replay(source, new KalshiDecoder(), options));
      assert.deepEqual([kept.rows, kept.digest], [plain.rows, plain.digest]);
      assert.ok(kept.batches > 1);
    }
  }
  assert.deepEqual([cache.counts.misses, cache.counts.written], [2, 2]);
});

test("Rows take about the bytes that their values need", async () => {
  const source = { storage: new MemoryStorage(), gzip: nodeGzip };
  await source.storage.write("2026-01-20/0000.jsonl.gz", dayOf(0));
  const cache = new MemoryCache(sha256);
  await digestOf(new Replay(source, new KalshiDecoder(), { cache }));
  const [entry] = [...cache.entries.values()];
  assert.ok(entry!.length / LINES < 30, `${entry!.length / LINES} bytes a row`);
});

test("The rows of a cache do not share memory with the batch of a caller", async () => {
  const source = { storage: new MemoryStorage(), gzip: nodeGzip };
  await source.storage.write("2026-01-20/0000.jsonl.gz", dayOf(0));
  const cache = new MemoryCache(sha256);
  for (let round = 0; round < 2; round++) {
    const decoder = new KalshiDecoder();
    const all = new EventBatch(decoder.symbols);
    for await (const batch of new Replay(source, decoder, { cache })) {
      all.append(batch, 0, batch.length);
      batch.clear();
    }
    assert.equal(all.length, LINES);
    assert.equal(
      all.kind.subarray(0, LINES).filter((kind) => kind === EventKind.trade).length,
      5940,
    );
  }
});

test("Recorded lines are the same from a cache in a folder", {
  skip: DATA === undefined ? "SSMD_DATA is not set" : false,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-kept-"));
  try {
    await mkdir(join(folder, "data", "2026-01-21"), { recursive: true });
    const file = join(folder, "data", "2026-01-21", "0000.jsonl.gz");
    await copyFile(join(DATA!, "momentum", "records.jsonl.gz"), file);
    const source = fileArchive(join(folder, "data"));
    const plain = await digestOf(new Replay(source, new KalshiDecoder()));
    for (const expected of [[0, 1], [1, 0]]) {
      const cache = new CacheFolder(join(folder, "cache"));
      const kept = await digestOf(new Replay(source, new KalshiDecoder(), { cache }));
      assert.deepEqual([kept.rows, kept.digest], [plain.rows, plain.digest]);
      assert.deepEqual([cache.counts.hits, cache.counts.misses], expected);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

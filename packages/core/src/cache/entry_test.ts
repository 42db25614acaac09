import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockWriter } from "./block_writer.ts";
import { EntryMemory, EntryReader } from "./entry_reader.ts";
import { EntryWriter } from "./entry_writer.ts";
import { MemoryCache } from "./memory_cache.ts";
import { sha256 } from "../fs/mod.ts";

const KEY = "made from this";
const MEMORY = new EntryMemory();

async function entryOf(
  blocks: readonly (readonly number[])[],
  summary: unknown,
): Promise<Uint8Array> {
  const cache = new MemoryCache(sha256);
  const out = await cache.create(0);
  const entry = new EntryWriter(out!);
  const block = new BlockWriter();
  for (const values of blocks) {
    block.clear();
    block.numbers("values", values);
    assert.ok(await entry.add(block));
  }
  assert.ok(await entry.finish("name", KEY, summary));
  return cache.entries.get("name")!;
}

async function open(entry: Uint8Array, key: string = KEY): Promise<EntryReader | undefined> {
  const cache = new MemoryCache(sha256);
  (cache.entries as Map<string, Uint8Array>).set("name", entry);
  return await EntryReader.open((await cache.open("name"))!, key, MEMORY);
}

test("An entry gives back its blocks in order and its summary", async () => {
  for (const count of [0, 1, 3]) {
    const blocks = Array.from({ length: count }, (_, i) => [i, i + 0.5, NaN]);
    const reader = await open(await entryOf(blocks, { count }));
    assert.deepEqual(reader?.summary, { count });
    for (const values of blocks) {
      const into = new Float64Array(3);
      (await reader!.next())!.numbers("values", 3, into);
      assert.deepEqual([...into], values);
    }
    assert.equal(await reader!.next(), undefined);
  }
});

test("An entry larger than the window in memory is read in parts", async () => {
  const blocks = Array.from(
    { length: 7 },
    (_, i) => Array.from({ length: 130_000 }, (_, k) => k + i / 3),
  );
  const reader = await open(await entryOf(blocks, "large"));
  for (const values of blocks) {
    const into = new Float64Array(values.length);
    (await reader!.next())!.numbers("values", values.length, into);
    assert.deepEqual(into, Float64Array.from(values));
  }
});

test("No bit of an entry can change without notice, and no part of it be missing", async () => {
  const entry = await entryOf([[1, 2, 3], [0.5, NaN]], { a: 1 });
  for (let at = 0; at < entry.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const wrong = entry.slice();
      wrong[at]! ^= 1 << bit;
      assert.equal(await open(wrong), undefined, `bit ${bit} of byte ${at}`);
    }
    assert.equal(await open(entry.subarray(0, at)), undefined, `cut at ${at}`);
  }
  const longer = new Uint8Array(entry.length + 8);
  longer.set(entry);
  assert.equal(await open(longer), undefined);
  longer.set(entry, 8);
  assert.equal(await open(longer), undefined);
});

test("An entry made from something else is not taken", async () => {
  const entry = await entryOf([[1]], {});
  assert.notEqual(await open(entry), undefined);
  assert.equal(await open(entry, "made from that"), undefined);
  assert.equal(await open(new TextEncoder().encode('{"type":"ticker"}')), undefined);
});

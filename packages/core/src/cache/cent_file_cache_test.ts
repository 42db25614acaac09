import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchiveFile } from "../archive/archive_catalog.ts";
import { CentFileCache, type DecodedCents } from "./cent_file_cache.ts";
import type { CentRecords } from "../cent_records.ts";
import { MemoryCache } from "./memory_cache.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";

const DOUBLES = [
  "ts",
  "price",
  "volume",
  "dollarVolume",
  "yesBid",
  "yesAsk",
  "noBid",
  "noAsk",
  "count",
] as const;

const cell = fc.oneof(
  fc.constant(NaN),
  fc.nat(100),
  fc.nat(10_000).map((price) => price / 10_000 * 100),
  fc.double(),
);
const record = fc.record({
  kind: fc.nat(2),
  market: fc.nat(5),
  side: fc.nat(2),
  cells: fc.tuple(cell, cell, cell, cell, cell, cell, cell, cell, cell),
});
type Record = typeof record extends fc.Arbitrary<infer T> ? T : never;
const batch = fc.record({ rows: fc.array(record), lastReceivedAt: fc.nat(9) });
type Batch = typeof batch extends fc.Arbitrary<infer T> ? T : never;
const files = fc.array(fc.array(batch, { maxLength: 3 }), { maxLength: 4 });

/** One file's batches, with ids of its own. */
function decoded(number: number, batches: readonly Batch[], isDamaged = false): DecodedCents {
  const tickers: string[] = [];
  const idOf = ({ market }: Record): number => {
    const ticker = `M${market * (number + 1)}`;
    return tickers.includes(ticker) ? tickers.indexOf(ticker) : tickers.push(ticker) - 1;
  };
  return {
    async *[Symbol.asyncIterator]() {
      for (const { rows, lastReceivedAt } of batches) {
        const column = (i: number) => Float64Array.from(rows, ({ cells }) => cells[i]!);
        const columns = Object.fromEntries(DOUBLES.map((name, i) => [name, column(i)]));
        yield {
          length: rows.length,
          tickers,
          kind: Uint8Array.from(rows, ({ kind }) => kind),
          side: Uint8Array.from(rows, ({ side }) => side),
          market: Uint32Array.from(rows, idOf),
          lastReceivedAt,
          ...columns as globalThis.Record<typeof DOUBLES[number], Float64Array>,
        };
      }
    },
    account: () => isDamaged ? undefined : { lines: batches.length },
  };
}

function plain(records: CentRecords, out: unknown[]): void {
  for (let row = 0; row < records.length; row++) {
    const id = records.market[row]!;
    out.push([
      records.kind[row],
      id,
      records.tickers[id],
      records.side[row],
      ...DOUBLES.map((name) => records[name][row]),
    ]);
  }
  out.push(records.lastReceivedAt);
}

interface Reading {
  readonly rows: unknown[];
  readonly accounts: unknown[];
  readonly origins: string[];
}

async function readAll(
  cache: MemoryCache | undefined,
  plan: readonly (readonly Batch[])[],
  damaged = -1,
): Promise<Reading> {
  const storage = new MemoryStorage();
  const reading: Reading = { rows: [], accounts: [], origins: [] };
  const kept = cache ?? new MemoryCache(sha256, 0);
  const all = new CentFileCache({ storage, gzip: nodeGzip }, kept, "rules 1");
  for (const [number, batches] of plan.entries()) {
    const path = `2026-01-20/${number}.jsonl.gz`;
    await storage.write(path, Uint8Array.of(number));
    const file: ArchiveFile = { path, name: path, date: "2026-01-20", state: "sealed", size: 1 };
    const decode = () => decoded(number, batches, number === damaged);
    const records = all.read(file, decode, (from) => reading.origins.push(from));
    for (;;) {
      const { done, value } = await records.next();
      if (done === true) {
        reading.accounts.push(value);
        break;
      }
      plain(value, reading.rows);
    }
  }
  return reading;
}

test("Records are the same from a cold, a warm and a half-warm cache, with their ids", async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.array(fc.boolean()), async (plan, drops) => {
      const { rows, accounts } = await readAll(undefined, plan);
      const cache = new MemoryCache(sha256);
      const entries = cache.entries as Map<string, Uint8Array>;
      for (const expected of ["archive", "cache"]) {
        const reading = await readAll(cache, plan);
        assert.deepEqual([reading.rows, reading.accounts], [rows, accounts]);
        assert.deepEqual(new Set(reading.origins), new Set(plan.map(() => expected)));
      }
      [...entries.keys()].forEach((name, i) => drops[i] === true && entries.delete(name));
      const reading = await readAll(cache, plan);
      assert.deepEqual([reading.rows, reading.accounts], [rows, accounts]);
    }),
    { numRuns: 50 },
  );
});

test("A damaged file and one that was left early are not kept", async () => {
  const rows = [{
    kind: 1,
    market: 1,
    side: 0,
    cells: Array<number>(9).fill(1),
  }] as unknown as Record[];
  const plan = [[{ rows, lastReceivedAt: 5 }, { rows, lastReceivedAt: 6 }]];
  const cache = new MemoryCache(sha256);
  assert.deepEqual((await readAll(cache, plan, 0)).accounts, [undefined]);
  assert.equal(cache.entries.size, 0);
  const storage = new MemoryStorage();
  await storage.write("f", Uint8Array.of(1));
  const file: ArchiveFile = { path: "f", name: "f", date: "", state: "sealed", size: 1 };
  const all = new CentFileCache({ storage, gzip: nodeGzip }, cache, "rules 1");
  for await (const records of all.read(file, () => decoded(0, plan[0]!))) {
    assert.equal(records.length, 1);
    break;
  }
  assert.equal(cache.entries.size, 0);
});

test("Other rules have other entries, and so have other bytes", async () => {
  const storage = new MemoryStorage();
  await storage.write("f", Uint8Array.of(1));
  const file: ArchiveFile = { path: "f", name: "f", date: "", state: "sealed", size: 1 };
  const cache = new MemoryCache(sha256);
  const read = async (rules: string): Promise<void> => {
    const all = new CentFileCache({ storage, gzip: nodeGzip }, cache, rules);
    for await (const _ of all.read(file, () => decoded(0, [])));
  };
  await read("a");
  await read("a");
  await read("b");
  await storage.write("f", Uint8Array.of(2), { replace: true });
  await read("a");
  assert.deepEqual([cache.counts.hits, cache.counts.misses], [1, 3]);
});

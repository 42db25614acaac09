import assert from "node:assert/strict";
import { test } from "node:test";
import { SsmdError } from "../errors.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { readCatalog } from "./archive_catalog.ts";
import { type DayRange, selectDays } from "./selected_days.ts";

async function archiveOf(...days: string[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const day of days) await storage.write(`feed/stream/${day}/0000.jsonl`, new Uint8Array(1));
  await storage.write("feed/stream/markets.jsonl", new Uint8Array(1));
  return storage;
}

async function daysOf(range: DayRange): Promise<[present: string, missing: string]> {
  const storage = await archiveOf("2026-02-27", "2026-03-01", "2026-03-03");
  const { present, missing } = await selectDays(storage, range);
  return [present.join(" "), missing.join(" ")];
}

test("Without a range every day is chosen, and days missing between them are named", async () => {
  assert.deepEqual(await daysOf({}), [
    "2026-02-27 2026-03-01 2026-03-03",
    "2026-02-28 2026-03-02",
  ]);
});

test("A range includes both of its ends and names every day that it lacks", async () => {
  assert.deepEqual(await daysOf({ from: "2026-03-01", to: "2026-03-05" }), [
    "2026-03-01 2026-03-03",
    "2026-03-02 2026-03-04 2026-03-05",
  ]);
});

test("Single days are chosen in the order of time, each once", async () => {
  assert.deepEqual(
    await daysOf({ dates: ["2026-03-03", "2026-02-27", "2026-03-03", "2026-01-01"] }),
    [
      "2026-02-27 2026-03-03",
      "2026-01-01",
    ],
  );
});

test("The chosen days' storage shows nothing of the others, and keeps what belongs to no day", async () => {
  const storage = await archiveOf("2026-02-27", "2026-03-01");
  const { storage: chosen } = await selectDays(storage, { from: "2026-03-01" });
  assert.deepEqual((await chosen.list("")).map(({ path }) => path), [
    "feed/stream/2026-03-01/0000.jsonl",
    "feed/stream/markets.jsonl",
  ]);
  const [stream] = await readCatalog(chosen);
  assert.deepEqual(stream?.files.map(({ date }) => date), ["2026-03-01"]);
  await assert.rejects(chosen.remove("feed/stream/markets.jsonl"), SsmdError);
});

test("Days that do not exist, and ranges that hold none, are refused", async () => {
  for (
    const range of [
      { from: "2026-02-30" },
      { dates: ["yesterday"] },
      { from: "2026-03-02", to: "2026-03-01" },
      { from: "2026-03-02", dates: ["2026-03-02"] },
      { from: "0001-01-01" },
      { from: "2026-03-01", to: "9999-12-31" },
    ]
  ) {
    await assert.rejects(daysOf(range), { code: "invalid_input" });
  }
});

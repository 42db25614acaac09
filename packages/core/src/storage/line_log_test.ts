import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { failAfter } from "../testing/fail_after.ts";
import { LineLog } from "./line_log.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { readText } from "./read_text.ts";

const PATH = "kalshi/capture/markets.jsonl";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (line: Uint8Array): string => new TextDecoder().decode(line);

test("Lines are found again in their order by the next one who opens the log", async () => {
  const storage = new MemoryStorage();
  const log = await LineLog.open(storage, PATH);
  await log.append(bytes("one\ntwo\n"));
  await log.append(bytes("three\n"));
  await log.close();
  await log.close();
  const seen: string[] = [];
  const again = await LineLog.open(storage, PATH, (line) => seen.push(text(line)));
  await again.close();
  assert.deepEqual(seen, ["one", "two", "three"]);
});

test("An unfinished last line is cut off and the next line stands alone", async () => {
  const storage = new MemoryStorage();
  await storage.write(PATH, bytes("whole\nunfini"));
  const seen: string[] = [];
  const log = await LineLog.open(storage, PATH, (line) => seen.push(text(line)));
  await log.append(bytes("next\n"));
  await log.close();
  assert.deepEqual(seen, ["whole"]);
  assert.equal(await readText(storage, PATH), "whole\nnext\n");
});

test("Calls that overlap keep their order", async () => {
  const storage = new MemoryStorage();
  const log = await LineLog.open(storage, PATH);
  await Promise.all(["a", "b", "c", "d"].map((line) => log.append(bytes(`${line}\n`))));
  await log.close();
  assert.equal(await readText(storage, PATH), "a\nb\nc\nd\n");
});

test("Wherever the disk becomes full, what is there are the whole lines that were acknowledged", async () => {
  const lines = fc.array(fc.stringMatching(/^[a-z]{0,9}$/), { minLength: 1, maxLength: 8 });
  await fc.assert(fc.asyncProperty(lines, fc.nat(60), async (wanted, room) => {
    const storage = new MemoryStorage();
    const log = await LineLog.open(failAfter(storage, room), PATH);
    const kept: string[] = [];
    for (const line of wanted) {
      await log.append(bytes(`${line}\n`)).then(() => kept.push(line), () => {});
    }
    await log.close();
    const seen: string[] = [];
    const again = await LineLog.open(storage, PATH, (line) => seen.push(text(line)));
    await again.append(bytes("space again\n"));
    await again.close();
    assert.deepEqual(seen, kept);
    const all = await readText(storage, PATH);
    assert.equal(all, [...kept, "space again"].map((line) => `${line}\n`).join(""));
  }));
});

test("A line without its end and a closed log are refused at once", async () => {
  const log = await LineLog.open(new MemoryStorage(), PATH);
  assert.throws(() => log.append(bytes("half")), RangeError);
  assert.throws(() => log.append(new Uint8Array(0)), RangeError);
  await log.close();
  assert.throws(() => log.append(bytes("late\n")), /the log is closed/);
});

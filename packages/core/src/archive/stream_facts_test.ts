import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "../storage/memory_storage.ts";
import type { FileFacts } from "./seal.ts";
import { readStreamFacts, writeStreamFacts } from "./stream_facts.ts";

const FOLDER = "toy/books";
const PATH = `${FOLDER}/journal.json`;
const NOTHING: FileFacts = { sequence: "unchecked", clock: "receive" };

test("What was written is read again", async () => {
  const storage = new MemoryStorage();
  let before = await readStreamFacts(storage, FOLDER);
  assert.deepEqual(before, NOTHING);
  for (const sequence of ["checked", "partial", "unchecked"] as const) {
    for (const clock of ["exchange", "receive"] as const) {
      await writeStreamFacts(storage, FOLDER, { sequence, clock }, before);
      before = await readStreamFacts(storage, FOLDER);
      assert.deepEqual(before, { sequence, clock });
    }
  }
});

test("Facts that are the same are not written again", async () => {
  const storage = new MemoryStorage();
  await writeStreamFacts(storage, FOLDER, NOTHING, NOTHING);
  assert.deepEqual(await storage.list(""), []);
  const checked: FileFacts = { sequence: "checked", clock: "receive" };
  await writeStreamFacts(storage, FOLDER, checked, checked);
  assert.deepEqual(await storage.list(""), []);
});

test("A file that says nothing clearly claims nothing", async () => {
  for (const text of ["", "{", "null", `{"sequence":"proven"}`, `{"sequence":true,"clock":1}`]) {
    const storage = new MemoryStorage();
    await storage.write(PATH, new TextEncoder().encode(text));
    assert.deepEqual(await readStreamFacts(storage, FOLDER), NOTHING, text);
  }
});

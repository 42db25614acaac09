import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, ManualClock } from "../clock.ts";
import { Journal, type SyncPolicy } from "./journal.ts";
import type { AppendFile } from "../storage/storage.ts";

const LINE = new TextEncoder().encode("a line\n");
const NO_FRAMES: ReadonlyMap<string, number> = new Map();

/** A file that keeps what was done to it, a word each; `failing` is what it refuses. */
class TracedFile implements AppendFile {
  readonly done: string[] = [];
  failing = "";

  append(data: Uint8Array): Promise<void> {
    return this.#do(`append ${data.length}`);
  }

  sync(): Promise<void> {
    return this.#do("sync");
  }

  close(): Promise<void> {
    return this.#do("close");
  }

  // deno-lint-ignore require-await
  async #do(what: string): Promise<void> {
    if (this.failing !== "" && what.startsWith(this.failing)) throw new Error(`refused: ${what}`);
    this.done.push(what);
  }
}

function journalOf(policy: SyncPolicy, clock: Clock = new ManualClock()): [Journal, TracedFile] {
  const file = new TracedFile();
  return [new Journal(file, policy, clock), file];
}

test("The policy `batch` syncs with every append, before it resolves", async () => {
  const [journal, file] = journalOf("batch");
  await journal.append(LINE, NO_FRAMES);
  assert.deepEqual(file.done, ["append 7", "sync"]);
  await journal.append(LINE, NO_FRAMES);
  await journal.tick();
  assert.deepEqual(file.done, ["append 7", "sync", "append 7", "sync"]);
  assert.equal(journal.size, 14);
});

test("The policy `none` leaves syncing to whoever seals", async () => {
  const [journal, file] = journalOf("none");
  await journal.append(LINE, NO_FRAMES);
  await journal.tick();
  assert.deepEqual(file.done, ["append 7"]);
  await journal.sync();
  assert.deepEqual(file.done, ["append 7", "sync"]);
});

test("The policy `every` counts from the oldest line that is not on disk", async () => {
  const clock = new ManualClock(1_000_000);
  const [journal, file] = journalOf({ every: 100 }, clock);
  await journal.tick();
  assert.equal(file.done.length, 0);
  await journal.append(LINE, NO_FRAMES);
  clock.set(1_060_000);
  await journal.append(LINE, NO_FRAMES);
  clock.set(1_099_999);
  await journal.tick();
  assert.equal(file.done.includes("sync"), false);
  clock.set(1_100_000);
  await journal.tick();
  assert.deepEqual(file.done, ["append 7", "append 7", "sync"]);
  await journal.tick();
  clock.set(9_000_000);
  await journal.tick();
  assert.equal(file.done.length, 3, "nothing is waiting, so nothing is synced");
});

test("The policy `every` also syncs in an append that comes late enough", async () => {
  const clock = new ManualClock();
  const [journal, file] = journalOf({ every: 100 }, clock);
  await journal.append(LINE, NO_FRAMES);
  clock.set(100_000);
  await journal.append(LINE, NO_FRAMES);
  assert.deepEqual(file.done, ["append 7", "append 7", "sync"]);
  const [eager, eagerFile] = journalOf({ every: 0 });
  await eager.append(LINE, NO_FRAMES);
  assert.deepEqual(eagerFile.done, ["append 7", "sync"]);
});

test("A sync that failed is due again, and lines that were not appended do not count", async () => {
  const clock = new ManualClock();
  const [journal, file] = journalOf({ every: 100 }, clock);
  file.failing = "append";
  await assert.rejects(journal.append(LINE, NO_FRAMES), /refused: append 7/);
  assert.equal(journal.size, 0);
  file.failing = "sync";
  await journal.append(LINE, NO_FRAMES);
  clock.set(100_000);
  await assert.rejects(journal.tick(), /refused: sync/);
  file.failing = "";
  await journal.tick();
  assert.deepEqual(file.done, ["append 7", "sync"]);
});

test("Only the policy `every` asks the clock", async () => {
  const noClock: Clock = {
    now: () => {
      throw new Error("asked");
    },
  };
  for (const policy of ["batch", "none"] as const) {
    const [journal] = journalOf(policy, noClock);
    await journal.append(LINE, NO_FRAMES);
    await journal.tick();
    await journal.close();
  }
  await assert.rejects(journalOf({ every: 1 }, noClock)[0].append(LINE, NO_FRAMES), /asked/);
});

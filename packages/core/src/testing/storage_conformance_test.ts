import assert from "node:assert/strict";
import { test } from "node:test";
import { type ByteStream, type JournalStorage, MemoryStorage, type StreamLock } from "../mod.ts";
import { storageConformance } from "./storage_conformance.ts";

/** The names of the cases that storage made by `make` fails. */
async function failures(make: () => JournalStorage): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of storageConformance(() => Promise.resolve(make()))) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

class Overwriting extends MemoryStorage {
  override write(path: string, data: Uint8Array | ByteStream): Promise<void> {
    return super.write(path, data, { replace: true });
  }
}

class Unlocked extends MemoryStorage {
  override lock(): Promise<StreamLock> {
    return Promise.resolve({ release: () => Promise.resolve() });
  }
}

class PrefixMatching extends MemoryStorage {
  override async list(prefix: string): ReturnType<MemoryStorage["list"]> {
    return (await super.list("")).filter(({ path }) => path.startsWith(prefix));
  }
}

class Sharing extends MemoryStorage {
  readonly #kept = new Map<string, Uint8Array>();
  override async write(path: string, data: Uint8Array | ByteStream): Promise<void> {
    if (data instanceof Uint8Array) this.#kept.set(path, data);
    await super.write(path, data);
  }
  override async *read(path: string): ByteStream {
    const kept = this.#kept.get(path);
    if (kept === undefined) yield* super.read(path);
    else yield kept;
  }
}

class Torn extends MemoryStorage {
  override async write(path: string, data: Uint8Array | ByteStream): Promise<void> {
    if (data instanceof Uint8Array) return await super.write(path, data);
    const file = await this.openAppend(path);
    for await (const chunk of data) await file.append(chunk);
  }
}

test("The suite finds what is wrong with a storage", async () => {
  const wrong: readonly [() => JournalStorage, RegExp][] = [
    [() => new Overwriting(), /^Never overwrites an existing file unless told to$/],
    [() => new Unlocked(), /^Gives a lock to one owner at a time$/],
    [() => new PrefixMatching(), /^Lists what is below a folder/],
    [() => new Sharing(), /^Shares no memory with its users$/],
    [() => new Torn(), /^Keeps nothing of a write whose source fails/],
  ];
  for (const [make, expected] of wrong) {
    const failed = await failures(make);
    assert.ok(failed.some((name) => expected.test(name)), `${expected} in ${failed.join("; ")}`);
  }
  assert.deepEqual(await failures(() => new MemoryStorage()), []);
});

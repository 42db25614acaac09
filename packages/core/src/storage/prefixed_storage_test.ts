import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "./memory_storage.ts";
import { PrefixedStorage } from "./prefixed_storage.ts";
import { storageConformance } from "../testing/mod.ts";

const bytes = new TextEncoder().encode("x");

for (
  const { name, run } of storageConformance(() =>
    Promise.resolve(new PrefixedStorage(new MemoryStorage(), "outer/.inner"))
  )
) {
  test(`PrefixedStorage: ${name}`, run);
}

test("A prefixed storage sees and makes only what is below its folder", async () => {
  const outer = new MemoryStorage();
  const inner = new PrefixedStorage(outer, "a/.import");
  for (const path of ["a/file", "a/.import-2/file", "a/.import.x"]) await outer.write(path, bytes);
  assert.deepEqual(await inner.list(""), []);
  await inner.write("b/file", bytes);
  await (await inner.openAppend("b/open")).close();
  const inside = [{ path: "b/file", size: 1 }, { path: "b/open", size: 0 }];
  assert.deepEqual(await inner.list(""), inside);
  assert.deepEqual(await inner.list("b"), inside);
  const paths = (await outer.list("a/.import")).map(({ path }) => path);
  assert.deepEqual(paths, ["a/.import/b/file", "a/.import/b/open"]);
});

test("Equal lock names in two folders of one storage are two locks", async () => {
  const outer = new MemoryStorage();
  const locks = [
    await outer.lock("lock"),
    await new PrefixedStorage(outer, "a").lock("lock"),
    await new PrefixedStorage(outer, "b").lock("lock"),
  ];
  await assert.rejects(outer.lock("a/lock"), { code: "stream_locked" });
  for (const lock of locks) await lock.release();
});

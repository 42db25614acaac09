import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { collect, inChunks } from "./conformance_case.ts";
import { failAfter } from "./fail_after.ts";
import { storageConformance } from "./storage_conformance.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

for (
  const { name, run } of storageConformance(() =>
    Promise.resolve(failAfter(new MemoryStorage(), Infinity))
  )
) {
  test(`Storage that has room enough: ${name}`, run);
}

test("An append that does not fit writes what fits, and nothing fits after it", async () => {
  const storage = failAfter(new MemoryStorage(), 10);
  const file = await storage.openAppend("a/open");
  await file.append(bytes("12345678"));
  await assert.rejects(file.append(bytes("abcd")), { code: "write_failed", message: /a\/open/ });
  await assert.rejects(file.append(bytes("x")), { code: "write_failed" });
  await file.append(bytes(""));
  assert.equal(Buffer.from(await collect(storage.read("a/open"))).toString(), "12345678ab");
  await storage.truncate("a/open", 8);
  await assert.rejects(storage.write("a/new", bytes("y")), { code: "write_failed" });
});

test("A write that does not fit leaves nothing, and what it would replace stays", async () => {
  const storage = failAfter(new MemoryStorage(), 10);
  await storage.write("old", bytes("old"));
  const long = bytes("longer than that");
  await assert.rejects(storage.write("new", inChunks(long, 4)), { code: "write_failed" });
  await assert.rejects(storage.write("old", long, { replace: true }), { code: "write_failed" });
  assert.deepEqual(await storage.list(""), [{ path: "old", size: 3 }]);
  assert.equal(Buffer.from(await collect(storage.read("old"))).toString(), "old");
});

import { test } from "node:test";
import { MemoryStorage } from "./memory_storage.ts";
import { storageConformance } from "../testing/storage_conformance.ts";

for (const { name, run } of storageConformance(() => Promise.resolve(new MemoryStorage()))) {
  test(`MemoryStorage: ${name}`, run);
}

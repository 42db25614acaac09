import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { storageConformance } from "../testing/mod.ts";
import { FileStorage } from "./file_storage.ts";
import { temporaryName } from "./temporary_name.ts";

const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
/** A folder that does not exist yet. */
function newRoot(): string {
  return join(folder, String(made++), "root");
}

for (const { name, run } of storageConformance(async () => await new FileStorage(newRoot()))) {
  test(`FileStorage: ${name}`, run);
}

test("No path leads out of the root or means two things", async () => {
  const storage = new FileStorage(newRoot());
  const paths = [
    "",
    "/a",
    "a/",
    "a//b",
    "..",
    "a/../b",
    "./a",
    "a/.",
    "a\0b",
    "a\\b",
    "C:",
    "c:/a",
  ];
  for (const path of paths) {
    const invalid = { code: "invalid_name" };
    await assert.rejects(storage.write(path, new Uint8Array()), invalid, path);
    await assert.rejects(storage.openAppend(path), invalid, path);
    await assert.rejects(storage.remove(path), invalid, path);
    await assert.rejects(storage.truncate(path, 0), invalid, path);
    await assert.rejects(storage.lock(path), invalid, path);
    assert.throws(() => storage.read(path), invalid, path);
    if (path !== "") await assert.rejects(storage.list(path), invalid, path);
  }
  assert.deepEqual(await storage.list(""), []);
});

test("Names of temporary files cannot be written, are not listed, and can be removed", async () => {
  const root = newRoot();
  const storage = new FileStorage(root);
  const path = `a/${temporaryName("file")}`;
  await assert.rejects(storage.write(path, new Uint8Array()), { code: "invalid_name" });
  await assert.rejects(storage.openAppend(path), { code: "invalid_name" });
  await assert.rejects(storage.lock(path), { code: "invalid_name" });
  await mkdir(join(root, "a"), { recursive: true });
  await writeFile(join(root, path), "left over");
  await storage.write("a/.hidden", new Uint8Array(1));
  assert.deepEqual(await storage.list(""), [{ path: "a/.hidden", size: 1 }]);
  assert.deepEqual(await storage.listTemporary(""), [{ path, size: 9 }]);
  await storage.remove(path);
  assert.deepEqual(await readdir(join(root, "a")), [".hidden"]);
});

test("Links to folders and files are followed, links to nothing and back are not", async () => {
  const root = newRoot();
  const storage = new FileStorage(root);
  const elsewhere = new FileStorage(newRoot());
  await elsewhere.write("day/file", new Uint8Array(3));
  await storage.write("feed/file", new Uint8Array(2));
  await symlink(join(root, "../../", String(made - 1), "root"), join(root, "linked"));
  await symlink(join(root, "feed/file"), join(root, "alias"));
  await symlink(join(root, "nothing"), join(root, "broken"));
  await symlink(root, join(root, "feed/back"));
  assert.deepEqual(await storage.list(""), [
    { path: "alias", size: 2 },
    { path: "feed/file", size: 2 },
    { path: "linked/day/file", size: 3 },
  ]);
});

test("Chunks of a file are plain arrays of at most 256 KiB", async () => {
  const storage = new FileStorage(newRoot());
  await storage.write("file", new Uint8Array(600_000));
  const sizes: number[] = [];
  for await (const chunk of storage.read("file")) {
    assert.equal(Object.getPrototypeOf(chunk), Uint8Array.prototype, "slice() must copy");
    sizes.push(chunk.length);
  }
  assert.deepEqual(sizes, [262_144, 262_144, 75_712]);
});

test("A write that cannot be finished leaves no temporary file", async () => {
  const root = newRoot();
  const storage = new FileStorage(root);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error("no more");
  }
  await assert.rejects(storage.write("a/file", failing()), /no more/);
  await mkdir(join(root, "a/folder"));
  const overFolder = storage.write("a/folder", new Uint8Array(1), { replace: true });
  await assert.rejects(overFolder, { code: "write_failed" });
  await assert.rejects(storage.write("a/folder", new Uint8Array(1)), { code: "already_exists" });
  assert.deepEqual(await readdir(join(root, "a")), ["folder"]);
});

test("A file where a folder is needed fails the write and says so", async () => {
  const storage = new FileStorage(newRoot());
  await storage.write("a", new Uint8Array(1));
  await assert.rejects(storage.write("a/b", new Uint8Array(1)), {
    code: "write_failed",
    message: "Cannot write a/b: a file is where a folder is expected; move it away (ENOTDIR)",
  });
  await assert.rejects(storage.openAppend("a/b/c"), { code: "write_failed" });
});

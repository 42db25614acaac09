import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { FileStorage } from "./file_storage.ts";

const LOCK = "feed/stream/.lock";

async function withStorage(
  body: (storage: FileStorage, file: string, folder: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    await mkdir(join(root, "feed/stream"), { recursive: true });
    await body(new FileStorage(root), join(root, LOCK), join(root, "feed/stream"));
  } finally {
    await rm(root, { recursive: true });
  }
}

const owner = { pid: 1, processStart: null, bootId: null, host: hostname(), token: "a" };

test("A lock file says which process of which host holds it", async () => {
  await withStorage(async (storage, file, folder) => {
    const lock = await storage.lock(LOCK);
    const { pid, host, processStart, bootId } = JSON.parse(await readFile(file, "utf8"));
    assert.equal(pid, process.pid);
    assert.equal(host, hostname());
    assert.equal(typeof processStart, process.platform === "linux" ? "number" : "object");
    assert.equal(typeof bootId, process.platform === "linux" ? "string" : "object");
    assert.equal(lock.takenOverFrom, undefined);
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
  });
});

test("A lock of a process that lives, of this user or another, is refused", async () => {
  await withStorage(async (storage, file) => {
    for (const pid of [process.pid, process.ppid, 1]) {
      await writeFile(file, JSON.stringify({ ...owner, pid }));
      await assert.rejects(storage.lock(LOCK), {
        code: "stream_locked",
        message: new RegExp(`^Cannot write feed/stream: process ${pid} on host .* holds its lock `),
      });
    }
  });
});

test("A lock of another host is refused, whatever its process", async () => {
  await withStorage(async (storage, file) => {
    const text = JSON.stringify({ ...owner, host: "elsewhere", pid: 4_000_000, bootId: "other" });
    await writeFile(file, text);
    await assert.rejects(storage.lock(LOCK), (error: Error) => {
      assert.match(error.message, /process 4000000 on host elsewhere holds its lock since \d{4}-/);
      assert.ok(error.message.endsWith(`stop it first, or remove ${file} if it is gone`));
      return true;
    });
    assert.equal(await readFile(file, "utf8"), text);
  });
});

test("A lock from before the machine's last boot is taken over", {
  skip: process.platform === "linux" ? false : "needs boot ids",
}, async () => {
  await withStorage(async (storage, file, folder) => {
    await writeFile(file, JSON.stringify({ ...owner, pid: process.pid, bootId: "earlier" }));
    const lock = await storage.lock(LOCK);
    assert.match(lock.takenOverFrom!, new RegExp(`^process ${process.pid} on host .*, since `));
    assert.deepEqual(await readdir(folder), [".lock"]);
    await lock.release();
  });
});

test("A file that is no lock is refused, kept, and named", async () => {
  await withStorage(async (storage, file) => {
    const { token: _, ...incomplete } = owner;
    const contents = ["", "\0\0\0", "{}", "null", "[]", JSON.stringify(incomplete)];
    const wrong = [{ pid: 0 }, { pid: -1 }, { pid: 1.5 }, { pid: 2 ** 31 }, { pid: "1" }, {
      host: null,
    }];
    contents.push(...wrong.map((field) => JSON.stringify({ ...owner, ...field })));
    for (const content of contents) {
      await writeFile(file, content);
      await assert.rejects(storage.lock(LOCK), {
        code: "stream_locked",
        message: `Cannot write feed/stream: its lock ${file} is not readable as one; ` +
          "remove it if nobody writes",
      });
      assert.equal(await readFile(file, "utf8"), content);
    }
  });
});

test("Giving a lock back leaves the lock of somebody else alone", async () => {
  await withStorage(async (storage, file) => {
    const lock = await storage.lock(LOCK);
    await writeFile(file, JSON.stringify(owner));
    await lock.release();
    assert.equal(await readFile(file, "utf8"), JSON.stringify(owner));
  });
});

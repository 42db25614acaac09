import type { ByteStream, JournalStorage } from "../mod.ts";
import {
  collect,
  concatenate,
  type ConformanceCase,
  expect,
  expectBytes,
  expectCode,
  inChunks,
  noise,
} from "./conformance_case.ts";

const CHUNK = 65_536;

/**
 * What every {@link JournalStorage} must do. `make` gives a new and empty one for each case; it may
 * clean up after the last.
 */
export function storageConformance(make: () => Promise<JournalStorage>): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: (storage: JournalStorage) => Promise<void>): void =>
    void cases.push({ name, run: async () => await run(await make()) });

  add("Reads back what was written, from bytes and from a stream", async (storage) => {
    for (const size of [0, 1, 1_000_003]) {
      const data = noise(size, size);
      await storage.write(`bytes/${size}`, data);
      await storage.write(`stream/${size}`, inChunks(data, CHUNK));
      expectBytes(await collect(storage.read(`bytes/${size}`)), data, `bytes/${size}`);
      expectBytes(await collect(storage.read(`stream/${size}`)), data, `stream/${size}`);
    }
  });

  add("Shares no memory with its users", async (storage) => {
    const data = noise(300_000, 4);
    const given = data.slice();
    await storage.write("a/file", given);
    given.fill(0);
    for await (const chunk of storage.read("a/file")) chunk.fill(1);
    const kept: Uint8Array[] = [];
    for await (const chunk of storage.read("a/file")) kept.push(chunk);
    expectBytes(concatenate(kept), data, "what was written");
  });

  add("Never overwrites an existing file unless told to", async (storage) => {
    await storage.write("a/file", bytes("old"));
    await expectCode("already_exists", () => storage.write("a/file", bytes("new")));
    await expectCode("already_exists", () => storage.write("a/file", inChunks(bytes("new"), 1)));
    expect((await textOf(storage, "a/file")) === "old", "the old content is gone");
    await storage.write("a/file", bytes("new"), { replace: true });
    expect((await textOf(storage, "a/file")) === "new", "the old content was not replaced");
    await storage.write("a/other", bytes("first"), { replace: true });
    expect((await textOf(storage, "a/other")) === "first", "replace needs no old file");
  });

  add("Lets exactly one of several writers make a file", async (storage) => {
    const contents = Array.from({ length: 8 }, (_, i) => noise(100_000, i));
    const results = await Promise.allSettled(
      contents.map((data) => storage.write("a/file", inChunks(data, CHUNK))),
    );
    const winners = contents.filter((_, i) => results[i]!.status === "fulfilled");
    expect(winners.length === 1, `${winners.length} of 8 writers made the file`);
    expectBytes(await collect(storage.read("a/file")), winners[0]!, "the winner's file");
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      await expectCode("already_exists", () => Promise.reject(result.reason));
    }
  });

  add("Keeps nothing of a write whose source fails, and throws what it throws", async (storage) => {
    await storage.write("a/old", bytes("old"));
    const failure = new Error("the source is gone");
    for (const [path, replace] of [["a/new", false], ["a/old", true]] as const) {
      let thrown: unknown;
      try {
        await storage.write(path, failing(failure), { replace });
      } catch (error) {
        thrown = error;
      }
      expect(thrown === failure, `threw ${String(thrown)}`);
    }
    expect((await textOf(storage, "a/old")) === "old", "the old content is gone");
    expect((await pathsOf(storage, "")) === "a/old", "something of the new file is listed");
  });

  add("Lists what is below a folder, sorted by path, with sizes", async (storage) => {
    expect((await storage.list("")).length === 0, "a new storage is not empty");
    const paths = ["b", "a/b/1", "a/b.x", "a/b-1", "a/B", "a/b/0", "ab/1", "a/b/c/d"];
    for (const path of paths) await storage.write(path, new Uint8Array(path.length));
    const sorted = "a/B a/b-1 a/b.x a/b/0 a/b/1 a/b/c/d ab/1 b";
    expect((await pathsOf(storage, "")) === sorted, `the root has ${await pathsOf(storage, "")}`);
    const inFolder = await pathsOf(storage, "a/b");
    expect(inFolder === "a/b/0 a/b/1 a/b/c/d", `a/b has ${inFolder}`);
    for (const prefix of ["none", "a/none/x", "a/b/0"]) {
      expect((await storage.list(prefix)).length === 0, `${prefix} is not empty`);
    }
    for (const { path, size } of await storage.list("")) {
      expect(size === path.length, `${path} has ${size} bytes, not ${path.length}`);
    }
  });

  add("Says not_found for a file that is not there, also when a folder is", async (storage) => {
    await storage.write("a/b/file", bytes("x"));
    for (const path of ["none", "a/none", "none/none", "a/b"]) {
      await expectCode("not_found", () => collect(storage.read(path)));
      await expectCode("not_found", () => storage.remove(path));
      await expectCode("not_found", () => storage.truncate(path, 0));
    }
  });

  add("Removes one file and keeps the others", async (storage) => {
    await storage.write("a/1", bytes("1"));
    await storage.write("a/2", bytes("2"));
    await storage.remove("a/1");
    await expectCode("not_found", () => collect(storage.read("a/1")));
    expect((await pathsOf(storage, "a")) === "a/2", "the other file is gone");
    await storage.write("a/1", bytes("again"));
    expect((await textOf(storage, "a/1")) === "again", "the name cannot be used again");
  });

  add("Can be read only in part", async (storage) => {
    const data = noise(1_000_000, 5);
    await storage.write("a/file", data);
    for await (const chunk of storage.read("a/file")) {
      expectBytes(chunk, data.slice(0, chunk.length), "the first chunk");
      break;
    }
    await storage.remove("a/file");
  });

  add("Appends in order, across closing and opening, visible at once", async (storage) => {
    const first = await storage.openAppend("new/folder/file");
    const line = bytes("one\n");
    await first.append(line);
    line.fill(0);
    await first.append(new Uint8Array(0));
    await first.append(bytes("two\n"));
    expect((await textOf(storage, "new/folder/file")) === "one\ntwo\n", "not visible before sync");
    await first.sync();
    await first.close();
    const second = await storage.openAppend("new/folder/file");
    await second.append(bytes("three\n"));
    const listed = await storage.list("new");
    expect(listed.length === 1 && listed[0]!.size === 14, `listed: ${JSON.stringify(listed)}`);
    await second.sync();
    await second.close();
    expect((await textOf(storage, "new/folder/file")) === "one\ntwo\nthree\n", "not in order");
  });

  add("Opens an absent file for appending as an empty one", async (storage) => {
    const file = await storage.openAppend("a/file");
    await file.close();
    expect((await textOf(storage, "a/file")) === "", "the file is not empty");
  });

  add("Refuses to append to a closed file; closing twice is safe", async (storage) => {
    const file = await storage.openAppend("a/file");
    await file.append(bytes("x"));
    await file.close();
    await file.close();
    await expectCode("write_failed", () => file.append(bytes("y")));
    await expectCode("write_failed", () => file.sync());
    expect((await textOf(storage, "a/file")) === "x", "something was appended");
  });

  add("Cuts a file, also one that is open, and appends go on at the new end", async (storage) => {
    const file = await storage.openAppend("a/file");
    await file.append(bytes("whole\ntorn"));
    await storage.truncate("a/file", 6);
    expect((await textOf(storage, "a/file")) === "whole\n", "it was not cut");
    await file.append(bytes("next\n"));
    await file.close();
    expect((await textOf(storage, "a/file")) === "whole\nnext\n", "the next append went elsewhere");
    await storage.truncate("a/file", 11);
    await storage.truncate("a/file", 0);
    expect((await textOf(storage, "a/file")) === "", "it was not emptied");
  });

  add("Refuses with RangeError to cut a file to a size it does not have", async (storage) => {
    await storage.write("a/file", bytes("12345"));
    for (const size of [6, -1, 1.5, NaN]) {
      const result = await storage.truncate("a/file", size).catch((error: unknown) => error);
      expect(result instanceof RangeError, `cut to ${size}: ${String(result)}`);
    }
    expect((await textOf(storage, "a/file")) === "12345", "it was changed");
  });

  add("Gives a lock to one owner at a time", async (storage) => {
    const lock = await storage.lock("feed/stream/.lock");
    const error = await expectCode("stream_locked", () => storage.lock("feed/stream/.lock"));
    expect(error.message.includes("feed/stream"), `the message names no stream: ${error.message}`);
    await (await storage.lock("feed/other/.lock")).release();
    await lock.release();
    const next = await storage.lock("feed/stream/.lock");
    expect(next.takenOverFrom === undefined, "a lock that was given back counts as taken over");
    await lock.release();
    await expectCode("stream_locked", () => storage.lock("feed/stream/.lock"));
    await next.release();
  });

  add("Gives a lock to exactly one of several who ask at once", async (storage) => {
    const asked = Array.from({ length: 8 }, () => storage.lock("feed/stream/.lock"));
    const results = await Promise.allSettled(asked);
    const winners = results.filter((result) => result.status === "fulfilled");
    expect(winners.length === 1, `${winners.length} of 8 got the lock`);
    for (const result of results) {
      if (result.status === "fulfilled") await result.value.release();
      else await expectCode("stream_locked", () => Promise.reject(result.reason));
    }
  });

  return cases;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function textOf(storage: JournalStorage, path: string): Promise<string> {
  return new TextDecoder().decode(await collect(storage.read(path)));
}

async function pathsOf(storage: JournalStorage, prefix: string): Promise<string> {
  return (await storage.list(prefix)).map((file) => file.path).join(" ");
}

async function* failing(error: Error): ByteStream {
  yield noise(100_000, 6);
  throw error;
}

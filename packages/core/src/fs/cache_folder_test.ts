import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ManualClock, type ReplayCache } from "../mod.ts";
import { CacheFolder } from "./cache_folder.ts";
import { isTemporaryName } from "./temporary_name.ts";

const NOON = 1_767_614_400_000_000;
const nameOf = (i: number): string => i.toString(16).padStart(64, "0");
const fileOf = (i: number): string => `${nameOf(i)}.ssmdcols`;
const contentOf = (i: number, size: number): Uint8Array => new Uint8Array(size).fill(i);

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-cache-"));
  try {
    await use(join(folder, "cache"));
  } finally {
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(cache: ReplayCache, i: number, size: number): Promise<boolean> {
  const out = await cache.create(size);
  if (out === undefined) return false;
  try {
    return await out.append(contentOf(i, size)) && await out.commit(nameOf(i));
  } finally {
    await out.discard();
  }
}

async function read(cache: ReplayCache, i: number): Promise<Uint8Array | undefined> {
  const entry = await cache.open(nameOf(i));
  if (entry === undefined) return undefined;
  const bytes = new Uint8Array(entry.size + 5);
  const count = await entry.read(0, bytes);
  await entry.close();
  await entry.close();
  return bytes.subarray(0, count);
}

const failures = (cache: ReplayCache): string[] => [...cache.counts.failed.keys()];

test("What is written whole can be read, also by another object; what is not leaves nothing", async () => {
  await inFolder(async (folder) => {
    const cache = new CacheFolder(folder);
    assert.equal(await read(cache, 1), undefined);
    assert.ok(await write(cache, 1, 100));
    assert.deepEqual(await read(cache, 1), contentOf(1, 100));
    assert.ok(await write(cache, 1, 50));
    assert.deepEqual(await read(new CacheFolder(folder), 1), contentOf(1, 50));
    const out = await cache.create(10);
    await out!.append(contentOf(2, 10));
    await out!.discard();
    await out!.discard();
    assert.equal(await out!.append(contentOf(2, 10)), false);
    assert.equal(await out!.commit(nameOf(2)), false);
    assert.deepEqual(await readdir(folder), [fileOf(1)]);
    assert.equal(cache.counts.written, 2);
    assert.deepEqual(failures(cache), []);
  });
});

test("What was not used for longest goes first, and the bound holds", async () => {
  await inFolder(async (folder) => {
    const clock = new ManualClock(NOON);
    const later = (): CacheFolder => {
      clock.set(clock.now() + 10_000_000);
      return new CacheFolder(folder, { maxBytes: 1000, clock });
    };
    for (const i of [1, 2, 3]) assert.ok(await write(later(), i, 300));
    assert.notEqual(await read(later(), 1), undefined);
    const cache = later();
    assert.ok(await write(cache, 4, 350));
    assert.deepEqual((await readdir(folder)).sort(), [1, 3, 4].map(fileOf));
    assert.equal(cache.counts.evicted, 1);
    assert.ok(await write(later(), 5, 1000));
    assert.deepEqual(await readdir(folder), [fileOf(5)]);
  });
});

test("What a replay wrote or used itself stays, so that a small cache keeps something", async () => {
  await inFolder(async (folder) => {
    for (let round = 0; round < 3; round++) {
      const cache = new CacheFolder(folder, { maxBytes: 1000 });
      for (const i of [1, 2, 3, 4, 5]) {
        if (await read(cache, i) === undefined) await write(cache, i, 300);
      }
      assert.deepEqual((await readdir(folder)).sort(), [1, 2, 3].map(fileOf));
      assert.deepEqual([cache.counts.evicted, failures(cache)], [0, ["the cache is full"]]);
    }
  });
});

test("An entry larger than the bound is not written, whether that shows at once or later", async () => {
  await inFolder(async (folder) => {
    const cache = new CacheFolder(folder, { maxBytes: 1000 });
    assert.equal(await cache.create(1001), undefined);
    const out = await cache.create(1);
    assert.ok(await out!.append(contentOf(1, 600)));
    assert.equal(await out!.append(contentOf(1, 600)), false);
    await out!.discard();
    assert.deepEqual(await readdir(folder), []);
    assert.throws(() => new CacheFolder(folder, { maxBytes: 0 }), RangeError);
  });
});

test("An entry that is being read stays readable when it is removed or replaced", async () => {
  await inFolder(async (folder) => {
    await write(new CacheFolder(folder), 1, 100);
    const reader = await new CacheFolder(folder).open(nameOf(1));
    assert.ok(await write(new CacheFolder(folder, { maxBytes: 120 }), 2, 110));
    assert.deepEqual(await readdir(folder), [fileOf(2)]);
    const bytes = new Uint8Array(100);
    assert.equal(await reader!.read(0, bytes), 100);
    assert.deepEqual(bytes, contentOf(1, 100));
    await reader!.close();
  });
});

test("Only what killed processes left is cleared away, and nobody else's files", async () => {
  await inFolder(async (folder) => {
    await write(new CacheFolder(folder), 1, 10);
    const gone = spawnSync(process.execPath, ["-e", "0"]).pid;
    const left = [`.tmp-${gone}-01234567-entry`, `.tmp-${process.pid}-01234567-entry`];
    const foreign = ["notes.txt", ".tmp-mine", `${nameOf(7)}.bak`];
    for (const name of [...left, ...foreign]) await writeFile(join(folder, name), "x".repeat(900));
    const cache = new CacheFolder(folder, { maxBytes: 1000 });
    assert.ok(await write(cache, 2, 95));
    const expected = [left[1]!, ...foreign, fileOf(2)].sort();
    assert.deepEqual((await readdir(folder)).sort(), expected);
  });
});

test("A folder that cannot be made or read costs a note, and nothing else", async () => {
  await inFolder(async (folder) => {
    await writeFile(folder, "a file is in the way");
    const cache = new CacheFolder(folder);
    assert.equal(await read(cache, 1), undefined);
    assert.equal(await cache.create(1), undefined);
    assert.equal(await cache.create(1), undefined);
    assert.equal(failures(cache).length, 1);
    assert.match(failures(cache)[0]!, /^Cannot write cache entries: /);
  });
});

test("On a full disk writing ends with a note, and what is there can be read on", {
  skip: process.platform === "win32" ? "there is no ulimit" : false,
}, async () => {
  await inFolder(async (folder) => {
    await write(new CacheFolder(folder), 1, 100);
    const program = `
      const cache = new CacheFolder(folder);
      const out = await cache.create(10);
      const isKept = await out.append(new Uint8Array(1_000_000)) && await out.commit("f".repeat(64));
      await out.discard();
      const again = await cache.create(10);
      const bytes = new Uint8Array(100);
      const count = await (await cache.open("${nameOf(1)}")).read(0, bytes);
      say({ isKept, again: again === undefined, count, failed: [...cache.counts.failed] });
    `;
    // A limit on the size of files stands for the disk: it needs no file system of its own.
    const [said] = await run([program], folder, [
      "sh",
      "-c",
      'ulimit -f 64; trap "" XFSZ; exec "$@"',
      "sh",
    ]);
    const { isKept, again, count, failed } = said!.at(-1) as Record<string, unknown>;
    assert.deepEqual([isKept, again, count], [false, true, 100]);
    assert.match(JSON.stringify(failed), /file size/);
    assert.deepEqual(await readdir(folder), [fileOf(1)]);
  });
});

test("Two processes write, read and evict in one folder, and never see half an entry", async () => {
  await inFolder(async (folder) => {
    const worker = (seed: number) => `
      let state = ${seed};
      const next = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
      let reads = 0;
      const names = (i) => i.toString(16).padStart(64, "0");
      for (let turn = 0; turn < 150; turn++) {
        const cache = new CacheFolder(folder, { maxBytes: 200_000 });
        const i = next(20);
        const entry = await cache.open(names(i));
        if (entry === undefined) {
          const size = 8 + next(30_000);
          const out = await cache.create(size);
          const bytes = new Uint8Array(size).fill(i);
          const isKept = out !== undefined && await out.append(bytes.subarray(0, size / 2)) &&
            await out.append(bytes.subarray(size / 2)) && await out.commit(names(i));
          await out?.discard();
          if (!isKept) say({ wrong: [...cache.counts.failed] });
        } else {
          const bytes = new Uint8Array(entry.size);
          const count = await entry.read(0, bytes);
          if (count !== entry.size || bytes.some((byte) => byte !== i)) say({ wrong: i });
          await entry.close();
          reads++;
        }
        if (cache.counts.failed.size > 0) say({ wrong: [...cache.counts.failed] });
      }
      say({ reads });
    `;
    const said = await run([worker(1), worker(2)], folder);
    for (const lines of said) {
      assert.equal(lines.length, 1, JSON.stringify(lines));
      assert.ok((lines[0] as { reads: number }).reads > 0);
    }
    const files = await readdir(folder);
    assert.ok(!files.some(isTemporaryName));
    let total = 0;
    for (const file of files) total += (await stat(join(folder, file))).size;
    // Each of two writers may have made room at the same time.
    assert.ok(total <= 200_000 + 30_008, `${total} bytes`);
  });
});

test("A process killed while it writes leaves nothing that lasts", {
  skip: process.platform === "win32" ? "there is no SIGKILL" : false,
}, async () => {
  await inFolder(async (folder) => {
    await run([`
      const out = await new CacheFolder(folder).create(10);
      await out.append(new Uint8Array(1000));
      process.kill(process.pid, "SIGKILL");
    `], folder);
    assert.equal((await readdir(folder)).filter(isTemporaryName).length, 1);
    const cache = new CacheFolder(folder);
    assert.ok(await write(cache, 1, 10));
    assert.deepEqual(await readdir(folder), [fileOf(1)]);
    assert.deepEqual(new Uint8Array(await readFile(join(folder, fileOf(1)))), contentOf(1, 10));
  });
});

/** How this runtime runs a program that imports this package's sources. */
function runtimeArguments(): string[] {
  if ("deno" in process.versions) {
    const config = fileURLToPath(new URL("../../../../deno.json", import.meta.url));
    return ["run", "-A", "--no-check", "--conditions=ssmd-source", `--config=${config}`];
  }
  if ("bun" in process.versions) return ["--conditions=ssmd-source"];
  return process.execArgv.filter((argument) => !argument.startsWith("--test"));
}

/** Runs programs at the same time, and gives what each of them said. */
async function run(
  programs: readonly string[],
  folder: string,
  wrapper: readonly string[] = [],
): Promise<unknown[][]> {
  const prelude = `
    import process from "node:process";
    import { CacheFolder } from ${
    JSON.stringify(new URL("./cache_folder.ts", import.meta.url).href)
  };
    const folder = process.argv[2];
    const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
  `;
  const sources = await mkdtemp(join(tmpdir(), "ssmd-programs-"));
  try {
    return await Promise.all(programs.map(async (program, i) => {
      const file = join(sources, `${i}.mjs`);
      await writeFile(file, prelude + program);
      const [command, ...rest] = [
        ...wrapper,
        process.execPath,
        ...runtimeArguments(),
        file,
        folder,
      ];
      const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      child.stdout.on("data", (chunk) => output += chunk);
      await new Promise((resolve) => child.on("close", resolve));
      return output.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
    }));
  } finally {
    await rm(sources, { recursive: true });
  }
}

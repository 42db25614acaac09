import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { FileStorage } from "./file_storage.ts";
import { isTemporaryName, takeoverName, temporaryName } from "./temporary_name.ts";

const KIB = 1024;
const isLinux = process.platform === "linux";
/** A file system of its own for a child, which vanishes with it; needs root. */
const canMount = isLinux &&
  spawnSync("unshare", ["-m", "true"], { stdio: "ignore" }).status === 0;

/** What every child program begins with. */
const PRELUDE = `
import process from "node:process";
import { createInterface } from "node:readline";
import { FileStorage } from ${JSON.stringify(new URL("./file_storage.ts", import.meta.url).href)};
const root = process.argv[2];
const storage = new FileStorage(root);
const say = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
const outcome = (step) => step.then(() => "done", 
  (error) => ({ code: error.code, message: error.message }));
const forever = new Promise(() => setInterval(() => {}, 1000));
`;

/** How this runtime runs a program that imports this package's sources. */
function runtimeArguments(): string[] {
  if ("deno" in process.versions) {
    const config = fileURLToPath(new URL("../../../../deno.json", import.meta.url));
    return ["run", "-A", "--no-check", "--conditions=ssmd-source", `--config=${config}`];
  }
  if ("bun" in process.versions) return ["--conditions=ssmd-source"];
  return process.execArgv.filter((argument) => !argument.startsWith("--test"));
}

/** A running child program that answers in lines of JSON. */
class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<void>;

  /** `wrapper` is a command that executes the command in its last arguments. */
  constructor(program: string, root: string, wrapper: readonly string[] = []) {
    const [command, ...rest] = [
      ...wrapper,
      process.execPath,
      ...runtimeArguments(),
      program,
      root,
    ];
    this.#process = spawn(command!, rest, { stdio: ["pipe", "pipe", "inherit"] });
    this.#exit = new Promise((resolve) => this.#process.on("exit", () => resolve()));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid!;
  }

  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  async answer<T>(): Promise<T> {
    const next = await this.#lines.next();
    assert.ok(next.done !== true, "the child ended without an answer");
    return JSON.parse(next.value);
  }

  /** Ends it as a power cut would, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#exit;
  }
}

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Runs `body` with a folder for a storage and a way to start children on it. */
async function withChildren(
  body: (
    root: string,
    start: (code: string, wrapper?: readonly string[]) => Promise<Child>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  const root = join(folder, "root");
  const children: Child[] = [];
  try {
    await mkdir(root);
    await body(root, async (code, wrapper) => {
      const program = join(folder, `child${children.length}.mjs`);
      await writeFile(program, PRELUDE + code);
      const child = new Child(program, root, wrapper);
      children.push(child);
      return child;
    });
  } finally {
    for (const child of children) await child.kill();
    await rm(folder, { recursive: true });
  }
}

const LOCK = "feed/stream/.lock";

test("A lock whose process was killed is taken over and names that process", async () => {
  await withChildren(async (root, start) => {
    const child = await start(`await storage.lock("${LOCK}"); say("locked"); await forever;`);
    await child.answer();
    const storage = new FileStorage(root);
    await assert.rejects(storage.lock(LOCK), (error: Refusal) => {
      assert.equal(error.code, "stream_locked");
      assert.match(
        error.message,
        new RegExp(`feed/stream: process ${child.pid} on host \\S+ holds`),
      );
      assert.ok(error.message.includes(join(root, LOCK)), "names the file to remove");
      return true;
    });
    await child.kill();
    const lock = await storage.lock(LOCK);
    assert.match(
      lock.takenOverFrom ?? "",
      new RegExp(`^process ${child.pid} on host \\S+, since `),
    );
    assert.deepEqual(await readdir(join(root, "feed/stream")), [".lock"]);
    await lock.release();
    assert.deepEqual(await storage.list(""), []);
  });
});

test("Of several processes that find the same dead lock exactly one takes it over", async () => {
  const rounds = Array.from({ length: 12 }, (_, round) => `feed/${round}/.lock`);
  await withChildren(async (root, start) => {
    const owner = await start(`
      for (const path of ${JSON.stringify(rounds)}) await storage.lock(path);
      say("locked"); await forever;`);
    await owner.answer();
    await owner.kill();
    const contenders = await Promise.all(
      Array.from({ length: 6 }, () =>
        start(`say("ready");
          for await (const path of createInterface({ input: process.stdin })) {
            say(await outcome(storage.lock(path)));
          }`)),
    );
    for (const contender of contenders) await contender.answer();
    for (const [round, path] of rounds.entries()) {
      // Every third time somebody was killed in the middle of taking it over, too.
      if (round % 3 === 0) await leaveDeadGuard(join(root, path), join(root, rounds.at(-1)!));
      for (const contender of contenders) contender.send(path);
      const outcomes: (string | Refusal)[] = [];
      for (const contender of contenders) outcomes.push(await contender.answer());
      const winners = contenders.filter((_, i) => outcomes[i] === "done");
      assert.equal(winners.length, 1, JSON.stringify(outcomes));
      for (const refused of outcomes.filter((outcome) => typeof outcome !== "string")) {
        assert.equal(refused.code, "stream_locked", refused.message);
      }
      assert.deepEqual(await readdir(join(root, "feed", String(round))), [".lock"]);
      assert.equal(JSON.parse(await readFile(join(root, path), "utf8")).pid, winners[0]!.pid);
    }
  });
});

/** Puts the guard of the dead lock `file` there, owned by the dead owner of the lock `other`. */
async function leaveDeadGuard(file: string, other: string): Promise<void> {
  const text = `${basename(file)}\n${await readFile(file, "utf8")}`;
  const id = createHash("sha256").update(text).digest("hex").slice(0, 16);
  await writeFile(join(file, "..", takeoverName(id)), await readFile(other));
}

test("A process killed in the middle of a write leaves only a temporary file", async () => {
  await withChildren(async (root, start) => {
    const storage = new FileStorage(root);
    await storage.write("a/old", new TextEncoder().encode("old"));
    for (const [path, replace] of [["a/new", false], ["a/old", true]] as const) {
      const child = await start(`
        await storage.write("${path}", (async function* () {
          yield new Uint8Array(${300 * KIB});
          say("writing"); await forever;
        })(), { replace: ${replace} });`);
      await child.answer();
      assert.equal((await storage.listTemporary("a")).length, 1, "it is being written");
      await child.kill();
      assert.deepEqual(await storage.list(""), [{ path: "a/old", size: 3 }]);
      assert.equal(await readFile(join(root, "a/old"), "utf8"), "old");
      const [leftover] = await storage.listTemporary("");
      assert.ok(isTemporaryName(basename(leftover!.path)));
      assert.equal(leftover!.size, 300 * KIB);
      await storage.remove(leftover!.path);
      assert.deepEqual(await readdir(join(root, "a")), ["old"]);
    }
  });
});

test("Whoever gets a stream's lock removes what killed writers of that stream left", async () => {
  await withChildren(async (root, start) => {
    const storage = new FileStorage(root);
    const temporary = async () => (await storage.listTemporary("")).map(({ path }) => path);
    const killWriter = async (folder: string, isLocked: boolean): Promise<void> => {
      const child = await start(`
        if (${isLocked}) await storage.lock("${folder}/.lock");
        for (const path of ["${folder}/file", "${folder}/day/file"]) {
          storage.write(path, (async function* () {
            yield new Uint8Array(1);
            say("writing"); await forever;
          })());
        }`);
      await child.answer();
      await child.answer();
      await child.kill();
    };
    await storage.write("feed/stream/day/whole", new Uint8Array(3));
    await killWriter("feed/other", true);
    // As if somebody else were asking for the lock right now.
    await writeFile(join(root, "feed/stream", temporaryName(".lock")), "");
    await writeFile(join(root, "feed/stream", takeoverName("id")), "");
    const kept = await temporary();
    assert.equal(kept.length, 4);
    for (const isLocked of [true, false]) {
      await killWriter("feed/stream", isLocked);
      assert.equal((await temporary()).length, 6);
      const lock = await storage.lock(LOCK);
      assert.equal(lock.takenOverFrom !== undefined, isLocked);
      assert.deepEqual(await temporary(), kept);
      await lock.release();
    }
    assert.deepEqual(await storage.list("feed/stream"), [{
      path: "feed/stream/day/whole",
      size: 3,
    }]);
  });
});

/** Tries everything that writes, on a machine that refuses; the program says what happened. */
const TRY_ALL = `
  say({
    write: await outcome(storage.write("a/new", new Uint8Array(${3000 * KIB}))),
    replace: await outcome(storage.write("a/old", new Uint8Array(${
  3000 * KIB
}), { replace: true })),
    append: await outcome((async () => {
      const file = await storage.openAppend("a/open");
      try { await file.append(new Uint8Array(${3000 * KIB})); } finally { await file.close(); }
    })()),
    files: await storage.list(""),
    temporary: await storage.listTemporary(""),
    cut: await outcome(storage.truncate("a/open", 4)),
  });`;

interface Tried {
  readonly write: Refusal;
  readonly replace: Refusal;
  readonly append: Refusal;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly temporary: readonly unknown[];
  readonly cut: string | Refusal;
}

async function prepare(root: string): Promise<void> {
  const storage = new FileStorage(root);
  await storage.write("a/old", new TextEncoder().encode("old"));
  await storage.write("a/open", new TextEncoder().encode("line\ntorn"));
}

function assertRefused(refusal: Refusal, code: string, reason: RegExp, path: string): void {
  assert.equal(refusal.code, "write_failed", refusal.message);
  assert.ok(refusal.message.endsWith(` (${code})`), refusal.message);
  assert.match(refusal.message, reason);
  assert.ok(refusal.message.includes(path), refusal.message);
}

/** Nothing is lost or left over, and what an append wrote of its data can be cut off again. */
function assertOnlyAppended(tried: Tried, limit: number): void {
  const [old, open] = tried.files;
  assert.deepEqual(old, { path: "a/old", size: 3 });
  assert.equal(tried.files.length, 2);
  assert.ok(open!.size > 9 && open!.size <= limit, `the open file has ${open!.size} bytes`);
  assert.deepEqual(tried.temporary, []);
  assert.equal(tried.cut, "done");
}

test("A file size limit fails writes and keeps what was there", {
  skip: isLinux ? false : "needs bash and RLIMIT_FSIZE",
}, async () => {
  await withChildren(async (root, start) => {
    await prepare(root);
    const limit = `ulimit -f 2048; trap "" XFSZ; exec "$@"`;
    const tried = await (await start(TRY_ALL, ["bash", "-c", limit, "bash"])).answer<Tried>();
    assertRefused(tried.write, "EFBIG", /allowed file size.*ulimit/, "a/new");
    assertRefused(tried.replace, "EFBIG", /allowed file size.*ulimit/, "a/old");
    assertRefused(tried.append, "EFBIG", /allowed file size.*ulimit/, "a/open");
    assertOnlyAppended(tried, 2048 * KIB);
    assert.equal(await readFile(join(root, "a/open"), "utf8"), "line");
  });
});

test("A full disk fails writes and keeps what was there", {
  skip: canMount ? false : "needs the right to mount",
}, async () => {
  await withChildren(async (root, start) => {
    const mount = `mount -t tmpfs -o size=2m tmpfs "${root}" && exec "$@"`;
    const prepared = `
      await storage.write("a/old", new TextEncoder().encode("old"));
      await storage.write("a/open", new TextEncoder().encode("line\\ntorn"));`;
    const child = await start(prepared + TRY_ALL, ["unshare", "-m", "sh", "-c", mount, "sh"]);
    const tried = await child.answer<Tried>();
    assertRefused(tried.write, "ENOSPC", /the disk is full; free some space/, "a/new");
    assertRefused(tried.replace, "ENOSPC", /the disk is full; free some space/, "a/old");
    assertRefused(tried.append, "ENOSPC", /the disk is full; free some space/, "a/open");
    assertOnlyAppended(tried, 2048 * KIB);
  });
});

test("A read-only file system fails every change and says so", {
  skip: canMount ? false : "needs the right to mount",
}, async () => {
  await withChildren(async (root, start) => {
    await prepare(root);
    const mount = `mount --bind "${root}" "${root}" && mount -o remount,ro,bind "${root}"`;
    const child = await start(
      `say({
        write: await outcome(storage.write("a/new", new Uint8Array(1))),
        replace: await outcome(storage.write("a/old", new Uint8Array(1), { replace: true })),
        append: await outcome(storage.openAppend("a/open")),
        cut: await outcome(storage.truncate("a/open", 4)),
        remove: await outcome(storage.remove("a/old")),
        lock: await outcome(storage.lock("a/.lock")),
      });`,
      ["unshare", "-m", "sh", "-c", `${mount} && exec "$@"`, "sh"],
    );
    for (const refusal of Object.values(await child.answer<Record<string, Refusal>>())) {
      assertRefused(refusal, "EROFS", /the file system is read-only/, "a/");
    }
    assert.deepEqual((await readdir(join(root, "a"))).sort(), ["old", "open"]);
  });
});

test("A folder without permission fails every change and says so", {
  skip: isLinux ? false : "needs POSIX permissions",
}, async () => {
  await withChildren(async (root, start) => {
    await prepare(root);
    for (const name of ["old", "open"]) await chmod(join(root, "a", name), 0o444);
    await chmod(join(root, "a"), 0o555);
    await chmod(root, 0o555);
    await chmod(join(root, ".."), 0o755);
    const child = await start(`
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      say({
        write: await outcome(storage.write("a/new", new Uint8Array(1))),
        replace: await outcome(storage.write("a/old", new Uint8Array(1), { replace: true })),
        folder: await outcome(storage.write("b/a/new", new Uint8Array(1))),
        append: await outcome(storage.openAppend("a/open")),
        cut: await outcome(storage.truncate("a/open", 4)),
        remove: await outcome(storage.remove("a/old")),
        lock: await outcome(storage.lock("a/.lock")),
      });`);
    for (const refusal of Object.values(await child.answer<Record<string, Refusal>>())) {
      assertRefused(
        refusal,
        "EACCES",
        /permission denied/,
        refusal.message.includes("b/") ? "b/a" : "a/",
      );
    }
    assert.deepEqual((await readdir(join(root, "a"))).sort(), ["old", "open"]);
    await chmod(join(root, "a"), 0o755);
    await chmod(root, 0o755);
  });
});

test("A device that is always full fails the append and names the file", {
  skip: existsSync("/dev/full") ? false : "there is no /dev/full",
}, async () => {
  await withChildren(async (root) => {
    await symlink("/dev/full", join(root, "open"));
    const file = await new FileStorage(root).openAppend("open");
    await assert.rejects(file.append(new Uint8Array(1)), (error: Error & Refusal) => {
      assert.equal(
        error.message,
        "Cannot append to open: the disk is full; free some space (ENOSPC)",
      );
      return error.code === "write_failed";
    });
    await file.close();
  });
});

import { createHash, randomUUID } from "node:crypto";
import { open, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SsmdError, type StreamLock } from "../mod.ts";
import { isGone, ownIdentity, type ProcessIdentity } from "./process_identity.ts";
import { orMissing, orWriteFailed } from "./system_error.ts";
import { takeoverName } from "./temporary_name.ts";
import { writeWholeFile } from "./whole_file.ts";

/** How often a lock may change hands while we look at it before we give up. */
const ATTEMPTS = 100;

/** The largest process id that a signal can be sent to: pid_t is a signed 32-bit integer. */
const MAX_PID = 2 ** 31 - 1;

/** What a lock file holds, as JSON. */
interface LockOwner extends ProcessIdentity {
  /** Tells two locks of one process apart, so that no content ever comes twice. */
  readonly token: string;
}

interface LockFile {
  readonly text: string;
  readonly since: string;
}

/**
 * Takes the lock `file`, which messages call `path`. Throws `stream_locked` while its owner lives,
 * or when nobody can say: it is on another host, or the file is not one of ours. A lock file gets
 * its name when it is complete and on disk, so an unreadable one is not a torn one; it is refused.
 */
export async function takeStreamLock(file: string, path: string): Promise<StreamLock> {
  const self = await ownIdentity();
  const owner: LockOwner = { ...self, token: randomUUID() };
  const text = `${JSON.stringify(owner)}\n`;
  const takenOverFrom = await acquire(file, path, text, self);
  const release = (): Promise<void> => giveBack(file, path, text);
  return takenOverFrom === undefined ? { release } : { takenOverFrom, release };
}

/**
 * Gives `file` the content `text` when it is absent or its owner is gone; returns whose it was.
 *
 * Two processes may find the same dead owner, and the slower one must not replace the lock of the
 * faster one. So a dead lock is replaced only by the holder of its guard, a lock file named after
 * the dead lock's content, and only when that content is still there. Contents never repeat and the
 * dead do not release, hence at most one guard holder finds the content it looks for. A guard whose
 * holder died is taken over in the same way, with a guard of its own.
 */
async function acquire(
  file: string,
  path: string,
  text: string,
  self: ProcessIdentity,
): Promise<string | undefined> {
  const data = new TextEncoder().encode(text);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readLock(file, path);
    if (found === undefined) {
      if (await writeWholeFile(file, path, data, false)) return undefined;
      continue;
    }
    const owner = parseOwner(found.text);
    if (owner === undefined) {
      throw refusal(path, `its lock ${file} is not readable as one; remove it if nobody writes`);
    }
    const name = `process ${owner.pid} on host ${owner.host}`;
    if (owner.host !== self.host || !(await isGone(owner, self))) {
      throw refusal(
        path,
        `${name} holds its lock since ${found.since}; stop it first, or remove ${file} if it is gone`,
      );
    }
    const guard = join(dirname(file), takeoverName(digest(basename(file), found.text)));
    await acquire(guard, path, text, self);
    try {
      if ((await readLock(file, path))?.text !== found.text) continue;
      await writeWholeFile(file, path, data, true);
      return `${name}, since ${found.since}`;
    } finally {
      await giveBack(guard, path, text);
    }
  }
  throw refusal(path, `its lock ${file} keeps changing hands; try again`);
}

/** Removes the lock if it is still ours; a second time it is not. */
async function giveBack(file: string, path: string, text: string): Promise<void> {
  if ((await readLock(file, path))?.text !== text) return;
  await orWriteFailed("unlock", path, () => unlink(file));
}

async function readLock(file: string, path: string): Promise<LockFile | undefined> {
  return await orWriteFailed("lock", path, async () => {
    const handle = await orMissing(open(file, "r"));
    if (handle === undefined) return undefined;
    try {
      const { mtime } = await handle.stat();
      return { text: await handle.readFile("utf8"), since: mtime.toISOString() };
    } finally {
      await handle.close();
    }
  });
}

function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not JSON: the caller refuses the lock and names the file
  }
  return isOwner(value) ? value : undefined;
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, processStart, bootId, host, token } = value as Partial<
    Record<keyof LockOwner, unknown>
  >;
  return typeof pid === "number" && Number.isInteger(pid) && pid > 0 && pid <= MAX_PID &&
    (processStart === null || typeof processStart === "number") &&
    (bootId === null || typeof bootId === "string") &&
    typeof host === "string" && typeof token === "string";
}

function refusal(path: string, reason: string): SsmdError {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : path;
  return new SsmdError("stream_locked", `Cannot write ${folder}: ${reason}`);
}

function digest(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

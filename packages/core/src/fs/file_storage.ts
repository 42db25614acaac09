import { lstat, open, readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  type AppendFile,
  type ByteStream,
  type JournalStorage,
  type ReadOptions,
  SsmdError,
  type StoredFile,
  type StreamLock,
  type WriteOptions,
} from "../mod.ts";
import { DiskAppendFile } from "./append_file.ts";
import { makeFolder, syncFolder } from "./folder.ts";
import { checkStoragePath } from "./storage_path.ts";
import { takeStreamLock } from "./stream_lock.ts";
import { isMissing, notFound, orMissing, orWriteFailed, writeFailed } from "./system_error.ts";
import { isOfLock, isTemporaryName } from "./temporary_name.ts";
import { writeWholeFile } from "./whole_file.ts";

const CHUNK = 262_144;
const MIN_CHUNK = 4096;
/** A chunk whose memory is used again may be larger: fewer calls. */
const REUSED_CHUNK = 1_048_576;

/**
 * Storage in a folder. Every path is checked (`invalid_name`): none leads out of the folder, except
 * through symbolic links that somebody put there. What the system refuses to write is
 * `write_failed`; what it refuses to read is its own error, with its `code`.
 */
export class FileStorage implements JournalStorage {
  readonly #root: string;

  /** `root` is resolved now; it and the folders below it are made by the first write. */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** All finished files below `prefix`, lock files included, through symbolic links too. */
  async list(prefix: string): Promise<StoredFile[]> {
    return await this.#walk(prefix, false);
  }

  /**
   * The unfinished files below `prefix`: those being written now, and those that a killed process
   * left behind, which {@link lock} removes.
   */
  async listTemporary(prefix: string): Promise<StoredFile[]> {
    return await this.#walk(prefix, true);
  }

  /** The file's bytes as they are while it is read, in chunks of up to 256 KiB, or 1 MiB to reuse. */
  read(path: string, options?: ReadOptions): ByteStream {
    return readChunks(this.#locate(path), path, options?.reuse ?? false);
  }

  /**
   * Writes under a temporary name, syncs, and then gives the file its name in one step. A process
   * killed meanwhile leaves only the temporary file.
   */
  async write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void> {
    const file = this.#locateNew(path);
    const replace = options?.replace ?? false;
    // Asked first only to spare the work; what decides is that the name is given exclusively.
    const isFree = replace || !(await orWriteFailed("write", path, () => exists(file)));
    if (!isFree || !(await writeWholeFile(file, path, data, replace))) {
      throw new SsmdError("already_exists", `Cannot write ${path}: it exists already`);
    }
  }

  /** Removes the file and makes that durable. Its folders stay. */
  async remove(path: string): Promise<void> {
    const file = this.#locate(path);
    // Asked first because Deno's unlink removes an empty folder, too.
    const info = await existing("remove", path, () => lstat(file));
    if (info.isDirectory()) throw notFound("remove", path);
    await existing("remove", path, () => unlink(file));
    await orWriteFailed("remove", path, () => syncFolder(dirname(file)));
  }

  /** Opens with O_APPEND: every append goes to the end, wherever another writer moved it. */
  async openAppend(path: string): Promise<AppendFile> {
    const file = this.#locateNew(path);
    const handle = await orWriteFailed("open", path, async () => {
      await makeFolder(dirname(file));
      const opened = await open(file, "a");
      await syncFolder(dirname(file));
      return opened;
    });
    return new DiskAppendFile(path, handle);
  }

  /** Cuts the file. Throws `RangeError` when `size` is not within it. */
  async truncate(path: string, size: number): Promise<void> {
    const file = this.#locate(path);
    const handle = await existing("cut", path, () => open(file, "r+"));
    try {
      const { size: current } = await orWriteFailed("cut", path, () => handle.stat());
      if (!Number.isInteger(size) || size < 0 || size > current) {
        throw new RangeError(`Cannot cut ${path} to ${size} bytes: it has ${current}`);
      }
      await orWriteFailed("cut", path, async () => {
        await handle.truncate(size);
        await handle.sync();
      });
    } finally {
      await handle.close();
    }
  }

  /**
   * Makes the lock file with this process's id, start time, boot and host. The file system must be
   * one that all writers see alike, and hosts that share it must have different names. Of the
   * leftovers only those of killed processes that were asking for a lock stay, a line each.
   */
  async lock(path: string): Promise<StreamLock> {
    const lock = await takeStreamLock(this.#locateNew(path), path);
    try {
      await this.#removeLeftovers(path);
    } catch (error) {
      await lock.release();
      throw error;
    }
    return lock;
  }

  async #removeLeftovers(lock: string): Promise<void> {
    const folder = lock.slice(0, Math.max(0, lock.lastIndexOf("/")));
    for (const { path } of await this.listTemporary(folder)) {
      // Others may be asking for the lock right now, and are to be refused, not disturbed.
      if (isOfLock(basename(path), basename(lock))) continue;
      await orWriteFailed("remove", path, () => orMissing(unlink(this.#locate(path))));
    }
  }

  #locate(path: string): string {
    return join(this.#root, checkStoragePath(path));
  }

  #locateNew(path: string): string {
    const file = this.#locate(path);
    if (isTemporaryName(path.slice(path.lastIndexOf("/") + 1))) {
      throw new SsmdError(
        "invalid_name",
        `Cannot write ${path}: such names are for temporary files`,
      );
    }
    return file;
  }

  async #walk(prefix: string, isTemporary: boolean): Promise<StoredFile[]> {
    const folder = prefix === "" ? this.#root : this.#locate(prefix);
    const files: StoredFile[] = [];
    await collectFiles(folder, prefix, isTemporary, files);
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** Runs a step on a file that must be there: `not_found`, or `write_failed` for anything else. */
async function existing<T>(action: string, path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw isMissing(error) ? notFound(action, path, error) : writeFailed(action, path, error);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await orMissing(lstat(file))) !== undefined;
}

async function* readChunks(file: string, path: string, reuse: boolean): ByteStream {
  const handle = await orMissing(open(file, "r"));
  if (handle === undefined) throw notFound("read", path);
  try {
    const info = await handle.stat();
    if (info.isDirectory()) throw notFound("read", path);
    let chunk: Uint8Array | undefined;
    for (let left = info.size;;) {
      // Never a Buffer: its `slice` would share the memory that the consumer may keep.
      if (chunk === undefined || !reuse) {
        const most = reuse ? REUSED_CHUNK : CHUNK;
        chunk = new Uint8Array(Math.min(most, Math.max(left, MIN_CHUNK)));
      }
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return;
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Adds what is below `folder` to `files`; a link back to a folder on the way there is left out. */
async function collectFiles(
  folder: string,
  prefix: string,
  isTemporary: boolean,
  files: StoredFile[],
  above: readonly string[] = [],
): Promise<void> {
  const info = await orMissing(stat(folder));
  const id = `${info?.dev}:${info?.ino}`;
  if (info === undefined || !info.isDirectory() || above.includes(id)) return;
  for (const name of (await orMissing(readdir(folder))) ?? []) {
    const file = join(folder, name);
    const path = prefix === "" ? name : `${prefix}/${name}`;
    // Undefined: it was removed since, or is a link to nothing.
    const found = await orMissing(stat(file));
    if (found?.isDirectory()) {
      await collectFiles(file, path, isTemporary, files, [...above, id]);
    } else if (found?.isFile() && isTemporaryName(name) === isTemporary) {
      files.push({ path, size: found.size });
    }
  }
}

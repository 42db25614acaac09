import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  stat,
  unlink,
  utimes,
} from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import {
  type CacheCounts,
  type CachedBytes,
  type CacheWriter,
  type Clock,
  countFailure,
  emptyCacheCounts,
  type Hasher,
  MICROS_PER_SECOND,
  type ReplayCache,
  SystemClock,
} from "../mod.ts";
import { isGone, ownIdentity } from "./process_identity.ts";
import { sha256 } from "./sha256.ts";
import { isMissing, orMissing, writeFailed } from "./system_error.ts";
import { processOfTemporary, temporaryName } from "./temporary_name.ts";
import { writeAll } from "./whole_file.ts";

/** Options of {@link CacheFolder}. */
export interface CacheFolderOptions {
  /** All entries together take at most so many bytes. Default 4 GiB. */
  readonly maxBytes?: number;
  /** Says when entries are used. Default {@link SystemClock}. */
  readonly clock?: Clock;
}

const DEFAULT_BYTES = 4 * 1024 ** 3;
const ENTRY = /^[0-9a-f]{64}\.ssmdcols$/;

/**
 * A cache in a folder, which several processes may share. Entries that were not used for longest go
 * first, but never those that this object wrote or opened: a replay larger than the cache would
 * otherwise push out what it needs next. It removes nothing but its own entries, and the unfinished ones
 * of processes that are gone. After a write that the machine refused it only reads.
 */
export class CacheFolder implements ReplayCache {
  /** What it did so far. */
  readonly counts: CacheCounts = emptyCacheCounts();
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  /** The files of the entries that this object wrote or opened. */
  readonly #used = new Set<string>();
  #isPrepared = false;
  #isReadOnly = false;

  /**
   * `path` is made by the first write. Throws `RangeError` unless `maxBytes` is a whole number above 0.
   */
  constructor(path: string, options: CacheFolderOptions = {}) {
    const { maxBytes = DEFAULT_BYTES } = options;
    if (!Number.isSafeInteger(maxBytes) || maxBytes <= 0) {
      throw new RangeError(
        `Cannot bound a cache to ${maxBytes} bytes: expected a whole number above 0`,
      );
    }
    this.#path = resolve(path);
    this.#maxBytes = maxBytes;
    this.#clock = options.clock ?? new SystemClock();
  }

  /** A new SHA-256. */
  sha256(): Hasher {
    return sha256();
  }

  /** Opens the entry `name`. */
  async open(name: string): Promise<CachedBytes | undefined> {
    const file = fileOf(name);
    try {
      const handle = await orMissing(open(join(this.#path, file), "r"));
      if (handle === undefined) return undefined;
      this.#used.add(file);
      return await this.#opened(handle, file);
    } catch (error) {
      this.#fail("read", error);
      return undefined;
    }
  }

  async #opened(handle: FileHandle, file: string): Promise<CachedBytes> {
    try {
      await this.#touch(file);
      return new OpenFile(handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Begins an entry under a temporary name. */
  async create(size: number): Promise<CacheWriter | undefined> {
    if (this.#isReadOnly) return undefined;
    try {
      await this.#prepare();
      if (!(await this.#makeRoom(size))) return undefined;
      const temporary = join(this.#path, temporaryName("entry"));
      return new TemporaryEntry(await open(temporary, "wx"), temporary, this.#maxBytes, {
        publish: (length, name) => this.#publish(temporary, length, name),
        fail: (error) => this.#failWriting(error),
      });
    } catch (error) {
      this.#failWriting(error);
      return undefined;
    }
  }

  async #publish(temporary: string, length: number, name: string): Promise<boolean> {
    const file = fileOf(name);
    // What has the name now makes room for what takes it.
    const replaced = (await orMissing(stat(join(this.#path, file))))?.size ?? 0;
    if (!(await this.#makeRoom(length - replaced, temporary))) return false;
    await rename(temporary, join(this.#path, file));
    this.#used.add(file);
    await this.#touch(file);
    this.counts.written++;
    return true;
  }

  /** Removes entries until `size` bytes fit. False, and a count, when those in use leave no room. */
  async #makeRoom(size: number, without?: string): Promise<boolean> {
    const entries: { readonly file: string; readonly size: number; readonly used: number }[] = [];
    let total = 0;
    for (const file of await readdir(this.#path)) {
      const isEntry = ENTRY.test(file);
      const path = join(this.#path, file);
      if ((!isEntry && processOfTemporary(file) === undefined) || path === without) continue;
      const info = await orMissing(stat(path));
      if (info === undefined) continue;
      total += info.size;
      if (isEntry) entries.push({ file, size: info.size, used: info.mtimeMs });
    }
    entries.sort((a, b) => a.used - b.used || (a.file < b.file ? -1 : 1));
    for (const entry of entries) {
      if (total + size <= this.#maxBytes) return true;
      if (this.#used.has(entry.file)) continue;
      // Another process may have removed it meanwhile.
      await orMissing(unlink(join(this.#path, entry.file)));
      total -= entry.size;
      this.counts.evicted++;
    }
    if (total + size <= this.#maxBytes) return true;
    countFailure(this.counts, "the cache is full");
    return false;
  }

  /** Makes the folder, and removes what killed processes left in it. */
  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    await mkdir(this.#path, { recursive: true });
    const self = await ownIdentity();
    for (const file of await readdir(this.#path)) {
      const pid = processOfTemporary(file);
      if (pid === undefined || pid === process.pid) continue;
      const owner = { pid, processStart: null, bootId: null, host: self.host };
      if (await isGone(owner, self)) await orMissing(unlink(join(this.#path, file)));
    }
    this.#isPrepared = true;
  }

  /** Notes that an entry is used now. */
  async #touch(file: string): Promise<void> {
    const now = this.#clock.now() / MICROS_PER_SECOND;
    try {
      await utimes(join(this.#path, file), now, now);
    } catch (error) {
      // Of a folder that is only read nobody removes entries either.
      if (!isMissing(error)) this.#fail("mark as used", error);
    }
  }

  #failWriting(error: unknown): void {
    this.#isReadOnly = true;
    this.#fail("write", error);
  }

  #fail(action: string, error: unknown): void {
    countFailure(this.counts, writeFailed(action, "cache entries", error).message);
  }
}

function fileOf(name: string): string {
  return `${name}.ssmdcols`;
}

class OpenFile implements CachedBytes {
  readonly size: number;
  #handle: FileHandle | undefined;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  async read(offset: number, into: Uint8Array): Promise<number> {
    let count = 0;
    while (this.#handle !== undefined && count < into.length) {
      const { bytesRead } = await this.#handle.read(
        into,
        count,
        into.length - count,
        offset + count,
      );
      if (bytesRead === 0) break;
      count += bytesRead;
    }
    return count;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

interface TemporaryHandlers {
  /** Gives the finished file its name; false when there is no room. */
  publish(length: number, name: string): Promise<boolean>;
  /** Told what the machine refused. */
  fail(error: unknown): void;
}

class TemporaryEntry implements CacheWriter {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #handlers: TemporaryHandlers;
  #handle: FileHandle | undefined;
  #length = 0;
  #isOver = false;

  constructor(handle: FileHandle, path: string, maxBytes: number, handlers: TemporaryHandlers) {
    this.#handle = handle;
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#handlers = handlers;
  }

  async append(bytes: Uint8Array): Promise<boolean> {
    this.#length += bytes.length;
    if (this.#handle === undefined || this.#length > this.#maxBytes) return false;
    return await this.#try(async (handle) => {
      await writeAll(handle, bytes);
      return true;
    });
  }

  async commit(name: string): Promise<boolean> {
    const isPublished = await this.#try(async (handle) => {
      this.#handle = undefined;
      await handle.close();
      return await this.#handlers.publish(this.#length, name);
    });
    if (isPublished) this.#isOver = true;
    else await this.discard();
    return isPublished;
  }

  async discard(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await handle?.close();
      await orMissing(unlink(this.#path));
    } catch (error) {
      this.#handlers.fail(error);
    }
  }

  async #try(step: (handle: FileHandle) => Promise<boolean>): Promise<boolean> {
    const handle = this.#handle;
    if (handle === undefined) return false;
    try {
      return await step(handle);
    } catch (error) {
      this.#handlers.fail(error);
      return false;
    }
  }
}

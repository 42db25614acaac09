import { SsmdError } from "../errors.ts";
import type {
  AppendFile,
  ByteStream,
  JournalStorage,
  StoredFile,
  StreamLock,
  WriteOptions,
} from "./storage.ts";

const CHUNK = 262_144;

/**
 * Storage in this process's memory: the reference for other adapters, and for tests and browsers.
 * Nothing survives the process, so every promise of durability is kept only until it ends. Bytes
 * are copied in and out. Locks exist between users of the same instance; their owner is always
 * alive, so none is ever taken over.
 */
export class MemoryStorage implements JournalStorage {
  readonly #files = new Map<string, MemoryFile>();
  readonly #locks = new Set<string>();

  /** All files below the folder `prefix`, sorted by path. Lock files are not among them. */
  // deno-lint-ignore require-await
  async list(prefix: string): Promise<StoredFile[]> {
    const folder = prefix === "" ? "" : `${prefix}/`;
    const files: StoredFile[] = [];
    for (const [path, file] of this.#files) {
      if (path.startsWith(folder)) files.push({ path, size: file.size });
    }
    return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The bytes that the file has when the iteration begins. */
  async *read(path: string): ByteStream {
    const content = this.#find(path).copy();
    for (let at = 0; at < content.length; at += CHUNK) yield content.slice(at, at + CHUNK);
  }

  /** Keeps a copy of `data`. Throws what a stream throws, and keeps nothing of it then. */
  async write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void> {
    const replace = options?.replace ?? false;
    this.#refuseExisting(path, replace);
    const file = new MemoryFile();
    if (data instanceof Uint8Array) file.append(data);
    else for await (const chunk of data) file.append(chunk);
    // Another writer may have been faster while the stream ran.
    this.#refuseExisting(path, replace);
    this.#files.set(path, file);
  }

  /** Forgets the file. */
  // deno-lint-ignore require-await
  async remove(path: string): Promise<void> {
    this.#find(path);
    this.#files.delete(path);
  }

  /** Opens the file for appending; two openers add to the same file. */
  // deno-lint-ignore require-await
  async openAppend(path: string): Promise<AppendFile> {
    let file = this.#files.get(path);
    if (file === undefined) this.#files.set(path, file = new MemoryFile());
    return new MemoryAppendFile(path, file);
  }

  /** Cuts the file. Throws `RangeError` when `size` is not within it. */
  // deno-lint-ignore require-await
  async truncate(path: string, size: number): Promise<void> {
    const file = this.#find(path);
    if (!Number.isInteger(size) || size < 0 || size > file.size) {
      throw new RangeError(`Cannot cut ${path} to ${size} bytes: it has ${file.size}`);
    }
    file.size = size;
  }

  /** Takes the lock, or throws `stream_locked` while another user of this instance holds it. */
  // deno-lint-ignore require-await
  async lock(path: string): Promise<StreamLock> {
    if (this.#locks.has(path)) {
      const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : path;
      throw new SsmdError(
        "stream_locked",
        `Cannot write ${folder}: this process holds its lock ${path}`,
      );
    }
    this.#locks.add(path);
    let isHeld = true;
    return {
      release: () => {
        if (isHeld) this.#locks.delete(path);
        isHeld = false;
        return Promise.resolve();
      },
    };
  }

  #find(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined) throw new SsmdError("not_found", `Cannot find ${path}`);
    return file;
  }

  #refuseExisting(path: string, replace: boolean): void {
    if (!replace && this.#files.has(path)) {
      throw new SsmdError("already_exists", `Cannot write ${path}: it exists already`);
    }
  }
}

/** Bytes that grow in place. */
class MemoryFile {
  size = 0;
  #bytes = new Uint8Array(0);

  append(data: Uint8Array): void {
    const needed = this.size + data.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.size));
      this.#bytes = larger;
    }
    this.#bytes.set(data, this.size);
    this.size = needed;
  }

  copy(): Uint8Array {
    return this.#bytes.slice(0, this.size);
  }
}

class MemoryAppendFile implements AppendFile {
  readonly #path: string;
  readonly #file: MemoryFile;
  #isOpen = true;

  constructor(path: string, file: MemoryFile) {
    this.#path = path;
    this.#file = file;
  }

  // deno-lint-ignore require-await
  async append(data: Uint8Array): Promise<void> {
    this.#refuseClosed("append to");
    this.#file.append(data);
  }

  // deno-lint-ignore require-await
  async sync(): Promise<void> {
    this.#refuseClosed("sync");
  }

  // deno-lint-ignore require-await
  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #refuseClosed(action: string): void {
    if (!this.#isOpen) {
      throw new SsmdError("write_failed", `Cannot ${action} ${this.#path}: it was closed`);
    }
  }
}

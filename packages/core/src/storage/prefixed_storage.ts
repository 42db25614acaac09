import type {
  AppendFile,
  ByteStream,
  JournalStorage,
  ReadOptions,
  StoredFile,
  StreamLock,
  WriteOptions,
} from "./storage.ts";

/** A folder of a storage as a storage of its own. */
export class PrefixedStorage implements JournalStorage {
  readonly #storage: JournalStorage;
  readonly #prefix: string;

  /** Every path lies below the folder `prefix` of `storage`. */
  constructor(storage: JournalStorage, prefix: string) {
    this.#storage = storage;
    this.#prefix = prefix;
  }

  /** See {@link JournalStorage}. */
  async list(prefix: string): Promise<StoredFile[]> {
    const files = await this.#storage.list(prefix === "" ? this.#prefix : this.#path(prefix));
    const cut = this.#prefix.length + 1;
    return files.map(({ path, size }) => ({ path: path.slice(cut), size }));
  }

  /** See {@link JournalStorage}. */
  read(path: string, options?: ReadOptions): ByteStream {
    return this.#storage.read(this.#path(path), options);
  }

  /** See {@link JournalStorage}. */
  write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void> {
    return this.#storage.write(this.#path(path), data, options);
  }

  /** See {@link JournalStorage}. */
  remove(path: string): Promise<void> {
    return this.#storage.remove(this.#path(path));
  }

  /** See {@link JournalStorage}. */
  openAppend(path: string): Promise<AppendFile> {
    return this.#storage.openAppend(this.#path(path));
  }

  /** See {@link JournalStorage}. */
  truncate(path: string, size: number): Promise<void> {
    return this.#storage.truncate(this.#path(path), size);
  }

  /** See {@link JournalStorage}. */
  lock(path: string): Promise<StreamLock> {
    return this.#storage.lock(this.#path(path));
  }

  #path(path: string): string {
    return `${this.#prefix}/${path}`;
  }
}

import {
  type AppendFile,
  type ByteStream,
  type JournalStorage,
  SsmdError,
  type StoredFile,
  type StreamLock,
  type WriteOptions,
} from "../mod.ts";

/**
 * `storage` as if its disk had room for `bytes` more: once so many were appended and written in
 * total, every append and write throws `write_failed`. Of an append that does not fit, the part
 * that fits reaches the file; of such a write nothing does. Removing and cutting files makes no
 * room; locks take none.
 */
export function failAfter(storage: JournalStorage, bytes: number): JournalStorage {
  return new FullDisk(storage, bytes);
}

class FullDisk implements JournalStorage {
  readonly #storage: JournalStorage;
  #room: number;

  constructor(storage: JournalStorage, room: number) {
    this.#storage = storage;
    this.#room = room;
  }

  list(prefix: string): Promise<StoredFile[]> {
    return this.#storage.list(prefix);
  }

  read(path: string): ByteStream {
    return this.#storage.read(path);
  }

  write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void> {
    return this.#storage.write(path, this.#limit(path, data), options);
  }

  remove(path: string): Promise<void> {
    return this.#storage.remove(path);
  }

  async openAppend(path: string): Promise<AppendFile> {
    const file = await this.#storage.openAppend(path);
    return {
      append: async (data) => {
        const fits = Math.min(data.length, this.#room);
        this.#room -= fits;
        await file.append(data.subarray(0, fits));
        if (fits < data.length) throw full("append to", path);
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#storage.truncate(path, size);
  }

  lock(path: string): Promise<StreamLock> {
    return this.#storage.lock(path);
  }

  /** The error goes through the storage beneath, as one that its source throws. */
  async *#limit(path: string, data: Uint8Array | ByteStream): ByteStream {
    for await (const chunk of data instanceof Uint8Array ? [data] : data) {
      if (chunk.length > this.#room) {
        this.#room = 0;
        throw full("write", path);
      }
      this.#room -= chunk.length;
      yield chunk;
    }
  }
}

function full(action: string, path: string): SsmdError {
  return new SsmdError("write_failed", `Cannot ${action} ${path}: the disk is full, as asked for`);
}

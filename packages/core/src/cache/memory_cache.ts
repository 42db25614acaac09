import {
  type CacheCounts,
  type CachedBytes,
  type CacheWriter,
  emptyCacheCounts,
  type ReplayCache,
} from "./replay_cache.ts";
import type { Hasher } from "../storage/storage.ts";

/**
 * A cache in this process's memory, for several replays of one archive and for tests. It keeps the
 * entries that fit first: none is ever removed.
 */
export class MemoryCache implements ReplayCache {
  /** What it did so far. */
  readonly counts: CacheCounts = emptyCacheCounts();
  readonly #entries = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  readonly #sha256: () => Hasher;
  #bytes = 0;

  /** `sha256` makes a new SHA-256; `maxBytes` bounds all entries together. */
  constructor(sha256: () => Hasher, maxBytes: number = Infinity) {
    this.#sha256 = sha256;
    this.#maxBytes = maxBytes;
  }

  /** The names of its entries, and their bytes themselves. */
  get entries(): ReadonlyMap<string, Uint8Array> {
    return this.#entries;
  }

  /** A new SHA-256. */
  sha256(): Hasher {
    return this.#sha256();
  }

  /** Opens the entry `name`. */
  open(name: string): Promise<CachedBytes | undefined> {
    const bytes = this.#entries.get(name);
    return Promise.resolve(bytes === undefined ? undefined : new MemoryEntry(bytes));
  }

  /** Begins an entry, unless `size` bytes are too many. */
  create(size: number): Promise<CacheWriter | undefined> {
    const room = this.#maxBytes - this.#bytes;
    if (size > room) return Promise.resolve(undefined);
    const parts: Uint8Array[] = [];
    let length = 0;
    let isOver = false;
    return Promise.resolve({
      append: (bytes) => {
        parts.push(bytes.slice());
        length += bytes.length;
        return Promise.resolve(length <= room);
      },
      commit: (name) => {
        if (!isOver) this.#keep(name, parts, length);
        isOver = true;
        return Promise.resolve(true);
      },
      discard: () => {
        isOver = true;
        return Promise.resolve();
      },
    });
  }

  #keep(name: string, parts: readonly Uint8Array[], length: number): void {
    const entry = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      entry.set(part, at);
      at += part.length;
    }
    this.#bytes += length - (this.#entries.get(name)?.length ?? 0);
    this.#entries.set(name, entry);
    this.counts.written++;
  }
}

class MemoryEntry implements CachedBytes {
  readonly size: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    const part = this.#bytes.subarray(offset, offset + into.length);
    into.set(part);
    return Promise.resolve(part.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

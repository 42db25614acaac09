/**
 * Where replays leave what they have decoded, so that the next one reads columns instead of frames.
 * Entries are whole and named after the hash of what they were made from; nothing in the cache is
 * ever needed, and what cannot be kept there is only counted.
 * @module
 */
import type { Hasher } from "../storage/storage.ts";

/** What a cache did in its life; all counts only grow. */
export interface CacheCounts {
  /** Files whose rows came from the cache. */
  hits: number;
  /** Files that had no entry. */
  misses: number;
  /** Entries that were damaged, cut or not ours, and so were made anew where that was possible. */
  rebuilt: number;
  /** Entries written. */
  written: number;
  /** Entries removed to make room. */
  evicted: number;
  /** What could not be kept or read, by reason; the replay read the archive instead. */
  readonly failed: Map<string, number>;
}

/** An entry that is open for reading. Its user closes it; it stays readable when it is removed. */
export interface CachedBytes {
  /** Bytes in all. */
  readonly size: number;
  /** Fills `into` from `offset` on; resolves with how many bytes that gave, fewer only at the end. */
  read(offset: number, into: Uint8Array): Promise<number>;
  /** Closes it; twice is safe. */
  close(): Promise<void>;
}

/** An entry that is being written. Nobody sees it before it is committed. */
export interface CacheWriter {
  /** Adds bytes, which may be reused when this resolves. False: it did not fit or failed; discard it. */
  append(bytes: Uint8Array): Promise<boolean>;
  /** Gives it the name `name`, in place of one that has it. False: that failed, and nothing is left. */
  commit(name: string): Promise<boolean>;
  /** Forgets it; after {@link commit} it does nothing. */
  discard(): Promise<void>;
}

/** A bounded place for entries. No method throws for what the machine refuses: that is counted. */
export interface ReplayCache {
  /** What it did so far. */
  readonly counts: CacheCounts;
  /** A new SHA-256, for the names. */
  sha256(): Hasher;
  /** Opens the entry `name`, and marks it as used; `undefined` when there is none. */
  open(name: string): Promise<CachedBytes | undefined>;
  /**
   * Begins an entry that will have about `size` bytes. `undefined` when there is no room that could be
   * made for it, or no way to write.
   */
  create(size: number): Promise<CacheWriter | undefined>;
}

/** Counts of nothing yet. */
export function emptyCacheCounts(): CacheCounts {
  return { hits: 0, misses: 0, rebuilt: 0, written: 0, evicted: 0, failed: new Map() };
}

/** Counts a failure. */
export function countFailure(counts: CacheCounts, reason: string): void {
  counts.failed.set(reason, (counts.failed.get(reason) ?? 0) + 1);
}

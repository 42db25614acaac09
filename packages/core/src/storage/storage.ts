/**
 * Where archives live. Paths are relative, separated by `/`, and were validated by whoever made
 * them; every path that does not exist gives `SsmdError` `not_found`.
 * @module
 */

/** One stored file. */
export interface StoredFile {
  /** Its path. */
  readonly path: string;
  /** Its size in bytes. */
  readonly size: number;
}

/** Chunks of a file, in order. The consumer may keep them. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Files written whole or not at all. */
export interface Storage {
  /** All files below the folder `prefix` (`""` is the root), sorted by path; none is not an error. */
  list(prefix: string): Promise<StoredFile[]>;
  /** The file's bytes; breaking off the iteration closes the file. */
  read(path: string, options?: ReadOptions): ByteStream;
  /**
   * Writes a file whole or not at all, durably: when this resolves, a crash does not lose it.
   * Without `replace` an existing file gives `SsmdError` `already_exists` and stays as it is. When
   * the machine refuses: `write_failed`, and what was there before is untouched.
   */
  write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void>;
  /** Removes the file, durably. */
  remove(path: string): Promise<void>;
}

/** Options of {@link Storage.read} and {@link GzipCodec.decompress}. */
export interface ReadOptions {
  /**
   * Whether a chunk is of no use any more when the next one is asked for, so that its memory may be
   * used again. Default false: the consumer may keep chunks.
   */
  readonly reuse?: boolean;
}

/** Options of {@link Storage.write}. */
export interface WriteOptions {
  /** Whether an existing file is replaced. Default false. */
  readonly replace?: boolean;
}

/** A file that grows: the journal's tail. Its owner closes it. */
export interface AppendFile {
  /**
   * Adds all of `data` at the end, or throws `SsmdError` `write_failed`, after which any first part
   * of it may be there. `data` may be reused when this resolves.
   */
  append(data: Uint8Array): Promise<void>;
  /** Waits until everything appended survives a crash. */
  sync(): Promise<void>;
  /** Closes without syncing; twice is safe. */
  close(): Promise<void>;
}

/** Exclusive ownership of a stream. */
export interface StreamLock {
  /** The dead owner whose lock was taken over, if any, for the log. */
  readonly takenOverFrom?: string;
  /** Gives the lock back; twice is safe. */
  release(): Promise<void>;
}

/** Storage that can also be written line by line, by one writer at a time. */
export interface JournalStorage extends Storage {
  /** Opens the file for appending, making it and its folders when absent. */
  openAppend(path: string): Promise<AppendFile>;
  /** Cuts the file to `size` bytes, durably. */
  truncate(path: string, size: number): Promise<void>;
  /**
   * Makes the lock file `path`, exclusively. A lock whose process is gone is taken over; one that
   * is alive, or on another host, gives `SsmdError` `stream_locked` and names its owner. Whoever
   * gets the lock owns all that is below its folder: of writes that a killed process did not finish
   * nothing is left there then.
   */
  lock(path: string): Promise<StreamLock>;
}

/** Computes a digest step by step. */
export interface Hasher {
  /** Adds bytes. */
  update(data: Uint8Array): void;
  /** The digest as lower-case hex; the hasher is finished. */
  digest(): string;
}

/** Compresses and decompresses files of one or more gzip members. */
export interface GzipCodec {
  /** One gzip member of everything in `source`. */
  compress(source: ByteStream): ByteStream;
  /**
   * The content of all members of `source`; zeros after the last one are padding. When the file is
   * empty, cut, corrupt or followed by something else, what can still be read comes first, then
   * `SsmdError` `damaged_gzip` is thrown. Of a cut file that is every whole line, except that the
   * last stored (incompressible) block may be missing. When it is corrupt or followed by something
   * else, up to 64 KiB of input before that place may be lost; the codec says how much.
   */
  decompress(source: ByteStream, options?: ReadOptions): ByteStream;
}

/** What an archive needs of its machine. */
export interface ArchiveIo {
  /** Where the files are; the archive's root is the storage's root. */
  readonly storage: JournalStorage;
  /** How they are compressed. */
  readonly gzip: GzipCodec;
  /** A new SHA-256. */
  sha256(): Hasher;
}

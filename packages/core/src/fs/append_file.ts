import type { FileHandle } from "node:fs/promises";
import { type AppendFile, SsmdError } from "../mod.ts";
import { orWriteFailed } from "./system_error.ts";
import { writeAll } from "./whole_file.ts";

/** A file on disk that was opened with O_APPEND. */
export class DiskAppendFile implements AppendFile {
  readonly #path: string;
  #handle: FileHandle | undefined;

  /** Owns `handle` from now on; `path` is for messages. */
  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Hands all bytes to the system. After `write_failed` a first part of them may be in the file. */
  async append(data: Uint8Array): Promise<void> {
    const handle = this.#opened("append to");
    await orWriteFailed("append to", this.#path, () => writeAll(handle, data));
  }

  /**
   * Waits for `fdatasync`: content and size are durable then, the time of change may not be. After
   * `write_failed` nothing appended since the last sync is certain, even if a later one succeeds.
   */
  async sync(): Promise<void> {
    const handle = this.#opened("sync");
    await orWriteFailed("sync", this.#path, () => handle.datasync());
  }

  /** Closes without syncing. Throws `write_failed` when the system reports a late write error. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) await orWriteFailed("close", this.#path, () => handle.close());
  }

  #opened(action: string): FileHandle {
    if (this.#handle === undefined) {
      throw new SsmdError("write_failed", `Cannot ${action} ${this.#path}: it was closed`);
    }
    return this.#handle;
  }
}

import { type ByteStream, SsmdError, type Storage, type StoredFile } from "@ssmd/core";

/** The storage of an archive that consists of one file, which somebody else keeps. */
export class OneFileStorage implements Storage {
  readonly #path: string;
  readonly #open: () => ByteStream;

  /** `open` opens the content of the one file `path` from its start, as often as it is read. */
  constructor(path: string, open: () => ByteStream) {
    this.#path = path;
    this.#open = open;
  }

  /** The file, without its size. */
  list(prefix: string): Promise<StoredFile[]> {
    const found = prefix === "" || this.#path.startsWith(`${prefix}/`);
    return Promise.resolve(found ? [{ path: this.#path, size: 0 }] : []);
  }

  /** The content of the one file; `SsmdError` `not_found` for any other path. */
  async *read(path: string): AsyncGenerator<Uint8Array> {
    if (path !== this.#path) {
      throw new SsmdError(
        "not_found",
        `Cannot read ${JSON.stringify(path)}: there is no such file`,
      );
    }
    yield* this.#open();
  }

  /** Refused with `SsmdError` `write_failed`: a recording is only read. */
  write(path: string): Promise<void> {
    return Promise.reject(readOnly("write", path));
  }

  /** Refused with `SsmdError` `write_failed`: a recording is only read. */
  remove(path: string): Promise<void> {
    return Promise.reject(readOnly("remove", path));
  }
}

function readOnly(action: string, path: string): SsmdError {
  return new SsmdError(
    "write_failed",
    `Cannot ${action} ${JSON.stringify(path)}: a recording is only read`,
  );
}

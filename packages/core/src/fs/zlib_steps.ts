import type { Gunzip, Gzip } from "node:zlib";

/**
 * A zlib stream driven one step at a time: what a step gives is taken before the one after next
 * begins, so memory stays bounded by the steps' size. Its owner closes it.
 */
export class ZlibSteps {
  readonly #stream: Gunzip | Gzip;
  #ready: Uint8Array[] = [];
  #error: Error | undefined;
  #isOver = false;
  #wake: () => void = () => {};

  /** Owns `stream` from now on. */
  constructor(stream: Gunzip | Gzip) {
    this.#stream = stream;
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    stream.on("data", (chunk: Uint8Array) => {
      // Not as the Buffer it is: `slice` of one would share the memory that the consumer may keep.
      this.#ready.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    stream.on("error", (error: Error) => {
      this.#error ??= error;
      over();
    });
    stream.on("end", over);
    stream.on("close", over);
  }

  /** Whether no step can do anything any more: zlib saw the end, failed, or was closed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What went wrong in a step so far. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** How many of the bytes written zlib has used; it uses none after the end that it sees. */
  get used(): number {
    return this.#stream.bytesWritten;
  }

  /** Resolves when zlib is done with `data`, or with everything; never rejects. */
  write(data: Uint8Array): Promise<void> {
    return this.#step((done) => void this.#stream.write(data, done));
  }

  /** Resolves when everything is out or went wrong; never rejects. */
  end(): Promise<void> {
    return this.#step(() => void this.#stream.end());
  }

  /** The output since the last call. */
  take(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** Frees zlib's memory, also in the middle of a step; twice is safe. */
  close(): void {
    this.#stream.destroy();
  }

  #step(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isOver) return resolve();
      this.#wake = resolve;
      start(resolve);
    });
  }
}

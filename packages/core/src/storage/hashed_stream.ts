import type { ByteStream, Hasher } from "./storage.ts";

/** Passes bytes on while they are counted and hashed. */
export class HashedStream implements AsyncIterable<Uint8Array> {
  /** Bytes passed on so far. */
  bytes = 0;
  readonly #source: ByteStream;
  readonly #hash: Hasher;

  /** `hash` must not be used by anyone else. */
  constructor(source: ByteStream, hash: Hasher) {
    this.#source = source;
    this.#hash = hash;
  }

  /** Iterate once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  /** SHA-256 of what was passed on; call once, at the end. */
  digest(): string {
    return this.#hash.digest();
  }
}

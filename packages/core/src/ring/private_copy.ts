/** Up to this many bytes a loop over words is faster than a call to `set` and the view it needs. */
const LOOP_BYTES = 512;
/** Lengths below this keep their view: making one costs as much as the copy. */
const KEPT_VIEWS = 4096;

/**
 * Copies records out of shared memory into memory of our own, which all of the platform's functions
 * take (`crypto.subtle` refuses shared memory) and which copies on at full speed.
 */
export class PrivateCopy {
  #bytes = new Uint8Array(0);
  #words = new Int32Array(0);
  #views: Uint8Array[] = [];

  /**
   * Copies `source[start, end)`, where `start` is a multiple of 8 and up to 7 bytes behind `end`
   * may be read. `words` are the words of `source`. The copy is valid until the next one.
   */
  copy(source: Uint8Array, words: Int32Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > this.#bytes.length) this.#grow(length);
    if (length <= LOOP_BYTES) {
      const own = this.#words;
      const first = start >> 2;
      const count = (length + 3) >> 2;
      for (let i = 0; i < count; i++) own[i] = words[first + i]!;
    } else {
      this.#bytes.set(source.subarray(start, end));
    }
    if (length >= KEPT_VIEWS) return this.#bytes.subarray(0, length);
    return this.#views[length] ??= this.#bytes.subarray(0, length);
  }

  #grow(length: number): void {
    const capacity = Math.max(KEPT_VIEWS, 2 ** Math.ceil(Math.log2(length)));
    this.#bytes = new Uint8Array(capacity);
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#views = [];
  }
}

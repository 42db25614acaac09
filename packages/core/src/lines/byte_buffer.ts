const encoder = new TextEncoder();

/** Bytes that grow at the end; its memory is reused after {@link clear}. */
export class ByteBuffer {
  #data: Uint8Array;
  #length = 0;

  /** Starts with room for `capacity` bytes. */
  constructor(capacity = 65_536) {
    this.#data = new Uint8Array(capacity);
  }

  /** How many bytes are in it. */
  get length(): number {
    return this.#length;
  }

  /** The bytes; valid until the next change. */
  view(): Uint8Array {
    return this.#data.subarray(0, this.#length);
  }

  /** Adds `data[start, end)`. */
  pushBytes(data: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.#reserve(count);
    if (count < 48) {
      // A call to `set` costs more than copying a few bytes.
      for (let i = 0; i < count; i++) this.#data[this.#length + i] = data[start + i]!;
    } else {
      this.#data.set(
        start === 0 && end === data.length ? data : data.subarray(start, end),
        this.#length,
      );
    }
    this.#length += count;
  }

  /** Adds `text` as UTF-8. */
  pushText(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#data.subarray(this.#length)).written;
  }

  /** Empties it. */
  clear(): void {
    this.#length = 0;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#data.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#data.length * 2));
    larger.set(this.view());
    this.#data = larger;
  }
}

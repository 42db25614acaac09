import { AlignedCopy } from "./aligned_copy.ts";
import {
  BYTES_COUNT,
  CLOSED_WORD,
  FULL_COUNT,
  HEAD_WORD,
  longestRecord,
  PARKED_WORD,
  RECORD_HEADER_BYTES,
  recordSpace,
  TAIL_WORD,
  WRITTEN_COUNT,
} from "./ring_layout.ts";
import type { RingMemory } from "./ring_memory.ts";

/** The producer's half of a ring: the only one that moves `tail`. */
export class RingWriter {
  readonly #control: Int32Array;
  readonly #counts: Float64Array;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #copy: AlignedCopy;
  readonly #capacity: number;
  readonly #longest: number;
  #tail: number;
  /** The head as last looked up. The true one may be further: then there is more room. */
  #head: number;

  /** Goes on where the memory's last producer stopped. */
  constructor(memory: RingMemory) {
    this.#control = memory.control;
    this.#counts = memory.counts;
    this.#words = memory.words;
    this.#numbers = memory.numbers;
    this.#copy = new AlignedCopy(memory.bytes);
    this.#capacity = memory.capacity;
    this.#longest = longestRecord(memory.capacity);
    this.#tail = Atomics.load(memory.control, TAIL_WORD);
    this.#head = Atomics.load(memory.control, HEAD_WORD);
  }

  /** Adds one record made of `head` and then `body`; see `RingBuffer.tryWriteParts`. */
  write(head: Float64Array, body: Uint8Array): "written" | "full" {
    const length = head.length * 8 + body.length;
    if (length > this.#longest) throw this.#tooLong(length);
    if (this.#control[CLOSED_WORD] !== 0) {
      throw new TypeError("Cannot write to a ring buffer that was closed");
    }
    const space = recordSpace(length);
    let at = this.#tail & (this.#capacity - 1);
    const left = this.#capacity - at;
    const padding = space > left ? left : 0;
    if (!this.#hasRoom(padding + space)) {
      this.#counts[FULL_COUNT]! += 1;
      return "full";
    }
    if (padding > 0) {
      this.#words[at >> 2] = -padding;
      at = 0;
    }
    this.#words[at >> 2] = length;
    let next = at + RECORD_HEADER_BYTES;
    for (let i = 0; i < head.length; i++, next += 8) this.#numbers[next >> 3] = head[i]!;
    this.#copy.copy(body, next);
    this.#counts[WRITTEN_COUNT]! += 1;
    this.#counts[BYTES_COUNT]! += length;
    this.#publish(padding + space);
    return "written";
  }

  /** Marks the end; see `RingBuffer.close`. */
  close(): void {
    Atomics.store(this.#control, CLOSED_WORD, 1);
    this.#wake();
  }

  #hasRoom(space: number): boolean {
    if (((this.#tail - this.#head) >>> 0) + space <= this.#capacity) return true;
    this.#head = Atomics.load(this.#control, HEAD_WORD);
    return ((this.#tail - this.#head) >>> 0) + space <= this.#capacity;
  }

  #publish(space: number): void {
    this.#tail = (this.#tail + space) | 0;
    Atomics.store(this.#control, TAIL_WORD, this.#tail);
    // The consumer raises the flag before it looks at `tail` a last time: one of us two sees the
    // other's store.
    if (Atomics.load(this.#control, PARKED_WORD) !== 0) this.#wake();
  }

  #wake(): void {
    if (Atomics.exchange(this.#control, PARKED_WORD, 0) !== 0) {
      Atomics.notify(this.#control, PARKED_WORD);
    }
  }

  #tooLong(length: number): RangeError {
    return new RangeError(
      `Cannot write a record of ${length} bytes to a ring buffer of ${this.#capacity}: ` +
        `expected at most ${this.#longest}`,
    );
  }
}

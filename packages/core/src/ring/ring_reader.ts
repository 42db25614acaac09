import {
  CLOSED_WORD,
  HEAD_WORD,
  HIGH_WATER_WORD,
  NAP_WORD,
  PARKED_WORD,
  READ_COUNT,
  RECORD_HEADER_BYTES,
  recordSpace,
  TAIL_WORD,
} from "./ring_layout.ts";
import type { RingMemory } from "./ring_memory.ts";

/** Takes a record: the bytes `data[start, end)`, which are valid until it returns. */
export type RingVisitor = (data: Uint8Array, start: number, end: number) => void;

/** What the types of ES2022 do not know yet; Node 16, Deno 1 and Bun 1 have it. */
interface AsyncAtomics {
  waitAsync(
    words: Int32Array,
    index: number,
    value: number,
    timeoutMs: number,
  ): { readonly value: unknown };
}
const asyncAtomics = Atomics as unknown as AsyncAtomics;

/**
 * A consumer that looks for every single record takes cache lines from the producer all the time,
 * and one that is woken for it costs the producer a system call. So it first sleeps a little while
 * records gather (0.1 ms with the system's own slack), and only then asks to be woken.
 */
const NAP_MS = 0.05;

/** The consumer's half of a ring: the only one that moves `head`. */
export class RingReader {
  readonly #control: Int32Array;
  readonly #counts: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #mask: number;
  #head: number;
  /** The tail as last looked up, once a batch. The true one may be further by now. */
  #tail: number;

  /** Goes on where the memory's last consumer stopped. */
  constructor(memory: RingMemory) {
    this.#control = memory.control;
    this.#counts = memory.counts;
    this.#bytes = memory.bytes;
    this.#words = memory.words;
    this.#mask = memory.capacity - 1;
    this.#head = Atomics.load(memory.control, HEAD_WORD);
    this.#tail = this.#head;
  }

  /** Takes records; see `RingBuffer.drain`. */
  drain(maxRecords: number, visit: RingVisitor): number {
    if (!(maxRecords >= 1)) {
      throw new RangeError(`Cannot drain ${maxRecords} records: expected a number from 1`);
    }
    if (!this.#look()) return 0;
    const tail = this.#tail;
    let position = this.#head;
    let records = 0;
    try {
      while (position !== tail && records < maxRecords) {
        const at = position & this.#mask;
        const length = this.#words[at >> 2]!;
        if (length < 0) {
          position = (position - length) | 0;
          continue;
        }
        position = (position + recordSpace(length)) | 0;
        records++;
        const start = at + RECORD_HEADER_BYTES;
        visit(this.#bytes, start, start + length);
      }
    } finally {
      this.#release(position, records);
    }
    return records;
  }

  /** Sleeps; see `RingBuffer.wait`. */
  wait(timeoutMs: number): boolean {
    checkTimeout(timeoutMs);
    if (Atomics.load(this.#control, CLOSED_WORD) !== 0) return true;
    Atomics.wait(this.#control, NAP_WORD, 0, Math.min(NAP_MS, timeoutMs));
    if (this.#park()) Atomics.wait(this.#control, PARKED_WORD, 1, timeoutMs);
    return this.#hasWork();
  }

  /** Waits without blocking; see `RingBuffer.waitAsync`. */
  async waitAsync(timeoutMs: number): Promise<boolean> {
    checkTimeout(timeoutMs);
    if (this.#park()) {
      await asyncAtomics.waitAsync(this.#control, PARKED_WORD, 1, timeoutMs).value;
    }
    return this.#hasWork();
  }

  /**
   * Asks to be woken, unless there is something to do. Whoever stops waiting leaves the flag up: the
   * next write then wakes nobody, which is cheaper than to tell whether another wait is under way.
   */
  #park(): boolean {
    if (this.#hasWork()) return false;
    Atomics.store(this.#control, PARKED_WORD, 1);
    return !this.#hasWork();
  }

  #hasWork(): boolean {
    return this.#look() || Atomics.load(this.#control, CLOSED_WORD) !== 0;
  }

  #look(): boolean {
    this.#tail = Atomics.load(this.#control, TAIL_WORD);
    return this.#tail !== this.#head;
  }

  #release(position: number, records: number): void {
    const before = this.#head;
    this.#look();
    // What is in use grows until here, so no higher mark is missed between two drains.
    const used = (this.#tail - before) >>> 0;
    if (used > this.#control[HIGH_WATER_WORD]!) this.#control[HIGH_WATER_WORD] = used;
    this.#counts[READ_COUNT]! += records;
    this.#head = position;
    Atomics.store(this.#control, HEAD_WORD, position);
  }
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs >= 0) return;
  throw new RangeError(`Cannot wait ${timeoutMs} ms for a record: expected a number from 0`);
}

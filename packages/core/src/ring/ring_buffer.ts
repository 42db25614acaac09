import {
  BYTES_COUNT,
  CLOSED_WORD,
  FULL_COUNT,
  HEAD_WORD,
  HIGH_WATER_WORD,
  longestRecord,
  READ_COUNT,
  TAIL_WORD,
  WRITTEN_COUNT,
} from "./ring_layout.ts";
import { makeRingMemory, openRingMemory, type RingMemory } from "./ring_memory.ts";
import { RingReader, type RingVisitor } from "./ring_reader.ts";
import { RingWriter } from "./ring_writer.ts";

/** What has passed through a ring since it was made. */
export interface RingCounters {
  /** Records written. */
  readonly written: number;
  /** Records read. */
  readonly read: number;
  /** Writes refused because there was no room; a repeated attempt counts again. */
  readonly full: number;
  /** Bytes of the records written. */
  readonly bytes: number;
  /** The most bytes that were in use at a time, headers and padding included. */
  readonly highWater: number;
}

const NO_NUMBERS = new Float64Array(0);

/**
 * A bounded queue of byte records in shared memory, from one producer to one consumer, in order.
 * Either may be in another thread: make it in one with {@link create}, hand {@link buffer} over,
 * {@link attach} in the other. Inside one thread a single instance serves both.
 *
 * Only one thread writes and closes, and only one drains and waits; nothing checks that. Neither
 * ever waits for the other, unless the consumer asks for it. Nothing is lost inside: a record that
 * was `written` is drained once. Records refused with `full` are the producer's to count or keep.
 * There is nothing to free: the memory goes when nobody refers to it.
 */
export class RingBuffer {
  /** The memory, to be handed to the other thread. */
  readonly buffer: SharedArrayBuffer;
  /** The bytes for records, with 8 more for each and its filling to a multiple of 8. */
  readonly capacity: number;
  /** The longest record in bytes that can ever be written: half the capacity less 8. */
  readonly maxRecordBytes: number;
  readonly #memory: RingMemory;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;

  private constructor(memory: RingMemory) {
    this.buffer = memory.buffer;
    this.capacity = memory.capacity;
    this.maxRecordBytes = longestRecord(memory.capacity);
    this.#memory = memory;
    this.#writer = new RingWriter(memory);
    this.#reader = new RingReader(memory);
  }

  /**
   * Makes an empty ring with room for `bytes`. Throws `RangeError` unless that is a power of two
   * from 64 to 2³⁰.
   */
  static create(bytes: number): RingBuffer {
    return new RingBuffer(makeRingMemory(bytes));
  }

  /**
   * Joins a ring made elsewhere, as its producer or its consumer, and goes on where the last one
   * stopped. Throws `SsmdError` `invalid_input` for memory that is no ring of this version.
   */
  static attach(buffer: SharedArrayBuffer): RingBuffer {
    return new RingBuffer(openRingMemory(buffer));
  }

  /** Whether a record of `length` bytes can be written at all, be it to an empty ring. */
  fits(length: number): boolean {
    return length <= this.maxRecordBytes;
  }

  /**
   * Producer: copies `data` in as one record, or answers `full` and changes nothing. Throws
   * `RangeError` for a record that can never fit (ask {@link fits}) and `TypeError` after
   * {@link close}.
   */
  tryWrite(data: Uint8Array): "written" | "full" {
    return this.#writer.write(NO_NUMBERS, data);
  }

  /**
   * The same for a record that begins with the numbers `head`, 8 bytes each in the machine's byte
   * order, and goes on with `body`: neither has to be joined before.
   */
  tryWriteParts(head: Float64Array, body: Uint8Array): "written" | "full" {
    return this.#writer.write(head, body);
  }

  /**
   * Producer: nothing more will be written. Wakes a consumer that waits; what is in the ring can
   * still be drained. Closing twice is safe.
   */
  close(): void {
    this.#writer.close();
  }

  /**
   * Consumer: hands the oldest records to `visit`, at most `maxRecords`, and answers how many. Never
   * waits. A record starts at a multiple of 8 of `data`, which is shared memory and the same array
   * every time. The records' room is free again when `drain` returns, so it is not called inside
   * `visit`. If `visit` throws, its record counts as read and the error goes on to the caller.
   * Throws `RangeError` unless `maxRecords` is 1 or more.
   */
  drain(maxRecords: number, visit: RingVisitor): number {
    return this.#reader.drain(maxRecords, visit);
  }

  /**
   * Consumer in a worker: blocks the thread until there is something to drain or the ring is closed
   * (`true`), or until `timeoutMs` milliseconds have passed (`false`). Sleeps about 0.1 ms even when
   * there is something, unless the ring is closed: batches cost both sides much less than single
   * records, so call it when `drain` has found the ring empty. Not for a thread with sockets or
   * timers, nor for the one that writes: they would stand still. Throws `RangeError` for a time below
   * 0 or NaN; `Infinity` waits without end.
   */
  wait(timeoutMs: number): boolean {
    return this.#reader.wait(timeoutMs);
  }

  /**
   * Consumer in a thread that must not block: the same as {@link wait} without its little sleep, as a
   * promise. Waiting alone does not keep a process alive. The engine keeps some 300 bytes for a wait
   * until its time is up, also when it ended before: wait for about a second at a time, or without
   * end (`Infinity`), rather than for an hour.
   */
  waitAsync(timeoutMs: number): Promise<boolean> {
    return this.#reader.waitAsync(timeoutMs);
  }

  /** Whether the producer has closed the ring; records may still be in it. */
  get closed(): boolean {
    return Atomics.load(this.#memory.control, CLOSED_WORD) !== 0;
  }

  /** Whether the ring is closed and empty: nothing will ever come out of it again. */
  get isDrained(): boolean {
    // In this order: no record is written after the flag.
    return this.closed && this.#used() === 0;
  }

  /**
   * What has passed through, for either side. Counts are exact up to 2⁵³; those of the other side
   * may be a moment old while it works.
   */
  get counters(): RingCounters {
    const { control, counts } = this.#memory;
    // Everything read was written before, and is seen to be when it is counted in this order.
    const used = this.#used();
    const read = counts[READ_COUNT]!;
    return {
      written: counts[WRITTEN_COUNT]!,
      read,
      full: counts[FULL_COUNT]!,
      bytes: counts[BYTES_COUNT]!,
      // The consumer keeps the mark when it gives room back; what came since is in use now.
      highWater: Math.max(control[HIGH_WATER_WORD]!, used),
    };
  }

  #used(): number {
    const { control } = this.#memory;
    // The head first, for the tail is never behind a head that was read before it.
    const head = Atomics.load(control, HEAD_WORD);
    const used = (Atomics.load(control, TAIL_WORD) - head) >>> 0;
    return Math.min(used, this.capacity);
  }
}

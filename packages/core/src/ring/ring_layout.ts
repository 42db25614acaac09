/**
 * How a ring buffer lies in its `SharedArrayBuffer`. Numbers are in the machine's byte order: the
 * memory is shared between threads, never stored or sent.
 *
 * ```text
 *  byte 0           128                   256                   384         512      512 + capacity
 *   ┌───────────────┬─────────────────────┬─────────────────────┬───────────┬───────────────┐
 *   │ identity      │ producer's          │ consumer's          │ parking   │ records       │
 *   │  0 magic      │ 128 tail            │ 256 head            │ 384 flag  │ capacity      │
 *   │  4 version    │ 132 closed          │ 260 high water      │           │ bytes, a      │
 *   │  8 capacity   │ 136 written, 8 B    │ 264 read, 8 B       │           │ power of two  │
 *   │               │ 144 full, 8 B       │ 272 always 0        │           │               │
 *   │               │ 152 bytes, 8 B      │                     │           │               │
 *   └───────────────┴─────────────────────┴─────────────────────┴───────────┴───────────────┘
 * ```
 *
 * Each part has the 128 bytes that processors fetch at a time, and one writer (the flag has two), so
 * that a count on one side never takes a cache line from the other. `tail` is where the next record
 * begins, `head` the oldest record that is still there. Both only grow, modulo 2³², and are an index
 * into the records after masking with `capacity − 1`; `tail − head` modulo 2³² is how much is in use.
 * Counts are doubles, exact to 2⁵³, each written by one side in one aligned 8-byte store.
 *
 * ```text
 *   ┌─────────────┬─────────────┬───────────────────────────────┬─────────────┐
 *   │ length, 4 B │ unused, 4 B │ the record's bytes            │ to 8 B      │  a record
 *   ├─────────────┼─────────────┼───────────────────────────────┴─────────────┤
 *   │ −size, 4 B  │ anything                                                  │  padding
 *   └─────────────┴───────────────────────────────────────────────────────────┘
 * ```
 *
 * A record begins on an 8-byte boundary and its bytes 8 after it, because copies into shared memory
 * are several times slower otherwise. It is never split: where it would pass the end of the memory,
 * a padding of `size` bytes (its own header included) fills what is left, and it begins at 0. A
 * record is published, together with the padding before it, by the store of `tail` that follows it.
 * @module
 */

/** Marks the memory as ours: "ring" in ASCII. */
export const MAGIC = 0x72696e67;
/** Version of this layout. */
export const VERSION = 1;

/** Index of {@link MAGIC} in the 4-byte words of the header. */
export const MAGIC_WORD = 0;
/** Index of {@link VERSION}. */
export const VERSION_WORD = 1;
/** Index of the bytes that records may take. */
export const CAPACITY_WORD = 2;
/** Index of the position behind the newest record. The producer's. */
export const TAIL_WORD = 32;
/** Index of the flag that says that nothing more will be written. The producer's. */
export const CLOSED_WORD = 33;
/** Index of the position of the oldest record. The consumer's. */
export const HEAD_WORD = 64;
/** Index of the most bytes that were in use when the consumer last gave room back. */
export const HIGH_WATER_WORD = 65;
/** Index of a word that is always 0: the consumer sleeps on it when nobody is to wake it. */
export const NAP_WORD = 68;
/** Index of the flag that the consumer sets before it sleeps on it and the producer clears. */
export const PARKED_WORD = 96;

/** Index of the records written, in the 8-byte words of the header. The producer's. */
export const WRITTEN_COUNT = 17;
/** Index of the writes refused for want of room. The producer's. */
export const FULL_COUNT = 18;
/** Index of the bytes written, headers and padding not included. The producer's. */
export const BYTES_COUNT = 19;
/** Index of the records read. The consumer's. */
export const READ_COUNT = 33;

/** Bytes before the records. */
export const HEADER_BYTES = 512;
/** Bytes before each record's own. */
export const RECORD_HEADER_BYTES = 8;
/** The smallest capacity. */
export const MIN_CAPACITY = 64;
/** The largest capacity: `tail − head` must stay below 2³¹. */
export const MAX_CAPACITY: number = 2 ** 30;

/** The bytes that a record of `length` bytes takes, its header and the filling to 8 included. */
export function recordSpace(length: number): number {
  return (length + RECORD_HEADER_BYTES + 7) & ~7;
}

/**
 * The longest record that a ring of `capacity` bytes takes: one that fits into an empty ring
 * wherever it begins, which half of the memory does even behind the largest padding.
 */
export function longestRecord(capacity: number): number {
  return capacity / 2 - RECORD_HEADER_BYTES;
}

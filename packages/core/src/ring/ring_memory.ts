import { SsmdError } from "../errors.ts";
import {
  CAPACITY_WORD,
  HEADER_BYTES,
  MAGIC,
  MAGIC_WORD,
  MAX_CAPACITY,
  MIN_CAPACITY,
  VERSION,
  VERSION_WORD,
} from "./ring_layout.ts";

/** Views of a ring's memory. */
export interface RingMemory {
  /** The whole of it. */
  readonly buffer: SharedArrayBuffer;
  /** The bytes that records may take; a power of two. */
  readonly capacity: number;
  /** The header in words of 4 bytes. */
  readonly control: Int32Array;
  /** The header in words of 8 bytes. */
  readonly counts: Float64Array;
  /** The records. */
  readonly bytes: Uint8Array;
  /** The records in words of 4 bytes. */
  readonly words: Int32Array;
  /** The records in words of 8 bytes. */
  readonly numbers: Float64Array;
}

/** The smallest page of the processors that this runs on. */
const PAGE_BYTES = 4096;

/**
 * Makes an empty ring's memory. Throws `RangeError` unless `capacity` is a power of two from 64 to
 * 2³⁰.
 */
export function makeRingMemory(capacity: number): RingMemory {
  if (!isCapacity(capacity)) {
    throw new RangeError(
      `Cannot make a ring buffer of ${capacity} bytes: expected a power of two from ` +
        `${MIN_CAPACITY} to ${MAX_CAPACITY}`,
    );
  }
  const memory = viewsOf(new SharedArrayBuffer(HEADER_BYTES + capacity), capacity);
  // The system hands pages out when they are first written: better now than while frames come in.
  for (let at = 0; at < capacity; at += PAGE_BYTES) memory.bytes[at] = 0;
  memory.control[MAGIC_WORD] = MAGIC;
  memory.control[VERSION_WORD] = VERSION;
  memory.control[CAPACITY_WORD] = capacity;
  return memory;
}

/** Views memory made elsewhere. Throws `SsmdError` `invalid_input` when it is no ring of ours. */
export function openRingMemory(buffer: SharedArrayBuffer): RingMemory {
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw refusal("expected a SharedArrayBuffer");
  }
  if (buffer.byteLength < HEADER_BYTES + MIN_CAPACITY) {
    throw refusal(`${buffer.byteLength} bytes are too few for one`);
  }
  const control = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  const capacity = control[CAPACITY_WORD]!;
  if (control[MAGIC_WORD] !== MAGIC) throw refusal("the memory does not begin like one");
  if (control[VERSION_WORD] !== VERSION) {
    throw refusal(`its layout has version ${control[VERSION_WORD]}, expected ${VERSION}`);
  }
  if (!isCapacity(capacity) || buffer.byteLength !== HEADER_BYTES + capacity) {
    throw refusal(`${buffer.byteLength} bytes cannot hold a capacity of ${capacity}`);
  }
  return viewsOf(buffer, capacity);
}

function viewsOf(buffer: SharedArrayBuffer, capacity: number): RingMemory {
  return {
    buffer,
    capacity,
    control: new Int32Array(buffer, 0, HEADER_BYTES / 4),
    counts: new Float64Array(buffer, 0, HEADER_BYTES / 8),
    bytes: new Uint8Array(buffer, HEADER_BYTES, capacity),
    words: new Int32Array(buffer, HEADER_BYTES, capacity / 4),
    numbers: new Float64Array(buffer, HEADER_BYTES, capacity / 8),
  };
}

function isCapacity(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= MIN_CAPACITY && bytes <= MAX_CAPACITY &&
    (bytes & (bytes - 1)) === 0;
}

function refusal(why: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot attach to a ring buffer: ${why}`);
}

import {
  type CaptureRecord,
  FRAME_KIND,
  GAP_KIND,
  HEAD_BYTES,
  HEAD_NUMBERS,
  KIND_UNIT,
  NAME_KIND,
  SENT_KIND,
  SESSION_NUMBERS,
} from "./capture_record.ts";
import type { RingBuffer } from "../ring/ring_buffer.ts";

/**
 * What became of a record: `full` may go in later, `too_large` never will, because the ring takes no
 * record of that length. The record is not kept in either case.
 */
export type WriteResult = "written" | "full" | "too_large";

const encoder = new TextEncoder();

/** Puts a capture's records into its ring. One per ring; does not close it. */
export class RecordWriter {
  readonly #ring: RingBuffer;
  readonly #feed: string;
  readonly #head = new Float64Array(HEAD_NUMBERS);
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  #nextNumber = 0;
  #lastName: string | undefined;
  #lastNumber = 0;

  /** Writes records of `feed`, as the ring's only producer. */
  constructor(ring: RingBuffer, feed: string) {
    this.#ring = ring;
    this.#feed = feed;
  }

  /**
   * Copies `record` into the ring, never in part; allocates nothing for a frame of a known session.
   * Throws `RangeError` for a record of another feed and `TypeError` when the ring is closed.
   */
  write(record: CaptureRecord): WriteResult {
    if (record.feed !== this.#feed) {
      throw new RangeError(
        `Cannot capture a record of feed "${record.feed}": this ring is for "${this.#feed}"`,
      );
    }
    if ("reason" in record) {
      return this.#put(GAP_KIND, 0, 0, 0, encoder.encode(JSON.stringify(record)));
    }
    // A record that will not fit is refused before its session takes a number for it.
    if (!this.#ring.fits(HEAD_BYTES + record.data.length)) return "too_large";
    const named = this.#nameSession(record.session);
    if (named !== "written") return named;
    const session = this.#lastNumber;
    return "tsSent" in record
      ? this.#put(SENT_KIND, session, 0, record.tsSent, record.data)
      : this.#put(FRAME_KIND, session, record.seq, record.tsRecv, record.data);
  }

  /** Makes `name` the last session, with a number that the reader knows. */
  #nameSession(name: string): WriteResult {
    if (name === this.#lastName) return "written";
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#nextNumber;
      const told = this.#put(NAME_KIND, number, 0, 0, encoder.encode(name));
      if (told !== "written") return told;
      const former = this.#names[number];
      if (former !== undefined) this.#numbers.delete(former);
      this.#names[number] = name;
      this.#numbers.set(name, number);
      this.#nextNumber = (number + 1) % SESSION_NUMBERS;
    }
    this.#lastName = name;
    this.#lastNumber = number;
    return "written";
  }

  #put(kind: number, session: number, seq: number, time: number, body: Uint8Array): WriteResult {
    if (!this.#ring.fits(HEAD_BYTES + body.length)) return "too_large";
    this.#head[0] = kind * KIND_UNIT + session;
    this.#head[1] = seq;
    this.#head[2] = time;
    return this.#ring.tryWriteParts(this.#head, body);
  }
}

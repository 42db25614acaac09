import {
  type CaptureRecord,
  FRAME_KIND,
  GAP_KIND,
  HEAD_BYTES,
  KIND_UNIT,
  NAME_KIND,
  SENT_KIND,
} from "./capture_record.ts";
import type { Gap } from "../gap.ts";
import { PrivateCopy } from "../ring/private_copy.ts";
import type { RawMessage } from "../raw_message.ts";
import type { RingBuffer } from "../ring/ring_buffer.ts";
import type { SentMessage } from "../sent_message.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const utf8 = new TextDecoder();

/** Takes a capture's records out of its ring. One per ring, for the ring's whole life. */
export class RecordReader {
  readonly #ring: RingBuffer;
  readonly #copy = new PrivateCopy();
  readonly #sessions: string[] = [];
  readonly #frame: Writable<RawMessage>;
  readonly #sent: Writable<SentMessage>;
  #shared: Uint8Array | undefined;
  #words: Int32Array = new Int32Array(0);
  #numbers: Float64Array = new Float64Array(0);
  #visit: ((record: CaptureRecord) => void) | undefined;
  #records = 0;

  /** Reads records of `feed`, as the ring's only consumer. */
  constructor(ring: RingBuffer, feed: string) {
    this.#ring = ring;
    const data = new Uint8Array(0);
    this.#frame = { feed, session: "", seq: 0, tsRecv: 0, data };
    this.#sent = { feed, session: "", tsSent: 0, data };
  }

  /**
   * Hands the oldest records to `visit`, at most `maxRecords`, and answers how many. 0 does not mean
   * that the ring is empty: the names of sessions are records of the ring, too. Frames and sent
   * messages are the same object each time, and their bytes the same private memory: both are valid
   * until `visit` returns. A {@link Gap} is the caller's. If `visit` throws, its record counts as read
   * and the error goes on to the caller. Throws `RangeError` unless `maxRecords` is 1 or more.
   */
  read(maxRecords: number, visit: (record: CaptureRecord) => void): number {
    this.#visit = visit;
    this.#records = 0;
    try {
      this.#ring.drain(maxRecords, this.#take);
    } finally {
      this.#visit = undefined;
    }
    return this.#records;
  }

  readonly #take = (shared: Uint8Array, start: number, end: number): void => {
    if (shared !== this.#shared) this.#view(shared);
    const at = start >> 3;
    const head = this.#numbers[at]!;
    const session = head >>> 0;
    const body = this.#copy.copy(shared, this.#words, start + HEAD_BYTES, end);
    switch (Math.floor(head / KIND_UNIT)) {
      case FRAME_KIND:
        this.#frame.session = this.#nameOf(session);
        this.#frame.seq = this.#numbers[at + 1]!;
        this.#frame.tsRecv = this.#numbers[at + 2]!;
        this.#frame.data = body;
        return this.#give(this.#frame);
      case SENT_KIND:
        this.#sent.session = this.#nameOf(session);
        this.#sent.tsSent = this.#numbers[at + 2]!;
        this.#sent.data = body;
        return this.#give(this.#sent);
      case GAP_KIND:
        // Only a RecordWriter writes into the ring, and it was given a Gap.
        return this.#give(JSON.parse(utf8.decode(body)) as Gap);
      case NAME_KIND:
        this.#sessions[session] = utf8.decode(body);
        return;
      default:
        throw new TypeError(
          `Cannot read a record that begins with ${head}: no RecordWriter wrote it`,
        );
    }
  };

  #nameOf(session: number): string {
    const name = this.#sessions[session];
    if (name !== undefined) return name;
    throw new TypeError(`Cannot read a record of session ${session}: its name was read elsewhere`);
  }

  #view(shared: Uint8Array): void {
    this.#shared = shared;
    this.#words = new Int32Array(shared.buffer, shared.byteOffset, shared.length / 4);
    this.#numbers = new Float64Array(shared.buffer, shared.byteOffset, shared.length / 8);
  }

  #give(record: CaptureRecord): void {
    this.#records++;
    this.#visit!(record);
  }
}

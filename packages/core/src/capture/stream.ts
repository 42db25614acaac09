import type { CaptureRecord } from "./capture_record.ts";
import type { OverflowPolicy } from "./capture_options.ts";
import type { Connector, ConnectorStatus, Delivery } from "./connector.ts";
import type { Decoder } from "../decoder.ts";
import { SsmdError } from "../errors.ts";
import { EventBatch } from "../events/event_batch.ts";
import { LiveSessions } from "./live_sessions.ts";
import { type OverflowCounts, OverflowLedger } from "./overflow_ledger.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";
import { RING_BYTES } from "./capture_options.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";

/** Records decoded before the size of the batch is looked at. */
const BATCH_RECORDS = 64;

/** Options of {@link stream}. */
export interface StreamOptions {
  /** Bytes that may wait for the loop, a power of two up to 2³⁰. Default 64 MiB. */
  readonly ringBytes?: number;
  /**
   * What happens when they are full because the loop is too slow. `gap`, the default, drops frames
   * and gives one gap row; `halt` ends the loop with `SsmdError` `buffer_full`, after what came before.
   */
  readonly overflow?: OverflowPolicy;
  /** A batch is handed over when it has at least this many rows, or nothing waits. Default 8192. */
  readonly batchRows?: number;
  /** Hears of every change of the connector's state. What it throws ends the loop. */
  readonly onStatus?: (status: ConnectorStatus) => void;
  /** Ends the loop when aborted, after what has come in; that is no error. */
  readonly signal?: AbortSignal;
}

/** Events as they come in, in batches; iterate once. */
export interface EventStream extends AsyncIterable<EventBatch> {
  /** What did not get through because the loop was too slow. */
  readonly overflow: OverflowCounts;
  /**
   * Stops the connector and ends the loop; what was not read is thrown away. Resolves when every
   * socket and timer is gone. Twice is safe, also while a batch is awaited.
   */
  close(): Promise<void>;
}

/**
 * What `connector` brings as a loop: the same rows that a replay of its archive gives, a lost stretch
 * as a gap row. The connector starts with the iteration; leaving the loop stops it. A batch is reused:
 * it is valid until the next one is asked for. Throws `RangeError` for a size that is none.
 */
export function stream(
  connector: Connector,
  decoder: Decoder,
  options: StreamOptions = {},
): EventStream {
  return new LiveStream(connector, decoder, options);
}

class LiveStream implements EventStream, AsyncIterator<EventBatch> {
  readonly #connector: Connector;
  readonly #decoder: Decoder;
  readonly #options: StreamOptions;
  readonly #batchRows: number;
  readonly #batch: EventBatch;
  readonly #ring: RingBuffer;
  readonly #ledger: OverflowLedger;
  readonly #reader: RecordReader;
  readonly #stop = new AbortController();
  readonly #sessions = new LiveSessions();
  /** Settles when the connector has ended; never rejects. */
  #running: Promise<void> | undefined;
  #hasEnded = false;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  /** Wakes the read that waits. */
  #wake: (() => void) | undefined;

  constructor(connector: Connector, decoder: Decoder, options: StreamOptions) {
    this.#connector = connector;
    this.#decoder = decoder;
    this.#options = options;
    this.#batchRows = options.batchRows ?? 8192;
    this.#batch = new EventBatch(decoder.symbols, this.#batchRows + 1024);
    this.#ring = RingBuffer.create(options.ringBytes ?? RING_BYTES);
    this.#ledger = new OverflowLedger(new RecordWriter(this.#ring, connector.feed));
    this.#reader = new RecordReader(this.#ring, connector.feed);
  }

  get overflow(): OverflowCounts {
    return this.#ledger.counts;
  }

  [Symbol.asyncIterator](): AsyncIterator<EventBatch> {
    if (this.#running !== undefined || this.#isClosed) {
      throw new TypeError(`Cannot iterate the stream of ${this.#connector.feed} again`);
    }
    this.#running = this.#run();
    return this;
  }

  async next(): Promise<IteratorResult<EventBatch>> {
    if (this.#wake !== undefined) {
      throw new TypeError("Cannot ask for two batches at a time: they are the same one");
    }
    this.#batch.clear();
    for (;;) {
      if (this.#isClosed) break;
      this.#fill();
      if (this.#batch.length > 0) return { done: false, value: this.#batch };
      if (this.#hasEnded) break;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    await this.close();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<EventBatch>> {
    await this.close();
    return { done: true, value: undefined };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stop.abort();
    this.#signalRead();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#stop.abort();
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener("abort", onAbort);
    try {
      await this.#connector.run({
        onRecord: (record) => this.#take(record),
        onStatus: (status) => this.#hear(status),
      }, { signal: this.#stop.signal });
    } catch (error) {
      this.#fail(error);
    } finally {
      signal?.removeEventListener("abort", onAbort);
      this.#hasEnded = true;
      this.#signalRead();
    }
  }

  #take(record: CaptureRecord): Delivery {
    let delivery: Delivery = "dropped";
    try {
      const before = this.#ledger.dropped;
      delivery = this.#ledger.deliver(record);
      if (this.#ledger.dropped > before && this.#options.overflow === "halt") {
        const { feed } = this.#connector;
        const { capacity } = this.#ring;
        this.#fail(
          new SsmdError(
            "buffer_full",
            `Cannot keep up with ${feed}: the buffer of ${capacity} bytes is full`,
          ),
        );
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#signalRead();
    return delivery;
  }

  #hear(status: ConnectorStatus): void {
    try {
      this.#options.onStatus?.(status);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }

  #signalRead(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Decodes what waits, up to a full batch; room that becomes free goes to gaps that wait for it. */
  #fill(): void {
    for (;;) {
      const records = this.#reader.read(BATCH_RECORDS, this.#decode);
      if (this.#batch.length >= this.#batchRows) return;
      if (records > 0 || !this.#isEmpty()) continue;
      if (this.#ledger.isSettled) return;
      // An empty ring has room for at least one of those that wait.
      this.#ledger.settle();
    }
  }

  #isEmpty(): boolean {
    const { read, written } = this.#ring.counters;
    return read === written;
  }

  readonly #decode = (record: CaptureRecord): void => {
    if ("reason" in record) this.#batch.pushGap(record);
    else if ("seq" in record) {
      const { data, tsRecv } = record;
      const session = this.#sessions.find(record.session);
      this.#decoder.decode(data, 0, data.length, session, tsRecv, this.#batch);
    }
  };
}

import type { EpochMicros } from "../clock.ts";
import type { CaptureRecord } from "./capture_record.ts";
import type {
  Connector,
  ConnectorHandlers,
  ConnectorHealth,
  ConnectorStatus,
  Delivery,
} from "./connector.ts";
import { RecordReader } from "./record_reader.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";
import type { Sink, SinkHandlers, SinkState } from "./sink.ts";

const encoder = new TextEncoder();

/** A connector whose exchange is the test: it hands over what the test says, when it says so. */
export class ToyConnector implements Connector {
  readonly feed = "toy";
  /** Resolves when it was started. */
  readonly started: Promise<void>;
  /** How often it was started. */
  runs = 0;
  /** Whether it was asked to stop and has. */
  stopped = false;
  connected = true;
  #onStart: () => void = () => {};
  #handlers: ConnectorHandlers | undefined;
  #end: (error?: Error) => void = () => {};
  #frames = 0;
  #bytes = 0;
  readonly #seqs = new Map<string, number>();

  constructor() {
    this.started = new Promise((resolve) => this.#onStart = resolve);
  }

  run(handlers: ConnectorHandlers, options: { readonly signal: AbortSignal }): Promise<void> {
    this.runs++;
    this.#handlers = handlers;
    return new Promise((resolve, reject) => {
      this.#end = (error) => {
        this.stopped = true;
        if (error === undefined) resolve();
        else reject(error);
      };
      if (options.signal.aborted) this.#end();
      options.signal.addEventListener("abort", () => this.#end(), { once: true });
      this.#onStart();
    });
  }

  /** The session's next frame. */
  frame(at: EpochMicros, text = "{}", session = "s1"): Delivery {
    const seq = (this.#seqs.get(session) ?? 0) + 1;
    this.#seqs.set(session, seq);
    const data = encoder.encode(text);
    this.#frames++;
    this.#bytes += data.length;
    return this.give({ feed: this.feed, session, seq, tsRecv: at, data });
  }

  /** A gap for a lost connection. */
  gap(at: EpochMicros, session = "s1"): Delivery {
    return this.give({
      feed: this.feed,
      session,
      reason: "disconnect",
      from: at - 1,
      to: at,
      tsRecv: at,
    });
  }

  /** Something that was said to the exchange. */
  sent(at: EpochMicros, text = `{"cmd":"subscribe"}`, session = "s1"): Delivery {
    return this.give({ feed: this.feed, session, tsSent: at, data: encoder.encode(text) });
  }

  give(record: CaptureRecord): Delivery {
    return this.#handlers!.onRecord(record);
  }

  status(status: ConnectorStatus): void {
    this.#handlers!.onStatus(status);
  }

  /** Ends as if nothing could mend what went wrong, or of its own accord. */
  end(error?: Error): void {
    this.#end(error);
  }

  health(): ConnectorHealth {
    return {
      connections: this.runs === 0 ? [] : [{
        connection: 0,
        connected: this.connected,
        since: 0,
        lastInboundAt: 40,
        markets: 1,
      }],
      frames: this.#frames,
      bytes: this.#bytes,
      reconnects: 2,
      markets: 1,
      rejectedMarkets: 0,
      duplicates: 0,
      late: 0,
      errors: {},
    };
  }
}

/** A sink that keeps records in memory, and takes them only while it is open. */
export class ToySink implements Sink {
  /** What was taken; `.` for a frame, else what it is. */
  readonly taken: string[] = [];
  readonly records: CaptureRecord[] = [];
  isReady = true;
  isOpen: boolean;
  #handlers: SinkHandlers | undefined;
  #dies: Error | undefined;

  constructor(isOpen = true) {
    this.isOpen = isOpen;
  }

  async run(buffer: SharedArrayBuffer, handlers: SinkHandlers): Promise<void> {
    const ring = RingBuffer.attach(buffer);
    const reader = new RecordReader(ring, "toy");
    this.#handlers = handlers;
    while (!this.isReady && !ring.closed) await turn();
    if (this.isReady) handlers.onReady();
    while (!ring.isDrained) {
      if (this.#dies !== undefined) throw this.#dies;
      if (this.isOpen || ring.closed) reader.read(1000, (record) => this.#keep(record));
      await turn();
    }
    this.state({ writing: true });
  }

  /** Ends it at its next turn. */
  die(error: Error): void {
    this.#dies = error;
  }

  state(state: Partial<SinkState> & { readonly writing: boolean }): void {
    this.#handlers!.onState({
      records: this.records.length,
      lost: 0,
      gaps: {},
      sealing: 0,
      ...state,
    });
  }

  #keep(record: CaptureRecord): void {
    this.records.push("data" in record ? { ...record, data: record.data.slice() } : record);
    this.taken.push(textOf(record));
  }
}

/** A record in a few words. */
export function textOf(record: CaptureRecord): string {
  if ("tsSent" in record) return `${record.session} sent`;
  if ("seq" in record) return `${record.session} ${record.seq}`;
  const { session, reason, missing } = record;
  return `${session} ${reason}${missing === undefined ? "" : ` ${missing}`}`;
}

/** Lets everything else that is waiting go first. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

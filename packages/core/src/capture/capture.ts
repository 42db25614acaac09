import type { ArchiveEvent } from "../archive/archive_event.ts";
import type { Capture, CaptureOptions, CaptureSummary, OverflowPolicy } from "./capture_options.ts";
import { RING_BYTES } from "./capture_options.ts";
import { type CaptureHealth, captureHealth, type CaptureStage } from "./capture_health.ts";
import { CaptureMetrics } from "./capture_metrics.ts";
import type { CaptureRecord } from "./capture_record.ts";
import { type Clock, type EpochMicros, SystemClock } from "../clock.ts";
import type { Connector, ConnectorHandlers, Delivery } from "./connector.ts";
import { messageOf, SsmdError } from "../errors.ts";
import { OverflowLedger } from "./overflow_ledger.ts";
import { RecordWriter } from "./record_writer.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";
import type { Sink, SinkHandlers, SinkState } from "./sink.ts";

/** How soon a gap that waits for room is tried again when nothing else comes in. */
const SETTLE_MS = 20;
const REPORT_MS = 1000;

/**
 * Connects `connector` and `sink` by one bounded buffer and runs until it is closed. The connector
 * starts when the sink is ready: a stream that another process writes is an error before there is
 * any connection. Throws `RangeError` for a buffer size that is no power of two.
 */
export function capture(
  connector: Connector,
  sink: Sink,
  options: CaptureOptions = {},
): Capture {
  return new LiveCapture(connector, sink, options);
}

class LiveCapture implements Capture {
  readonly done: Promise<CaptureSummary>;
  readonly #connector: Connector;
  readonly #sink: Sink;
  readonly #options: CaptureOptions;
  readonly #overflow: OverflowPolicy;
  readonly #clock: Clock;
  readonly #startedAt: EpochMicros;
  readonly #ring: RingBuffer;
  readonly #ledger: OverflowLedger;
  readonly #metrics: CaptureMetrics | undefined;
  readonly #stop = new AbortController();
  #stage: CaptureStage = "starting";
  #failure: { readonly error: unknown } | undefined;
  #sinkState: SinkState | undefined;
  #isSinkDone = false;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(connector: Connector, sink: Sink, options: CaptureOptions) {
    this.#connector = connector;
    this.#sink = sink;
    this.#options = options;
    this.#overflow = options.overflow ?? "gap";
    this.#clock = options.clock ?? new SystemClock();
    this.#startedAt = this.#clock.now();
    this.#ring = RingBuffer.create(options.ringBytes ?? RING_BYTES);
    this.#ledger = new OverflowLedger(new RecordWriter(this.#ring, connector.feed));
    this.#metrics = options.metrics === undefined ? undefined : new CaptureMetrics(options.metrics);
    this.done = this.#run();
  }

  close(): Promise<CaptureSummary> {
    this.#stop.abort();
    return this.done;
  }

  health(): CaptureHealth {
    const { highWater, written, full } = this.#ring.counters;
    return captureHealth({
      feed: this.#connector.feed,
      at: this.#clock.now(),
      startedAt: this.#startedAt,
      stage: this.#stage,
      error: this.#failure === undefined ? undefined : messageOf(this.#failure.error),
      connector: this.#connector.health(),
      buffer: { capacity: this.#ring.capacity, highWater, written, full, ...this.#ledger.counts },
      sink: this.#sinkState,
    });
  }

  async #run(): Promise<CaptureSummary> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#stop.abort();
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener("abort", onAbort);
    this.#report();
    const reports = setInterval(() => this.#report(), REPORT_MS);
    try {
      const { ready, ended } = this.#startSink();
      await Promise.race([ready, ended, aborted(this.#stop.signal)]);
      if (!this.#stop.signal.aborted) {
        this.#stage = "running";
        await this.#runConnector();
      }
      this.#stage = "closing";
      await this.#settleAll();
      this.#ring.close();
      await ended;
    } finally {
      this.#stage = "ended";
      clearInterval(reports);
      clearTimeout(this.#settling);
      signal?.removeEventListener("abort", onAbort);
      this.#report();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#summary();
  }

  #startSink(): { readonly ready: Promise<void>; readonly ended: Promise<void> } {
    let onReady = (): void => {};
    const ready = new Promise<void>((resolve) => onReady = resolve);
    const { onDurable, onArchiveEvent } = this.#options;
    const handlers: SinkHandlers = {
      onReady,
      onDurable: (durable) => this.#call(onDurable, durable),
      onArchiveEvent: (event: ArchiveEvent) => this.#call(onArchiveEvent, event),
      onState: (state) => this.#noteSink(state),
    };
    const ended = (async () => {
      try {
        await this.#sink.run(this.#ring.buffer, handlers);
        if (!this.#ring.closed) throw new Error("Cannot go on capturing: the sink has ended");
      } catch (error) {
        this.#fail(error);
      } finally {
        this.#isSinkDone = true;
      }
    })();
    return { ready, ended };
  }

  async #runConnector(): Promise<void> {
    const handlers: ConnectorHandlers = {
      onRecord: (record) => this.#take(record),
      onStatus: (status) => this.#call(this.#options.onStatus, status),
    };
    try {
      await this.#connector.run(handlers, { signal: this.#stop.signal });
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(record: CaptureRecord): Delivery {
    let delivery: Delivery = "dropped";
    try {
      const before = this.#ledger.dropped;
      delivery = this.#ledger.deliver(record);
      if (delivery === "dropped" && this.#ledger.dropped > before) this.#noteFull();
    } catch (error) {
      // A record that is not this feed's: the connector is wrong, and nothing it says can be kept.
      this.#fail(error);
    }
    if (!this.#ledger.isSettled) this.#settleSoon();
    return delivery;
  }

  #noteFull(): void {
    if (this.#overflow === "gap" || this.#failure !== undefined) return;
    const { capacity } = this.#ring;
    this.#fail(
      new SsmdError(
        "buffer_full",
        `Cannot keep up with ${this.#connector.feed}: the buffer of ${capacity} bytes is full`,
      ),
    );
  }

  #settleSoon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      if (this.#ring.closed || this.#ledger.settle()) return;
      this.#settleSoon();
    }, SETTLE_MS);
  }

  /** Waits until gaps that stand for dropped frames are in the ring, while somebody makes room. */
  async #settleAll(): Promise<void> {
    clearTimeout(this.#settling);
    while (!this.#ledger.settle() && !this.#isSinkDone && this.#sinkState?.writing !== false) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
  }

  #noteSink(state: SinkState): void {
    const before = this.#sinkState;
    this.#sinkState = state;
    if (state.problem === undefined || state.problem === before?.problem) return;
    this.#call(this.#options.onError, new SsmdError("write_failed", state.problem));
  }

  /** Calls what the host gave us; what that throws never reaches the connector or the sink. */
  #call<T>(callback: ((value: T) => void) | undefined, value: T): void {
    try {
      callback?.(value);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
      const { onError } = this.#options;
      if (onError === undefined || callback === onError as unknown) this.#fail(error);
      else this.#call(onError, error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }

  #report(): void {
    try {
      this.#metrics?.report(this.health());
    } catch (error) {
      this.#fail(error);
    }
  }

  #summary(): CaptureSummary {
    const { frames, bytes, reconnects } = this.#connector.health();
    const { dropped, tooLarge } = this.#ledger.counts;
    const { records = 0, lost = 0, gaps = {} } = this.#sinkState ?? {};
    return {
      startedAt: this.#startedAt,
      endedAt: this.#clock.now(),
      frames,
      bytes,
      records,
      dropped: dropped + tooLarge,
      lost,
      gaps,
      reconnects,
    };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

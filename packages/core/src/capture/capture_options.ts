import type { ArchiveEvent } from "../archive/archive_event.ts";
import type { CaptureHealth } from "./capture_health.ts";
import type { Clock, EpochMicros } from "../clock.ts";
import type { ConnectorStatus } from "./connector.ts";
import type { Metrics } from "../metrics.ts";
import type { Durable } from "./sink.ts";

/**
 * Room for 5,000 order books of 8 KB that come at once, and then for 3 seconds of 8 MB each during
 * which the disk may stand still.
 */
export const RING_BYTES: number = 64 * 1024 * 1024;

/** What happens when the buffer is full: frames are dropped and a gap says so, or the capture ends. */
export type OverflowPolicy = "gap" | "halt";

/**
 * Options of `capture`. A callback that throws ends the capture in order, with its error, unless
 * `onError` takes it.
 */
export interface CaptureOptions {
  /** Bytes between connector and sink, a power of two up to 2³⁰. Default 64 MiB. */
  readonly ringBytes?: number;
  /** What happens when they are full. Default `gap`. */
  readonly overflow?: OverflowPolicy;
  /** Tells the time for health and metrics. Default: the system's. */
  readonly clock?: Clock;
  /** Gets what {@link CaptureHealth} says, once a second and at the end. */
  readonly metrics?: Metrics;
  /** Hears of every change of the connector's state. */
  readonly onStatus?: (status: ConnectorStatus) => void;
  /** Hears how far frames survive a crash, after each sync. */
  readonly onDurable?: (durable: Durable) => void;
  /** Hears of every file sealed and everything recovered. */
  readonly onArchiveEvent?: (event: ArchiveEvent) => void;
  /** Hears of trouble that does not end the capture: a disk that refuses, a callback that throws. */
  readonly onError?: (error: Error) => void;
  /** Closes the capture when aborted; that is no error. */
  readonly signal?: AbortSignal;
}

/** What a capture did, from its start to its end. */
export interface CaptureSummary {
  /** When it began. */
  readonly startedAt: EpochMicros;
  /** When everything was closed. */
  readonly endedAt: EpochMicros;
  /** Frames that came in. */
  readonly frames: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Records kept: frames, gaps, what we said. */
  readonly records: number;
  /** Frames dropped in front of the buffer, those too large for it included. */
  readonly dropped: number;
  /** Frames that the disk did not take. */
  readonly lost: number;
  /** Gap records kept, by reason. */
  readonly gaps: Readonly<Record<string, number>>;
  /** Connections that were made again after a loss. */
  readonly reconnects: number;
}

/** A running capture. Whoever started it closes it. */
export interface Capture {
  /**
   * Settles when every socket, timer and file is closed. Rejects with what ended the capture unasked:
   * the sink's or the connector's error, `SsmdError` `buffer_full` under the policy `halt`; what came
   * before that is kept all the same, as far as the sink can.
   */
  readonly done: Promise<CaptureSummary>;
  /**
   * Stops the connector, writes what it brought, in order, and seals. Twice is safe, at any time;
   * answers {@link done}.
   */
  close(): Promise<CaptureSummary>;
  /** How it is now. */
  health(): CaptureHealth;
}

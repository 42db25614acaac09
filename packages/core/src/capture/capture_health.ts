import type { EpochMicros } from "../clock.ts";
import type { ConnectorHealth } from "./connector.ts";
import type { OverflowCounts } from "./overflow_ledger.ts";
import type { SinkState } from "./sink.ts";

/** Where a capture is in its life. */
export type CaptureStage = "starting" | "running" | "closing" | "ended";

/** The buffer between connector and sink; counts are since the start. */
export interface BufferHealth extends OverflowCounts {
  /** Its size in bytes. */
  readonly capacity: number;
  /** The most bytes that were in use at a time. */
  readonly highWater: number;
  /** Records that went in. */
  readonly written: number;
  /** Writes that found it full; a record that is tried again counts again. */
  readonly full: number;
}

/** What a capture knows of itself. */
export interface CaptureHealth {
  /** The connector's feed. */
  readonly feed: string;
  /** When this was put together. */
  readonly at: EpochMicros;
  /** When the capture began. */
  readonly startedAt: EpochMicros;
  /** Where it is in its life. */
  readonly stage: CaptureStage;
  /** Why it ends or ended, when that was not asked for. */
  readonly error?: string;
  /**
   * Whether everything wanted comes in and is kept: it runs, the connector knows what to follow, every
   * connection lives, the disk is written.
   */
  readonly ready: boolean;
  /** Whether every connection lives. True when there is none: then nothing is to be followed. */
  readonly connected: boolean;
  /** Age of the last thing that came in, pings too, on the connection where it is oldest. */
  readonly lastInboundAgeMicros?: number;
  /** The connector's own view. */
  readonly connector: ConnectorHealth;
  /** The buffer. */
  readonly buffer: BufferHealth;
  /** The sink's last word; absent before it said anything. */
  readonly sink?: SinkState;
}

/** What {@link captureHealth} puts together. */
export interface HealthParts {
  /** See {@link CaptureHealth}. */
  readonly feed: string;
  /** See {@link CaptureHealth}. */
  readonly at: EpochMicros;
  /** See {@link CaptureHealth}. */
  readonly startedAt: EpochMicros;
  /** See {@link CaptureHealth}. */
  readonly stage: CaptureStage;
  /** See {@link CaptureHealth}. */
  readonly error: string | undefined;
  /** See {@link CaptureHealth}. */
  readonly connector: ConnectorHealth;
  /** See {@link CaptureHealth}. */
  readonly buffer: BufferHealth;
  /** See {@link CaptureHealth}. */
  readonly sink: SinkState | undefined;
}

/** The whole view, with what follows from its parts. */
export function captureHealth(parts: HealthParts): CaptureHealth {
  const { at, stage, error, connector, sink } = parts;
  const connected = connector.connections.every((connection) => connection.connected);
  const inbound = connector.connections.flatMap(({ lastInboundAt }) => lastInboundAt ?? []);
  return {
    feed: parts.feed,
    at,
    startedAt: parts.startedAt,
    stage,
    ...(error === undefined ? {} : { error }),
    ready: stage === "running" && connected && connector.problem === undefined &&
      sink?.writing === true,
    connected,
    ...(inbound.length === 0 ? {} : { lastInboundAgeMicros: at - Math.min(...inbound) }),
    connector,
    buffer: parts.buffer,
    ...(sink === undefined ? {} : { sink }),
  };
}

import type { EpochMicros } from "./clock.ts";

/** One frame as it was received: the bytes are never altered on their way to the archive. */
export interface RawMessage {
  /** The source's definition, for example `kalshi`. */
  readonly feed: string;
  /** One connection's life; sequence numbers mean something only within it. */
  readonly session: string;
  /** Our own count of frames within the session: 1, 2, 3, … */
  readonly seq: number;
  /** When the frame left the socket. */
  readonly tsRecv: EpochMicros;
  /** The frame's bytes; valid until the callee returns unless it copies them. */
  readonly data: Uint8Array;
}

import type { EpochMicros } from "./clock.ts";

/**
 * What we said to the exchange: a subscription with its flags. Kept beside the frames, because what a
 * frame means can depend on what was asked for.
 */
export interface SentMessage {
  /** The source's definition. */
  readonly feed: string;
  /** The session in which it was sent. */
  readonly session: string;
  /** When it was handed to the socket. */
  readonly tsSent: EpochMicros;
  /** The message as sent: one JSON object without credentials. */
  readonly data: Uint8Array;
}

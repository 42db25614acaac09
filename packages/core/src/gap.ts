import type { EpochMicros } from "./clock.ts";

/**
 * Why frames are missing: a hole in the exchange's numbers, a full buffer on our side, a lost
 * connection, a restart of the recorder, or stored bytes that can no longer be read.
 */
export type GapReason = "sequence" | "overflow" | "disconnect" | "restart" | "damage";

/** A stretch that we know we did not see. It travels as data, in order with the frames around it. */
export interface Gap {
  /** The source's definition. */
  readonly feed: string;
  /** The session in which the gap became known. */
  readonly session: string;
  /** The exchange's subscription id, when the gap is confined to one subscription. */
  readonly sid?: number;
  /** Why frames are missing. */
  readonly reason: GapReason;
  /** Where it begins: the first missing seq for a `sequence` gap, else {@link EpochMicros}. */
  readonly from: number;
  /** Where it ends: the last missing seq for a `sequence` gap, else {@link EpochMicros}. */
  readonly to: number;
  /** How many frames are missing, when that is known. */
  readonly missing?: number;
  /** The markets that may have lost a frame; absent means every market of the feed's stream. */
  readonly markets?: readonly string[];
  /**
   * False when the subscription `sid` is known to carry no order books (trades, say): then books can
   * be trusted all the same. Absent means that books may be wrong.
   */
  readonly books?: false;
  /** When the gap became known: the receive time of the frame that revealed it. */
  readonly tsRecv: EpochMicros;
}

import type { EpochMicros } from "./clock.ts";

/**
 * Why frames are missing: a hole in the exchange's numbers, a full buffer on our side, a lost
 * connection, a restart of the recorder, stored bytes that can no longer be read; or `unsubscribed`:
 * we stopped watching on purpose, so that nothing is missing that was asked for.
 */
export type GapReason =
  | "sequence"
  | "overflow"
  | "disconnect"
  | "restart"
  | "damage"
  | "unsubscribed";

/** The reasons for which something is missing that was asked for. */
export type LossReason = Exclude<GapReason, "unsubscribed">;

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
  /**
   * Where it ends: the last missing seq for a `sequence` gap, else {@link EpochMicros}. The same as
   * `from` when it is `unsubscribed`: its books are stale from there, with no end.
   */
  readonly to: number;
  /** How many frames are missing, when that is known. */
  readonly missing?: number;
  /** Size of what an `overflow` dropped, in bytes, when it was a frame too large for the buffer. */
  readonly bytes?: number;
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

/** The reason of a gap for which something is missing that was asked for; else `undefined`. */
export function lossReason({ reason }: Gap): LossReason | undefined {
  return reason === "unsubscribed" ? undefined : reason;
}

/** How many of `gaps` stand for something missing that was asked for. */
export function countLosses(gaps: readonly Gap[]): number {
  return gaps.filter((gap) => lossReason(gap) !== undefined).length;
}

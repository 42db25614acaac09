import type { EpochMicros } from "./clock.ts";

/** What a frame's sequence number says, given the frames before it. */
export type SequenceVerdict =
  /** The frame carries no sequence number. */
  | { readonly kind: "none" }
  /** It follows the last one, or is the first of its subscription. */
  | { readonly kind: "next" }
  /** The number was seen before: ignore the frame for books, keep it. */
  | { readonly kind: "duplicate"; readonly sid: number; readonly seq: number }
  /**
   * The number is lower than the last: in a tape the recorder's connection was restarted, on a live
   * connection the frame came late. `markets` are those of the subscription; for `books` see `gap`.
   */
  | {
    readonly kind: "lower";
    readonly sid: number;
    readonly seq: number;
    readonly last: number;
    /** When the subscription's last frame before this one was received. */
    readonly lastReceivedAt: EpochMicros;
    readonly markets: readonly string[];
    readonly books: boolean;
  }
  /**
   * Frames `from … to` of subscription `sid` are missing; any of `markets` may have lost one. `books`
   * is false when the subscription is known to carry no order books.
   */
  | {
    readonly kind: "gap";
    readonly sid: number;
    readonly from: number;
    readonly to: number;
    readonly missing: number;
    readonly markets: readonly string[];
    readonly books: boolean;
  };

/** Follows the exchange's sequence numbers, session by session. */
export interface SequenceCheck {
  /** Judges the frame `data[start, end)`, received at `tsRecv`, and remembers it. Frames of a session come in order. */
  observe(
    session: string,
    data: Uint8Array,
    start: number,
    end: number,
    tsRecv: EpochMicros,
  ): SequenceVerdict;
  /** Forgets a session that has ended. */
  forget(session: string): void;
}

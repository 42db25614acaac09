import type { EpochMicros } from "@ssmd/core";
import type { KalshiChannel } from "./channel.ts";

/** Where a subscription stands. */
interface OnChannel {
  /** Which channel. */
  readonly channel: KalshiChannel;
  /** Its subscription's id; absent before it is known. */
  readonly sid?: number;
}

/** What became of subscriptions, for whoever keeps records, counts and the distribution of markets. */
export type SubscriptionEvent =
  /** The exchange confirmed a subscription or a change of it; `markets` is how many it has now. */
  | OnChannel & { readonly type: "subscribed"; readonly markets: number }
  /**
   * What was lost since `since` is followed again: `markets`, or all. To be recorded before the frame
   * that says so.
   */
  | OnChannel & {
    readonly type: "resumed";
    readonly since: EpochMicros;
    readonly markets?: readonly string[];
  }
  /** We stopped following these markets, and the exchange confirmed it. */
  | OnChannel & { readonly type: "unsubscribed"; readonly markets: readonly string[] }
  /** A subscription ended that is still wanted, with all its markets; it will be renewed. */
  | OnChannel & {
    readonly type: "ended";
    readonly reason: string;
    readonly markets?: readonly string[];
  }
  /** Snapshots of this many books are asked for anew. */
  | OnChannel & { readonly type: "resync"; readonly reason: string; readonly markets: number }
  /** A market is set aside. */
  | { readonly type: "rejected"; readonly market: string; readonly reason: string }
  /** The connection is certain to receive nothing more of these markets; none of them is wanted on it. */
  | { readonly type: "released"; readonly markets: readonly string[] }
  /** The connection takes no more than `capacity` markets; `markets` are too many. */
  | { readonly type: "full"; readonly capacity: number; readonly markets: readonly string[] }
  /** An error reply; `code` is Kalshi's. */
  | { readonly type: "error"; readonly code: string; readonly reason: string }
  /** Only a new connection helps; with `patience` not before a long wait. */
  | { readonly type: "reconnect"; readonly reason: string; readonly patience?: true };

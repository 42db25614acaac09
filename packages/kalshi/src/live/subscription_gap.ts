import type { EpochMicros, Gap } from "@ssmd/core";
import type { SubscriptionEvent } from "./subscription_event.ts";

/** Where and when an event of a subscription became known. */
export interface GapContext {
  /** The feed. */
  readonly feed: string;
  /** The session. */
  readonly session: string;
  /** When the frame that told of it was received. */
  readonly at: EpochMicros;
  /** When the frame before that was received. */
  readonly before: EpochMicros;
}

/** The gap that `event` means for the records; `undefined` when it means none. */
export function subscriptionGap(
  event: SubscriptionEvent,
  { feed, session, at, before }: GapContext,
): Gap | undefined {
  if (event.type !== "resumed" && event.type !== "unsubscribed" && event.type !== "ended") {
    return undefined;
  }
  const { sid, markets, channel } = event;
  const from = event.type === "resumed" ? event.since : event.type === "ended" ? before : at;
  return {
    feed,
    session,
    ...(sid !== undefined && { sid }),
    reason: event.type === "unsubscribed" ? "unsubscribed" : "disconnect",
    from,
    to: at,
    ...(markets !== undefined && { markets }),
    ...(channel !== "orderbook_delta" && { books: false }),
    tsRecv: at,
  };
}

import type { Channel } from "./channel.ts";

/** Where a subscription's frames go. */
export interface FrameTarget {
  /** Sends a frame of `type` with the JSON text `msg` and the subscription's next number. */
  data(subscription: Subscription, type: string, msg: string, id?: number): void;
}

/** One channel on one connection: an `sid`, its markets and its count of frames. */
export class Subscription {
  /** The exchange's number for it, from 1 on each connection. */
  readonly sid: number;
  /** The channel. */
  readonly channel: Channel;
  /** Whether NO prices are told as YES prices. */
  readonly useYesPrice: boolean;
  /** Where its frames go. */
  readonly target: FrameTarget;
  /** Its markets, or all of them. A channel that cannot be narrowed always has all. */
  markets: Set<string> | "all";
  /** The number of its last numbered frame. */
  seq = 0;
  /** Frames sent, replies included, those that a fault swallowed not. */
  frames = 0;

  /** A subscription that has sent nothing yet. */
  constructor(
    sid: number,
    channel: Channel,
    markets: Set<string> | "all",
    useYesPrice: boolean,
    target: FrameTarget,
  ) {
    this.sid = sid;
    this.channel = channel;
    this.markets = markets;
    this.useYesPrice = useYesPrice;
    this.target = target;
  }
}

import type { EpochMicros } from "@ssmd/core";
import type { KalshiChannel } from "./channel.ts";
import type { Losses } from "./losses.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";

/** Writes down what becomes of one channel's subscription. */
export class ChannelReport {
  readonly #channel: KalshiChannel;
  readonly #wanted: ReadonlySet<string>;
  readonly #out: SubscriptionEvent[];
  /** The subscription's id; `undefined` while there is none. */
  sid: number | undefined;

  /** Appends to `out`, which is its owner's to empty. */
  constructor(channel: KalshiChannel, wanted: ReadonlySet<string>, out: SubscriptionEvent[]) {
    this.#channel = channel;
    this.#wanted = wanted;
    this.#out = out;
  }

  /** It stands, with this many markets. */
  subscribed(markets: number): void {
    this.#out.push({ ...this.#here(), type: "subscribed", markets });
  }

  /** Of `losses`, `markets` (or all, when absent) are followed again at `at`. */
  resumed(losses: Losses, markets: readonly string[] | undefined, at: EpochMicros): void {
    if (losses.none) return;
    if (markets === undefined) {
      const since = losses.takeAll();
      if (since !== undefined && since < at) {
        this.#out.push({ ...this.#here(), type: "resumed", since });
      }
      return;
    }
    for (const [since, found] of losses.take(markets)) {
      if (since < at) this.#out.push({ ...this.#here(), type: "resumed", since, markets: found });
    }
  }

  /** `markets` are no longer followed. */
  unsubscribed(markets: readonly string[]): void {
    this.#out.push({ ...this.#here(), type: "unsubscribed", markets });
  }

  /** It ended although it is wanted, with `markets`, or with all when absent. */
  ended(reason: string, markets: readonly string[] | undefined): void {
    this.#out.push({
      ...this.#here(),
      type: "ended",
      reason,
      ...(markets !== undefined && { markets }),
    });
  }

  /** This many books are asked for anew. */
  resync(reason: string, markets: number): void {
    this.#out.push({ ...this.#here(), type: "resync", reason, markets });
  }

  /** `market` is set aside. */
  rejected(market: string, reason: string): void {
    this.#out.push({ type: "rejected", market, reason });
  }

  /** Of these, nothing more comes on this channel; those that are still wanted are left out. */
  released(markets: readonly string[]): void {
    const free = markets.filter((market) => !this.#wanted.has(market));
    if (free.length > 0) this.#out.push({ type: "released", markets: free });
  }

  /** The subscription has `capacity` markets and takes no more. */
  full(capacity: number, markets: readonly string[]): void {
    this.#out.push({ type: "full", capacity, markets });
  }

  /** Only a new connection helps; with `patience` after a long wait. */
  reconnect(reason: string, patience?: true): void {
    this.#out.push({ type: "reconnect", reason, ...(patience && { patience }) });
  }

  #here(): { readonly channel: KalshiChannel; readonly sid?: number } {
    return { channel: this.#channel, ...(this.sid !== undefined && { sid: this.sid }) };
  }
}

import type { Channel } from "./channel.ts";
import type { FanOut } from "./fan_out.ts";
import { type FrameTarget, Subscription } from "./subscription.ts";

/**
 * One connection's subscriptions. A channel has at most one at a time: who subscribes again gets the
 * markets added to it (changelog of 25 September 2025).
 */
export class SubscriptionTable {
  readonly #bySid = new Map<number, Subscription>();
  readonly #fanOut: FanOut;
  readonly #target: FrameTarget;
  readonly #begun: Subscription[];

  /** Frames go to `target`; `fanOut` learns who gets what, `begun` has whatever was begun. */
  constructor(fanOut: FanOut, target: FrameTarget, begun: Subscription[]) {
    this.#fanOut = fanOut;
    this.#target = target;
    this.#begun = begun;
  }

  /** Those that have not ended, by age. */
  all(): IterableIterator<Subscription> {
    return this.#bySid.values();
  }

  /** The one with `sid`. */
  find(sid: number): Subscription | undefined {
    return this.#bySid.get(sid);
  }

  /** The one of `channel`. */
  ofChannel(channel: Channel): Subscription | undefined {
    for (const subscription of this.#bySid.values()) {
      if (subscription.channel === channel) return subscription;
    }
    return undefined;
  }

  /** Begins one with the next number and no markets yet, or with all. */
  begin(channel: Channel, all: boolean, useYesPrice: boolean): Subscription {
    const markets = all ? "all" : new Set<string>();
    const sid = this.#begun.length + 1;
    const subscription = new Subscription(sid, channel, markets, useYesPrice, this.#target);
    this.#bySid.set(sid, subscription);
    this.#begun.push(subscription);
    if (all) this.#fanOut.addWide(subscription);
    return subscription;
  }

  /** Adds markets and gives those that it did not have. */
  add(subscription: Subscription, tickers: readonly string[]): string[] {
    const { markets } = subscription;
    if (markets === "all") return [];
    const added: string[] = [];
    for (const ticker of tickers) {
      if (markets.has(ticker)) continue;
      markets.add(ticker);
      this.#fanOut.add(subscription, ticker);
      added.push(ticker);
    }
    return added;
  }

  /** Gives it all markets. */
  widen(subscription: Subscription): void {
    if (subscription.markets === "all") return;
    this.#detach(subscription);
    subscription.markets = "all";
    this.#fanOut.addWide(subscription);
  }

  /** Takes markets away; those that it does not have are ignored. */
  delete(subscription: Subscription, tickers: readonly string[]): void {
    const { markets } = subscription;
    if (markets === "all") return;
    for (const ticker of tickers) {
      if (markets.delete(ticker)) this.#fanOut.remove(subscription, ticker);
    }
  }

  /** Ends one; its number is never used again. */
  end(subscription: Subscription): void {
    this.#bySid.delete(subscription.sid);
    this.#detach(subscription);
  }

  /** Ends all. */
  endAll(): void {
    for (const subscription of [...this.#bySid.values()]) this.end(subscription);
  }

  #detach(subscription: Subscription): void {
    const { markets } = subscription;
    if (markets === "all") this.#fanOut.removeWide(subscription);
    else for (const ticker of markets) this.#fanOut.remove(subscription, ticker);
  }
}

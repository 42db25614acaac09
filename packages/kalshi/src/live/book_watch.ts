import { BookSnapshots } from "./book_snapshots.ts";
import { RejectedMarkets } from "./rejected_markets.ts";
import type { CommandDraft } from "./subscription_command.ts";
import type { SubscriptionTiming } from "./subscription_timing.ts";

/** What to do about a sequence gap: ask for snapshots, subscribe anew, or connect anew. */
export type GapRemedy = "snapshots" | "renew" | "reconnect";

/** Sees to it that the books of a subscription become right and stay so. */
export class BookWatch {
  /** Snapshots to come and to ask for. */
  readonly snapshots: BookSnapshots;
  /** Markets whose book never came; they stay subscribed. */
  readonly blank: RejectedMarkets;
  readonly #timing: SubscriptionTiming;
  #level = 0;
  #lastGapAt = -Infinity;

  /** Nothing is awaited yet. */
  constructor(timing: SubscriptionTiming) {
    this.#timing = timing;
    this.snapshots = new BookSnapshots(timing.snapshotTimeoutMs);
    this.blank = new RejectedMarkets(timing.rejectedRetryMs);
  }

  /** A snapshot of `market` came. */
  arrived(market: string): void {
    this.snapshots.forget(market);
    this.blank.delete(market);
  }

  /** A frame was lost: the remedies become stronger while the gaps follow one another. */
  gap(now: number): GapRemedy {
    const isAgain = this.snapshots.recovering || now - this.#lastGapAt < this.#timing.calmMs;
    this.#level = isAgain ? this.#level + 1 : 1;
    this.#lastGapAt = now;
    return this.#level === 1 ? "snapshots" : this.#level === 2 ? "renew" : "reconnect";
  }

  /** The markets to ask for a snapshot now, if any; some for another time after long. */
  take(now: number): readonly string[] | undefined {
    const limit = this.#timing.batchMarkets;
    for (const market of this.blank.takeDue(now, limit)) this.snapshots.want(market, true);
    const markets = this.snapshots.take(limit, now);
    return markets.length > 0 ? markets : undefined;
  }

  /** `draft` was sent: the snapshots of markets that it adds come by themselves. */
  sent({ action, markets = [] }: CommandDraft, now: number): void {
    if (action !== "subscribe" && action !== "add_markets") return;
    for (const market of markets) this.snapshots.expect(market, now);
  }

  /** Gives up on snapshots that were asked for in vain; the markets for which that is new. */
  giveUp(now: number): string[] {
    return this.snapshots.expire(now).filter((market) => this.blank.add(market, now));
  }

  /** The subscription is gone; what it taught about gaps stays. */
  clear(): void {
    this.snapshots.clear();
  }

  /** The connection is gone: gaps are counted anew. */
  restart(): void {
    this.clear();
    this.#level = 0;
    this.#lastGapAt = -Infinity;
  }
}

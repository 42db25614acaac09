import type { RejectedMarkets } from "./rejected_markets.ts";

/** What a list of markets is sent for. */
export type LedgerAction = "add" | "delete";

interface Part {
  readonly action: LedgerAction;
  readonly markets: readonly string[];
}

/**
 * The markets of one subscription: which are wanted, which the exchange confirmed, and which it may
 * have although it did not say so. It turns the difference into lists to add and to delete.
 */
export class MarketLedger {
  readonly #wanted: ReadonlySet<string>;
  readonly #rejected: RejectedMarkets;
  readonly #limit: number;
  readonly #confirmed = new Set<string>();
  /** Sent to be added, outcome not known; disjoint from the confirmed ones. */
  readonly #uncertain = new Set<string>();
  readonly #toAdd = new Set<string>();
  readonly #toDelete = new Set<string>();
  /** Lists that were refused as a whole and are tried again, in parts or as they are. */
  #parts: Part[] = [];

  /** `wanted` is the owner's; a list holds at most `limit` markets. */
  constructor(wanted: ReadonlySet<string>, rejected: RejectedMarkets, limit: number) {
    this.#wanted = wanted;
    this.#rejected = rejected;
    this.#limit = limit;
  }

  /** Those that the exchange confirmed; a live view. */
  get confirmed(): ReadonlySet<string> {
    return this.#confirmed;
  }

  /** Those that the exchange has or may have. */
  held(): string[] {
    return [...this.#confirmed, ...this.#uncertain];
  }

  /** Whether nothing is left to be added or deleted, retries of rejected markets aside. */
  get settled(): boolean {
    return this.#toAdd.size === 0 && this.#toDelete.size === 0 && this.#parts.length === 0 &&
      this.#uncertain.size === 0;
  }

  /** Whether the exchange may send something of `market`. */
  holds(market: string): boolean {
    return this.#confirmed.has(market) || this.#uncertain.has(market);
  }

  /** `market` has just become wanted. */
  want(market: string): void {
    this.#toDelete.delete(market);
    if (!this.#confirmed.has(market)) this.#toAdd.add(market);
  }

  /** `market` is no longer wanted. */
  unwant(market: string): void {
    this.#toAdd.delete(market);
    this.#rejected.delete(market);
    if (this.holds(market)) this.#toDelete.add(market);
  }

  /** Whether all that the exchange has is to be deleted, and nothing to be added. */
  get isEmptying(): boolean {
    return this.#toDelete.size > 0 && this.#toAdd.size === 0 &&
      this.#toDelete.size === this.#confirmed.size + this.#uncertain.size;
  }

  /** The next markets to add, if any; from now on the exchange may have them. */
  takeAdd(now: number): readonly string[] | undefined {
    const markets = this.#takePart("add", (market) => this.#isMissing(market)) ??
      this.#takeFrom(this.#toAdd) ??
      nonEmpty(this.#rejected.takeDue(now, this.#limit));
    for (const market of markets ?? []) {
      this.#toAdd.delete(market);
      this.#uncertain.add(market);
    }
    return markets;
  }

  /**
   * The next markets to delete, if any. While there is something to add, never the last ones: a
   * subscription without markets may be no subscription.
   */
  takeDelete(): readonly string[] | undefined {
    const isAll = this.#toDelete.size === this.#confirmed.size + this.#uncertain.size;
    if (isAll && this.#toAdd.size > 0) return undefined;
    return this.#takePart("delete", (market) => this.holds(market) && !this.#wanted.has(market)) ??
      this.#takeFrom(this.#toDelete);
  }

  /** The exchange has added `markets`. */
  added(markets: Iterable<string>): void {
    for (const market of markets) {
      this.#uncertain.delete(market);
      this.#toAdd.delete(market);
      this.#rejected.delete(market);
      this.#confirmed.add(market);
      if (!this.#wanted.has(market)) this.#toDelete.add(market);
    }
  }

  /** The exchange has deleted `markets`; those that became wanted meanwhile are to be added. */
  deleted(markets: Iterable<string>): void {
    for (const market of markets) {
      this.#confirmed.delete(market);
      this.#uncertain.delete(market);
      this.#toDelete.delete(market);
      if (this.#wanted.has(market)) this.#toAdd.add(market);
    }
  }

  /** `markets` were sent to be added, and certainly were not. */
  withdraw(markets: Iterable<string>): void {
    for (const market of markets) {
      this.#uncertain.delete(market);
      this.#toDelete.delete(market);
    }
  }

  /** Sends this list again, before anything else. */
  again(action: LedgerAction, markets: readonly string[]): void {
    this.#parts.push({ action, markets });
  }

  /** Sends this list again in two halves, so that in the end only what is refused alone is refused. */
  split(action: LedgerAction, markets: readonly string[]): void {
    const middle = Math.ceil(markets.length / 2);
    this.again(action, markets.slice(middle));
    this.again(action, markets.slice(0, middle));
  }

  /** The exchange refused `market` alone. True when that is new. */
  reject(market: string, now: number): boolean {
    this.#confirmed.delete(market);
    this.#uncertain.delete(market);
    this.#toDelete.delete(market);
    return this.#wanted.has(market) && this.#rejected.add(market, now);
  }

  /** What is still to be added: markets for which there may be no room. */
  waiting(): string[] {
    const waiting = new Set(this.#toAdd);
    for (const { action, markets } of this.#parts) {
      if (action === "add") { for (const market of markets) waiting.add(market); }
    }
    return [...waiting].filter((market) => this.#isMissing(market));
  }

  /** The subscription is gone with all its markets; those that are wanted are to be added. */
  lose(): void {
    this.#confirmed.clear();
    this.#uncertain.clear();
    this.#toDelete.clear();
    this.#parts = [];
    for (const market of this.#wanted) if (!this.#rejected.has(market)) this.#toAdd.add(market);
  }

  #isMissing(market: string): boolean {
    return this.#wanted.has(market) && !this.#confirmed.has(market);
  }

  #takePart(action: LedgerAction, isDue: (market: string) => boolean): string[] | undefined {
    for (let top = this.#parts.at(-1); top?.action === action; top = this.#parts.at(-1)) {
      this.#parts.pop();
      const due = nonEmpty(top.markets.filter(isDue));
      if (due !== undefined) return due;
    }
    return undefined;
  }

  #takeFrom(set: Set<string>): string[] | undefined {
    const markets: string[] = [];
    for (const market of set) {
      if (markets.push(market) === this.#limit) break;
    }
    for (const market of markets) set.delete(market);
    return nonEmpty(markets);
  }
}

function nonEmpty(markets: string[]): string[] | undefined {
  return markets.length > 0 ? markets : undefined;
}

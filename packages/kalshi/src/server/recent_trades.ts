import type { TradeEvent } from "./exchange_event.ts";

/** The newest trades, for REST; older ones than its capacity are forgotten. */
export class RecentTrades {
  readonly #capacity: number;
  #trades: TradeEvent[] = [];

  /** Keeps at least the newest `capacity`. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** A trade happened. */
  add(trade: TradeEvent): void {
    this.#trades.push(trade);
    // Seldom and by half, so that adding stays cheap.
    if (this.#trades.length > 2 * this.#capacity) {
      this.#trades = this.#trades.slice(this.#trades.length - this.#capacity);
    }
  }

  /** Those kept, the newest first. */
  newestFirst(): TradeEvent[] {
    return this.#trades.slice(-this.#capacity).reverse();
  }

  /** Forgets all. */
  clear(): void {
    this.#trades = [];
  }
}

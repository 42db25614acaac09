interface Rejection {
  retryAt: number;
  attempts: number;
}

const LONGEST_RETRY = 36;

/**
 * Markets that the exchange refuses. Each is tried again now and then, ever more rarely: it may have
 * been too early for it.
 */
export class RejectedMarkets {
  readonly #retryMs: number;
  readonly #markets = new Map<string, Rejection>();
  #nextAt = Infinity;

  /** The first retry comes after `retryMs`; each later one after twice as long, up to 36 times. */
  constructor(retryMs: number) {
    this.#retryMs = retryMs;
  }

  /** How many. */
  get size(): number {
    return this.#markets.size;
  }

  /** Whether `market` is set aside. */
  has(market: string): boolean {
    return this.#markets.has(market);
  }

  /** Their names; a live view. */
  names(): Iterable<string> {
    return this.#markets.keys();
  }

  /** Sets `market` aside. True when that is new. */
  add(market: string, now: number): boolean {
    const known = this.#markets.get(market);
    const attempts = (known?.attempts ?? 0) + 1;
    const retryAt = now + this.#retryMs * Math.min(2 ** (attempts - 1), LONGEST_RETRY);
    this.#markets.set(market, { retryAt, attempts });
    this.#nextAt = Math.min(this.#nextAt, retryAt);
    return known === undefined;
  }

  /** Forgets `market`: it was accepted, or nobody wants it any more. */
  delete(market: string): boolean {
    return this.#markets.delete(market);
  }

  /** Up to `limit` markets whose retry is due; they stay set aside, and are not due again soon. */
  takeDue(now: number, limit: number): string[] {
    if (now < this.#nextAt) return [];
    const due: string[] = [];
    let next = Infinity;
    for (const [market, rejection] of this.#markets) {
      if (rejection.retryAt <= now && due.length < limit) {
        rejection.retryAt = now + this.#retryMs;
        due.push(market);
      }
      next = Math.min(next, rejection.retryAt);
    }
    this.#nextAt = next;
    return due;
  }
}

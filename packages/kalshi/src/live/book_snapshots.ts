interface Awaited {
  readonly dueAt: number;
  /** Whether it was asked for expressly, not just expected after subscribing. */
  readonly asked: boolean;
  /** Whether it will not be asked for again. */
  readonly last: boolean;
}

/** Follows which books' snapshots are still to come, and which have to be asked for. */
export class BookSnapshots {
  readonly #timeoutMs: number;
  // All waits are equally long, so that the order of insertion is that of being due.
  readonly #awaited = new Map<string, Awaited>();
  /** Markets to ask for, and whether for the last time. */
  readonly #wanted = new Map<string, boolean>();
  readonly #recovering = new Set<string>();
  #asked = 0;

  /** A snapshot that has not come after `timeoutMs` is asked for once more. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** How many are to come or to be asked for. */
  get outstanding(): number {
    return this.#awaited.size + this.#wanted.size;
  }

  /** Whether snapshots that {@link recover} wanted have not come yet. */
  get recovering(): boolean {
    return this.#recovering.size > 0;
  }

  /** `market` was subscribed to: its snapshot comes by itself. */
  expect(market: string, now: number): void {
    if (!this.#wanted.has(market)) this.#await(market, now, false, false);
  }

  /** Wants a new snapshot of each of `markets`: their books are stale. */
  recover(markets: Iterable<string>): void {
    for (const market of markets) {
      this.want(market);
      this.#recovering.add(market);
    }
  }

  /** Wants a snapshot of `market`; with `last` there is no other attempt. */
  want(market: string, last: boolean = false): void {
    this.forget(market);
    this.#wanted.set(market, last);
  }

  /**
   * Up to `limit` markets that are asked for `now`. None while as many answers are still to come:
   * they should not be what makes the next buffer overflow.
   */
  take(limit: number, now: number): string[] {
    const batch: string[] = [];
    if (this.#asked >= limit) return batch;
    for (const [market, last] of this.#wanted) {
      this.#wanted.delete(market);
      this.#await(market, now, true, last);
      if (batch.push(market) === limit) break;
    }
    return batch;
  }

  /** Its snapshot came, or `market` is no longer followed. */
  forget(market: string): void {
    if (this.#awaited.get(market)?.asked) this.#asked--;
    this.#awaited.delete(market);
    this.#wanted.delete(market);
    this.#recovering.delete(market);
  }

  /** Forgets everything. */
  clear(): void {
    this.#awaited.clear();
    this.#wanted.clear();
    this.#recovering.clear();
    this.#asked = 0;
  }

  /** Looks for waits that are over: asks once more, or gives the markets for which that was in vain. */
  expire(now: number): string[] {
    const vain: string[] = [];
    for (const [market, { dueAt, last }] of this.#awaited) {
      if (dueAt > now) break;
      if (last) {
        this.forget(market);
        vain.push(market);
      } else this.want(market, true);
    }
    return vain;
  }

  #await(market: string, now: number, asked: boolean, last: boolean): void {
    if (this.#awaited.get(market)?.asked) this.#asked--;
    if (asked) this.#asked++;
    // Deleted first, so that it goes to the end.
    this.#awaited.delete(market);
    this.#awaited.set(market, { dueAt: now + this.#timeoutMs, asked, last });
  }
}

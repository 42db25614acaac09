import type { EpochMicros } from "@ssmd/core";

/** Markets, or all of them, of which nothing is received since some time although they are wanted. */
export class Losses {
  readonly #since = new Map<string, EpochMicros>();
  #allSince: EpochMicros | undefined;

  /** Whether nothing is lost. */
  get none(): boolean {
    return this.#since.size === 0 && this.#allSince === undefined;
  }

  /** Whether `market` is lost. */
  has(market: string): boolean {
    return this.#since.has(market);
  }

  /** Nothing of `market` comes since `at`, unless it was lost before. */
  add(market: string, at: EpochMicros): void {
    if (!this.#since.has(market)) this.#since.set(market, at);
  }

  /** Nothing comes since `at`. */
  addAll(at: EpochMicros): void {
    this.#allSince ??= at;
  }

  /** `market` is no longer missed. */
  delete(market: string): void {
    this.#since.delete(market);
  }

  /** What was lost until `at` is accounted for. */
  moveTo(at: EpochMicros): void {
    for (const market of this.#since.keys()) this.#since.set(market, at);
    if (this.#allSince !== undefined) this.#allSince = at;
  }

  /** Takes `markets` out and tells since when which of them were lost. */
  take(markets: readonly string[]): ReadonlyMap<EpochMicros, readonly string[]> {
    const found = new Map<EpochMicros, string[]>();
    for (const market of markets) {
      const since = this.#since.get(market);
      if (since === undefined) continue;
      this.#since.delete(market);
      const others = found.get(since);
      if (others === undefined) found.set(since, [market]);
      else others.push(market);
    }
    return found;
  }

  /** Since when everything was lost, if so; it is no longer. */
  takeAll(): EpochMicros | undefined {
    const since = this.#allSince;
    this.#allSince = undefined;
    return since;
  }
}

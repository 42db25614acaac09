import type { Subscription } from "./subscription.ts";

const NOBODY: readonly Subscription[] = [];

/** Who gets what, over all connections: by channel and market, so that an event finds its readers at once. */
export class FanOut {
  readonly #byMarket = new Map<string, Map<string, Subscription[]>>();
  readonly #wide = new Map<string, Subscription[]>();

  /** Lets `subscription` get `ticker`'s events of its channel. */
  add(subscription: Subscription, ticker: string): void {
    const channel = subscription.channel.name;
    let markets = this.#byMarket.get(channel);
    if (markets === undefined) this.#byMarket.set(channel, markets = new Map());
    const readers = markets.get(ticker);
    if (readers === undefined) markets.set(ticker, [subscription]);
    else readers.push(subscription);
  }

  /** Undoes {@link FanOut.add}. */
  remove(subscription: Subscription, ticker: string): void {
    const markets = this.#byMarket.get(subscription.channel.name);
    const readers = markets?.get(ticker);
    if (markets === undefined || readers === undefined) return;
    dropFrom(readers, subscription);
    if (readers.length === 0) markets.delete(ticker);
  }

  /** Lets `subscription` get every event of its channel. */
  addWide(subscription: Subscription): void {
    const readers = this.#wide.get(subscription.channel.name);
    if (readers === undefined) this.#wide.set(subscription.channel.name, [subscription]);
    else readers.push(subscription);
  }

  /** Undoes {@link FanOut.addWide}. */
  removeWide(subscription: Subscription): void {
    const readers = this.#wide.get(subscription.channel.name);
    if (readers !== undefined) dropFrom(readers, subscription);
  }

  /** Who asked for `ticker` of `channel`. The list may change while it is walked. */
  ofMarket(channel: string, ticker: string): readonly Subscription[] {
    return this.#byMarket.get(channel)?.get(ticker) ?? NOBODY;
  }

  /** Who asked for all of `channel`. The list may change while it is walked. */
  wide(channel: string): readonly Subscription[] {
    return this.#wide.get(channel) ?? NOBODY;
  }
}

function dropFrom(readers: Subscription[], subscription: Subscription): void {
  const index = readers.indexOf(subscription);
  if (index >= 0) readers.splice(index, 1);
}

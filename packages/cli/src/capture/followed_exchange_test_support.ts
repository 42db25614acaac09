import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import type { ExchangeCatalog, KalshiExchange } from "@ssmd/kalshi/server";
import type { MarketTime } from "./market_time_test_support.ts";

/** How long a synthetic market is open. */
const WINDOW: EpochMicros = 900 * MICROS_PER_SECOND;
/** So long before a rollover the markets that open then have to be followed. */
const AHEAD: EpochMicros = 30 * MICROS_PER_SECOND;
/** Market time that happens at once: clients are waited for, so that it is as fast as they are. */
const STEP: EpochMicros = 2 * MICROS_PER_SECOND;
/** While the recorder is waited for, time passes at a fifth of its speed. */
const WAIT_MS = 50;
const WAIT_STEP: EpochMicros = 10_000;

/**
 * Moves an exchange and the time of whoever records it together, as fast as frames are read; only
 * ahead of each rollover it goes slowly until the recorder follows the markets that are about to open.
 */
export class FollowedExchange {
  readonly #exchange: KalshiExchange;
  readonly #catalog: ExchangeCatalog;
  readonly #time: MarketTime;
  #rollovers = 0;

  /** Moves `exchange`, whose speed is manual and whose markets are those of `catalog`. */
  constructor(exchange: KalshiExchange, catalog: ExchangeCatalog, time: MarketTime) {
    this.#exchange = exchange;
    this.#catalog = catalog;
    this.#time = time;
  }

  /** Rollovers before which the new markets were followed. */
  get rollovers(): number {
    return this.#rollovers;
  }

  /** Plays up to `end`; `onStep` is called after each step and awaited. */
  async play(end: EpochMicros, onStep: () => Promise<void>): Promise<void> {
    const exchange = this.#exchange;
    for (let now = exchange.now(); now < end; now = exchange.now()) {
      const rollover = (Math.floor((now + AHEAD) / WINDOW) + 1) * WINDOW;
      const next = Math.min(now + STEP, rollover - AHEAD, end);
      await this.#moveTo(next);
      await onStep();
      if (next < rollover - AHEAD) continue;
      await this.follows(rollover);
      this.#rollovers++;
    }
  }

  /** Goes on slowly until every book of the markets that are open at `time` is subscribed to. */
  async follows(time: EpochMicros): Promise<void> {
    const limit = Math.max(this.#exchange.now(), time) + AHEAD;
    while (!this.#isFollowing(time)) {
      assert.ok(this.#exchange.now() < limit, "the open markets are not followed");
      await sleep(WAIT_MS);
      await this.#moveTo(this.#exchange.now() + WAIT_STEP);
    }
  }

  #isFollowing(time: EpochMicros): boolean {
    const exchange = this.#exchange;
    const books = exchange.connections().flatMap((number) => exchange.subscriptions(number) ?? [])
      .filter(({ channel, live }) => live && channel === "orderbook_delta")
      .flatMap(({ markets }) => markets);
    const followed = new Set<string>(books);
    const open = this.#catalog.markets(time).filter((market) =>
      timeOf(market["open_time"]) <= time && time < timeOf(market["close_time"])
    );
    return open.length > 0 && open.every(({ ticker }) => followed.has(String(ticker)));
  }

  async #moveTo(time: EpochMicros): Promise<void> {
    this.#time.tell(time);
    await this.#exchange.advanceTo(time);
  }
}

function timeOf(text: unknown): EpochMicros {
  return 1000 * Date.parse(String(text));
}

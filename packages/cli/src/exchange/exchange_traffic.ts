import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import type { KalshiExchange } from "@ssmd/kalshi/server";

/** What an exchange is doing. */
export interface ExchangeTraffic {
  /** The exchange's time. */
  readonly time: EpochMicros;
  /** WebSockets that are open. */
  readonly clients: number;
  /** Subscriptions that run. */
  readonly subscriptions: number;
  /** Frames sent in a second, since the last look. */
  readonly framesPerSecond: number;
  /** REST requests so far. */
  readonly requests: number;
  /** Faults that happened so far. */
  readonly faults: number;
}

/** Looks at an exchange now and then. */
export class TrafficMeter {
  readonly #exchange: KalshiExchange;
  #lookedAt: EpochMicros;
  #frames: ReadonlyMap<number, number> = new Map();

  /** Counts from `now` on. */
  constructor(exchange: KalshiExchange, now: EpochMicros) {
    this.#exchange = exchange;
    this.#lookedAt = now;
  }

  /** What goes on at `now`. Frames of clients that left since the last look are not counted. */
  look(now: EpochMicros): ExchangeTraffic {
    const exchange = this.#exchange;
    const frames = new Map<number, number>();
    let subscriptions = 0;
    let sent = 0;
    for (const connection of exchange.connections()) {
      let total = 0;
      for (const facts of exchange.subscriptions(connection) ?? []) {
        total += facts.frames;
        if (facts.live) subscriptions++;
      }
      frames.set(connection, total);
      sent += total - (this.#frames.get(connection) ?? 0);
    }
    const seconds = Math.max(1, now - this.#lookedAt) / MICROS_PER_SECOND;
    this.#frames = frames;
    this.#lookedAt = now;
    return {
      time: exchange.now(),
      clients: frames.size,
      subscriptions,
      framesPerSecond: Math.round(sent / seconds),
      requests: exchange.counts.requests,
      faults: exchange.injected.length,
    };
  }
}

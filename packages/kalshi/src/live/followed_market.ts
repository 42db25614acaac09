import type { EpochMicros } from "@ssmd/core";
import { ObjectFields } from "../object_fields.ts";
import type { JsonObject } from "../wire/json_object.ts";
import type { MarketLifecycle } from "../wire/market_lifecycle.ts";

/** How long before and after its hours a market is followed, in microseconds. */
export interface FollowWindow {
  /** Before it opens. */
  readonly lead: EpochMicros;
  /** After it closes. */
  readonly lag: EpochMicros;
  /** At most this long before it closes; absent when that does not matter. */
  readonly within?: EpochMicros;
}

/** States of a market object in which trading is over. */
const ENDED: ReadonlySet<string> = new Set([
  "closed",
  "determined",
  "disputed",
  "amended",
  "finalized",
]);

/**
 * When one market trades, by what REST and lifecycle frames said of it. A market opens and closes by
 * the clock, without a message; paused ones count as trading, since they may resume.
 */
export class FollowedMarket {
  /** The event that it belongs to, when that was said. */
  eventTicker: string | undefined;
  /** Whether it was asked for by name. */
  readonly explicit: boolean;
  /** The refresh that last saw it. */
  seenIn = 0;
  /** In how many lookups in a row the exchange did not know it. */
  missed = 0;
  #openTime: EpochMicros = -Infinity;
  #closeTime: EpochMicros = Infinity;
  #endTime: EpochMicros = Infinity;
  /** Whether the exchange last said that it trades at a time that its own hours leave out. */
  #tradesRegardless = false;

  /** Knows no hours yet: always open. */
  constructor(explicit: boolean) {
    this.explicit = explicit;
  }

  /** Takes over a REST object; `problems` gets a line for each time that cannot be used. */
  readObject(object: JsonObject, ticker: string, now: EpochMicros, problems: string[]): void {
    const fields = new ObjectFields(object, ticker, problems);
    this.eventTicker = fields.text("event_ticker") ?? this.eventTicker;
    this.#openTime = fields.time("open_time") ?? this.#openTime;
    this.#closeTime = fields.time("close_time") ?? this.#closeTime;
    const status = fields.text("status") ?? "";
    if (!ENDED.has(status)) this.#endTime = Infinity;
    else this.end(now);
    // The exchange knows better than our clock: it may play a recording, or have moved the close.
    this.#tradesRegardless = status === "active" &&
      !(this.#openTime <= now && now < this.#closeTime);
  }

  /** Takes over a lifecycle frame that arrived at `now`. */
  readLifecycle(lifecycle: MarketLifecycle, now: EpochMicros): void {
    this.eventTicker = lifecycle.eventTicker ?? this.eventTicker;
    this.#openTime = lifecycle.openTime ?? this.#openTime;
    this.#closeTime = lifecycle.closeTime ?? this.#closeTime;
    const { event } = lifecycle;
    if (event === "determined" || event === "settled") this.end(now);
    else if (event === "activated" || event === "close_date_updated") this.#endTime = Infinity;
  }

  /** Trading is over since `time` at the latest, whatever the close time says. */
  end(time: EpochMicros): void {
    this.#endTime = Math.min(this.#endTime, time);
  }

  /** From when it is followed. */
  startsAt(window: FollowWindow): EpochMicros {
    if (this.#tradesRegardless) return -Infinity;
    const opening = this.#openTime - window.lead;
    if (window.within === undefined || this.explicit) return opening;
    return Math.max(opening, this.#closeTime - window.within);
  }

  /** From when it is no longer followed. */
  endsAt(window: FollowWindow): EpochMicros {
    const close = this.#tradesRegardless ? Infinity : this.#closeTime;
    return Math.min(close, this.#endTime) + window.lag;
  }
}

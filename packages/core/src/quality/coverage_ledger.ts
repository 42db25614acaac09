import { type EpochMicros, MICROS_PER_DAY } from "../clock.ts";
import { utcDate } from "../time_text.ts";
import type { MarketWatch } from "./market_watch.ts";
import type { UntrustedReason } from "./quality_report.ts";
import type { StreamDay } from "./stream_day.ts";

/**
 * Spreads over days for how long markets traded, and for how long of that there was neither a fresh
 * book nor a quote. Times are in order.
 */
export class CoverageLedger {
  readonly #days: ReadonlyMap<string, StreamDay>;
  readonly #start: EpochMicros;

  /** Only `days` are counted, and no time before `start`. */
  constructor(days: ReadonlyMap<string, StreamDay>, start: EpochMicros) {
    this.#days = days;
    this.#start = start;
  }

  /** Notes that from `time` on `watch` is trusted or not; while it is not, the first reason stays. */
  observe(
    watch: MarketWatch,
    trusted: boolean,
    time: EpochMicros,
    reason: UntrustedReason = "no data yet",
  ): void {
    if (trusted === watch.trusted) return;
    if (trusted) this.#addDoubt(watch, time);
    watch.trusted = trusted;
    watch.since = time;
    if (!trusted) watch.reason = reason;
  }

  /** Counts what is left of `watch` when what is looked at ends at `end`. Call once, at the end. */
  close(watch: MarketWatch, end: EpochMicros): void {
    if (!watch.trusted) this.#addDoubt(watch, end);
    this.#spread(watch, -Infinity, end, (day, micros) => day.market(watch.id).openTime += micros);
  }

  #addDoubt(watch: MarketWatch, to: EpochMicros): void {
    const { reason, since, id } = watch;
    this.#spread(watch, since, to, (day, micros) => {
      const market = day.market(id);
      day.staleBy[reason] = (day.staleBy[reason] ?? 0) + micros;
      if (reason === "unsubscribed") market.unwatchedTime += micros;
      else market.staleTime += micros;
    });
  }

  /** Gives each day its share of the part of `from … to` in which the market traded. */
  #spread(
    { opens, closes }: MarketWatch,
    from: EpochMicros,
    to: EpochMicros,
    add: (day: StreamDay, micros: EpochMicros) => void,
  ): void {
    const end = Math.min(to, closes);
    let at = Math.max(from, opens, this.#start);
    while (at < end) {
      const midnight = (Math.floor(at / MICROS_PER_DAY) + 1) * MICROS_PER_DAY;
      const next = Math.min(end, midnight);
      const day = this.#days.get(utcDate(at));
      if (day !== undefined) add(day, next - at);
      at = next;
    }
  }
}

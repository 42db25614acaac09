import type { EpochMicros, KnownClose, MarketInfo, Settlement, SettlementSource } from "@ssmd/core";
import { type CloseAnswer, knownCloses } from "./known_closes.ts";
import type { EventFeeChange, EventObject, SeriesFeeChange, SeriesObject } from "./fee_objects.ts";
import { FeeSchedule } from "./fee_schedule.ts";
import type { MarketObject } from "./market_object.ts";
import type { MarketObjects } from "./market_objects.ts";

/** How much a {@link MarketCatalog} holds. */
export interface CatalogCounts {
  /** Different markets. */
  readonly markets: number;
  /** Markets whose settlement is known. */
  readonly settled: number;
  /** Different events. */
  readonly events: number;
  /** Different series. */
  readonly series: number;
  /** Different fee changes of series. */
  readonly seriesFeeChanges: number;
  /** Different fee changes of events. */
  readonly eventFeeChanges: number;
  /** Objects that were added and merged with, or lost to, another of the same name. */
  readonly duplicates: number;
}

/**
 * What is known of Kalshi's markets from any number of REST answers. Of two answers about one
 * object the one that the exchange changed last counts as a whole; of equals the one added later,
 * and one that does not say when it was changed counts as the oldest. The closes that older answers
 * gave are kept beside it.
 */
export class MarketCatalog implements SettlementSource {
  /** Names the source in a result. */
  readonly name = "kalshi-rest";
  readonly #markets = new Map<string, MarketObject>();
  /** What all answers about a market said of its close. */
  readonly #closeAnswers = new Map<string, CloseAnswer[]>();
  readonly #events = new Map<string, EventObject>();
  readonly #series = new Map<string, SeriesObject>();
  readonly #seriesFeeChanges = new Map<string, SeriesFeeChange>();
  readonly #eventFeeChanges = new Map<string, EventFeeChange>();
  readonly #problems: string[] = [];
  #duplicates = 0;

  /** Adds what one answer held. */
  add(objects: MarketObjects): void {
    for (const market of objects.markets) {
      this.#merge(this.#markets, market);
      this.#keepClose(market);
    }
    for (const event of objects.events) this.#merge(this.#events, event);
    for (const series of objects.series) this.#merge(this.#series, series);
    for (const change of objects.seriesFeeChanges) {
      this.#replace(this.#seriesFeeChanges, `${change.seriesTicker} ${change.time}`, change);
    }
    for (const change of objects.eventFeeChanges) {
      this.#replace(this.#eventFeeChanges, `${change.eventTicker} ${change.time}`, change);
    }
    for (const problem of objects.problems) this.#problems.push(problem);
  }

  /** All markets, sorted by ticker. */
  markets(): MarketInfo[] {
    const tickers = [...this.#markets.keys()].sort();
    return tickers.map((ticker) => this.#info(this.#markets.get(ticker)!));
  }

  /** The market `ticker`, or `undefined` when no answer held it. */
  get(ticker: string): MarketInfo | undefined {
    const market = this.#markets.get(ticker);
    return market === undefined ? undefined : this.#info(market);
  }

  /** The settlement of `ticker`; `undefined` without a result, and for a market not known. */
  settlementOf(ticker: string): Settlement | undefined {
    return this.#markets.get(ticker)?.settlement;
  }

  /** A new schedule of what the answers added so far say about fees. */
  feeSchedule(): FeeSchedule {
    return new FeeSchedule({
      markets: [...this.#markets.values()],
      events: [...this.#events.values()],
      series: [...this.#series.values()],
      seriesFeeChanges: [...this.#seriesFeeChanges.values()],
      eventFeeChanges: [...this.#eventFeeChanges.values()],
    });
  }

  /** Fields of the added objects that could not be used, one line each. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How much is held, counted now. */
  get counts(): CatalogCounts {
    let settled = 0;
    for (const market of this.#markets.values()) if (market.settlement !== undefined) settled++;
    return {
      markets: this.#markets.size,
      settled,
      events: this.#events.size,
      series: this.#series.size,
      seriesFeeChanges: this.#seriesFeeChanges.size,
      eventFeeChanges: this.#eventFeeChanges.size,
      duplicates: this.#duplicates,
    };
  }

  #keepClose({ ticker, closeTime, receivedTime, updatedTime }: MarketObject): void {
    if (closeTime === undefined) return;
    const answer: CloseAnswer = {
      closeTime,
      ...(receivedTime === undefined ? {} : { receivedTime }),
      ...(updatedTime === undefined ? {} : { updatedTime }),
    };
    const known = this.#closeAnswers.get(ticker);
    if (known === undefined) this.#closeAnswers.set(ticker, [answer]);
    else known.push(answer);
  }

  #closes({ ticker }: MarketObject): readonly KnownClose[] {
    return knownCloses(this.#closeAnswers.get(ticker) ?? []);
  }

  #merge<T extends { readonly ticker: string; readonly updatedTime?: EpochMicros }>(
    known: Map<string, T>,
    added: T,
  ): void {
    const age = known.get(added.ticker)?.updatedTime ?? -Infinity;
    if ((added.updatedTime ?? -Infinity) >= age) this.#replace(known, added.ticker, added);
    else this.#duplicates++;
  }

  #replace<T>(known: Map<string, T>, key: string, added: T): void {
    if (known.has(key)) this.#duplicates++;
    known.set(key, added);
  }

  #info(market: MarketObject): MarketInfo {
    const { updatedTime: _, receivedTime: __, feeWaiverExpirationTime: ___, ...info } = market;
    const closes = this.#closes(market);
    const event = market.eventTicker === undefined
      ? undefined
      : this.#events.get(market.eventTicker);
    const seriesTicker = event?.seriesTicker;
    const title = market.title ?? event?.title;
    return {
      ...info,
      ...(closes.length > 0 && { closes }),
      ...(seriesTicker !== undefined && { seriesTicker }),
      ...(title !== undefined && { title }),
    };
  }
}

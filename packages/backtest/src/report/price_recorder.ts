import {
  type CentRecords,
  type EpochMicros,
  type EventBatch,
  EventKind,
  FLAG_BLOCK_TRADE,
  MICROS_PER_SECOND,
  NO_MARKET,
  type Price,
} from "@ssmd/core";
import type { RowFollower } from "../backtest_options.ts";
import type { PlotPoint } from "./plot_point.ts";
import { PriceTrack } from "./price_track.ts";

/** Bounds of a {@link PriceRecorder}. */
export interface PriceRecorderOptions {
  /** Stretches kept of a market, each with its lowest and highest price. Default 1024. */
  readonly perMarket?: number;
  /**
   * Stretches kept in all, 32 bytes each; when there are more, every market's bound is halved, down
   * to 16. Default 500,000.
   */
  readonly inAll?: number;
}

const LEAST_PER_MARKET = 16;
const PRICE_PER_CENT = 100;

/**
 * Keeps what the plots of a report need: the YES price of every market over time, as trades and
 * tickers give it, without block trades. It follows every market since nobody knows beforehand which
 * will be traded; its memory is bounded, extremes are never lost, only their exact neighbours.
 */
export class PriceRecorder implements RowFollower {
  readonly #tracks: (PriceTrack | undefined)[] = [];
  readonly #ids = new Map<string, number>();
  readonly #inAll: number;
  #perMarket: number;
  #room = 0;
  #known = 0;

  /** Throws `RangeError` for fewer than 16 stretches a market. */
  constructor({ perMarket = 1024, inAll = 500_000 }: PriceRecorderOptions = {}) {
    if (!(perMarket >= LEAST_PER_MARKET)) {
      throw new RangeError(`Cannot keep ${perMarket} stretches a market: expected at least 16`);
    }
    this.#perMarket = perMarket;
    this.#inAll = inAll;
  }

  /** Markets with a price so far. */
  get markets(): number {
    return this.#known;
  }

  /** Stretches that there is room for now, over all markets. */
  get room(): number {
    return this.#room;
  }

  apply(batch: EventBatch, row: number, time: EpochMicros): void {
    const kind = batch.kind[row];
    if (kind !== EventKind.trade && kind !== EventKind.ticker) return;
    const price = batch.price[row]!;
    const market = batch.market[row]!;
    // A ticker says 0 until the market's first trade.
    if (price <= 0 || market === NO_MARKET || (batch.flags[row]! & FLAG_BLOCK_TRADE) !== 0) return;
    const track = this.#tracks[market] ?? this.#begin(batch.symbols.name(market), market);
    this.#add(track, time, price);
  }

  /**
   * Keeps the prices of records of the original engine, whose market ids are used from the first one
   * on: a recorder takes either rows or records.
   */
  follow({ length, market, tickers, price, ts }: CentRecords): void {
    for (let row = 0; row < length; row++) {
      const cents = price[row]!;
      if (!(cents > 0)) continue;
      const id = market[row]!;
      const track = this.#tracks[id] ?? this.#begin(tickers[id]!, id);
      this.#add(track, ts[row]! * MICROS_PER_SECOND, Math.round(cents * PRICE_PER_CENT));
    }
  }

  #add(track: PriceTrack, time: EpochMicros, price: Price): void {
    const grown = track.add(time, price, this.#perMarket);
    if (grown === 0) return;
    this.#room += grown;
    if (this.#room > this.#inAll) this.#tighten();
  }

  #begin(ticker: string, market: number): PriceTrack {
    const track = new PriceTrack();
    while (this.#tracks.length <= market) this.#tracks.push(undefined);
    this.#tracks[market] = track;
    this.#ids.set(ticker, market);
    this.#known++;
    this.#room += track.capacity;
    return track;
  }

  #tighten(): void {
    while (this.#room > this.#inAll && this.#perMarket > LEAST_PER_MARKET) {
      this.#perMarket = Math.max(LEAST_PER_MARKET, Math.floor(this.#perMarket / 2));
      this.#room = 0;
      for (const track of this.#tracks) {
        if (track === undefined) continue;
        if (track.capacity > this.#perMarket) track.shrink(this.#perMarket);
        this.#room += track.capacity;
      }
    }
  }

  /** The market's prices, in units of `Price`; empty for a market without any. */
  points(ticker: string): readonly PlotPoint[] {
    const market = this.#ids.get(ticker);
    return market === undefined ? [] : this.#tracks[market]!.points();
  }
}

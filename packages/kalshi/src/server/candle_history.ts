import { type EpochMicros, MICROS_PER_SECOND, type Price, type Quantity } from "@ssmd/core";
import type { TickerEvent, TradeEvent } from "./exchange_event.ts";

/** The course of a price within a period. */
export interface PriceCourse {
  /** The first; for quotes that which held when the period began. */
  open: Price;
  /** The highest. */
  high: Price;
  /** The lowest. */
  low: Price;
  /** The last. */
  close: Price;
}

/** What happened in a market up to the end of a period, since the end of the one before. */
export interface Candle {
  /** The period's end, which belongs to it, in Unix seconds. */
  readonly endSeconds: number;
  /** Best YES bids, as ticker events told them. */
  bid: PriceCourse | undefined;
  /** Best YES asks. */
  ask: PriceCourse | undefined;
  /** YES prices of trades. */
  price: PriceCourse | undefined;
  /** The last trade's price before the period. */
  readonly previous: Price | undefined;
  /** Contracts traded. */
  volume: Quantity;
  /** Sum of price × size over the trades, in 1/1,000,000 dollar; exact to 2⁵³. */
  turnover: number;
  /** Contracts open at its end, as far as told. */
  openInterest: Quantity;
}

const MINUTE_SECONDS = 60;
/** With more candles than this the market that was heard of first is forgotten. */
const MOST_CANDLES = 200_000;

/** Candles of one minute of every market, made from trades and ticker events as they happen. */
export class CandleHistory {
  readonly #markets = new Map<string, Candle[]>();
  #count = 0;

  /** A trade or new quotes; never earlier than what came before. */
  take(event: TradeEvent | TickerEvent): void {
    const candle = this.#candleAt(event.ticker, event.time);
    if (event.kind === "trade") {
      candle.price = along(candle.price, event.yesPrice);
      candle.volume += event.count;
      candle.turnover += event.yesPrice * event.count;
      return;
    }
    candle.bid = along(candle.bid, event.yesBid);
    candle.ask = along(candle.ask, event.yesAsk);
    candle.openInterest = event.openInterest;
  }

  /**
   * The candles of `ticker` that end from `from` to `to`, in Unix seconds, of `minutes` each, and the
   * last one before them. Minutes in which nothing happened have none.
   */
  find(
    ticker: string,
    from: number,
    to: number,
    minutes: number,
  ): { readonly candles: Candle[]; readonly before: Candle | undefined } {
    const candles: Candle[] = [];
    let before: Candle | undefined;
    for (const minute of this.#markets.get(ticker) ?? []) {
      const endSeconds = endOf(minute.endSeconds, minutes * MINUTE_SECONDS);
      if (endSeconds > to) break;
      if (endSeconds < from) {
        before = minute;
        continue;
      }
      const last = candles.at(-1);
      if (last?.endSeconds === endSeconds) merge(last, minute);
      else candles.push({ ...copy(minute), endSeconds });
    }
    return { candles, before };
  }

  /** Forgets all. */
  clear(): void {
    this.#markets.clear();
    this.#count = 0;
  }

  #candleAt(ticker: string, time: EpochMicros): Candle {
    const endSeconds = endOf(Math.ceil(time / MICROS_PER_SECOND), MINUTE_SECONDS);
    let candles = this.#markets.get(ticker);
    if (candles === undefined) this.#markets.set(ticker, candles = []);
    const last = candles.at(-1);
    if (last?.endSeconds === endSeconds) return last;
    const candle: Candle = {
      endSeconds,
      bid: standing(last?.bid),
      ask: standing(last?.ask),
      price: undefined,
      previous: last?.price?.close ?? last?.previous,
      volume: 0,
      turnover: 0,
      openInterest: last?.openInterest ?? 0,
    };
    candles.push(candle);
    if (++this.#count > MOST_CANDLES) this.#forgetOldest(ticker);
    return candle;
  }

  #forgetOldest(except: string): void {
    for (const [ticker, candles] of this.#markets) {
      if (ticker === except) continue;
      this.#count -= candles.length;
      this.#markets.delete(ticker);
      return;
    }
  }
}

function endOf(seconds: number, period: number): number {
  return Math.ceil(seconds / period) * period;
}

function along(course: PriceCourse | undefined, price: Price): PriceCourse {
  if (course === undefined) return { open: price, high: price, low: price, close: price };
  course.high = Math.max(course.high, price);
  course.low = Math.min(course.low, price);
  course.close = price;
  return course;
}

/** A quote holds until the next one. */
function standing(course: PriceCourse | undefined): PriceCourse | undefined {
  return course === undefined ? undefined : along(undefined, course.close);
}

function copy(candle: Candle): Candle {
  const { bid, ask, price } = candle;
  return {
    ...candle,
    bid: bid && { ...bid },
    ask: ask && { ...ask },
    price: price && { ...price },
  };
}

function merge(into: Candle, next: Candle): void {
  into.bid = joined(into.bid, next.bid);
  into.ask = joined(into.ask, next.ask);
  into.price = joined(into.price, next.price);
  into.volume += next.volume;
  into.turnover += next.turnover;
  into.openInterest = next.openInterest;
}

function joined(a: PriceCourse | undefined, b: PriceCourse | undefined): PriceCourse | undefined {
  if (a === undefined || b === undefined) return a ?? (b && { ...b });
  return {
    open: a.open,
    high: Math.max(a.high, b.high),
    low: Math.min(a.low, b.low),
    close: b.close,
  };
}

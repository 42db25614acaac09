import { divideHalfEven, formatPrice, formatQuantity } from "@ssmd/core";
import type { Candle, CandleHistory, PriceCourse } from "./candle_history.ts";
import { errorAnswer } from "./http_answer.ts";
import { badParameter, RestError, type RestQuery } from "./rest_query.ts";

/** Lengths of a candle in minutes. */
const PERIODS: readonly number[] = [1, 60, 1440];
const MOST_MARKETS = 100;
const MOST_CANDLES = 10_000;
const MOST_OF_AN_EVENT = 5000;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly withBefore: boolean;
}

/** REST's answers about candlesticks. */
export class RestCandlesticks {
  readonly #history: CandleHistory;

  /** Reads `history`. */
  constructor(history: CandleHistory) {
    this.#history = history;
  }

  /** Those of one market; none for one that nobody knows. */
  ofMarket(ticker: string, query: RestQuery): object {
    return { ticker, candlesticks: this.#read(ticker, spanOf(query)) };
  }

  /** Those of `market_tickers`, up to 100 between commas; 400 when they are more than 10,000. */
  ofMarkets(query: RestQuery): object {
    const tickers = query.list("market_tickers");
    if (tickers === undefined) throw badParameter("market_tickers", "required");
    if (tickers.size > MOST_MARKETS) throw badParameter("market_tickers", "max");
    const span = spanOf(query);
    const markets = [...tickers].map((ticker) => ({
      market_ticker: ticker,
      candlesticks: this.#read(ticker, span),
    }));
    const count = markets.reduce((sum, { candlesticks }) => sum + candlesticks.length, 0);
    if (count > MOST_CANDLES) {
      const details = `max candlesticks: ${MOST_CANDLES}`;
      throw new RestError(errorAnswer(400, "bad_request", "bad request", details));
    }
    return { markets };
  }

  /**
   * Those of an event's markets. When they are more than 5,000, they end earlier for all of them, at
   * `adjusted_end_ts`, from where the next page goes on.
   */
  ofEvent(tickers: readonly string[], query: RestQuery): object {
    const span = spanOf(query);
    const all = tickers.map((ticker) => this.#read(ticker, span));
    const ends = all.flat().map(({ end_period_ts }) => end_period_ts).sort((a, b) => a - b);
    const end = ends.length > MOST_OF_AN_EVENT ? ends[MOST_OF_AN_EVENT - 1]! : span.to;
    return {
      market_tickers: tickers,
      market_candlesticks: all.map((candles) =>
        candles.filter(({ end_period_ts }) => end_period_ts <= end)
      ),
      adjusted_end_ts: end,
    };
  }

  #read(ticker: string, { from, to, minutes, withBefore }: Span): CandleObject[] {
    const { candles, before } = this.#history.find(ticker, from, to, minutes);
    const objects = candles.map(candleObject);
    if (withBefore && before !== undefined) objects.unshift(beforeObject(before, from));
    return objects;
  }
}

interface CandleObject {
  readonly end_period_ts: number;
  readonly [key: string]: unknown;
}

function spanOf(query: RestQuery): Span {
  const from = query.whole("start_ts");
  const to = query.whole("end_ts");
  const minutes = query.whole("period_interval");
  if (from === undefined) throw badParameter("start_ts", "required");
  if (to === undefined) throw badParameter("end_ts", "required");
  if (minutes === undefined) throw badParameter("period_interval", "required");
  if (!PERIODS.includes(minutes)) throw badParameter("period_interval", "oneof");
  return { from, to, minutes, withBefore: query.flag("include_latest_before_start") === true };
}

function candleObject(candle: Candle): CandleObject {
  const { endSeconds, bid, ask, price, previous, volume, turnover, openInterest } = candle;
  const mean = volume > 0
    ? { mean_dollars: formatPrice(Number(divideHalfEven(BigInt(turnover), BigInt(volume)))) }
    : {};
  return {
    end_period_ts: endSeconds,
    // Without quotes a side is empty: the exchange shows its sentinel.
    yes_bid: courseObject(bid ?? flat(0)),
    yes_ask: courseObject(ask ?? flat(10_000)),
    price: {
      ...(price === undefined ? {} : courseObject(price)),
      ...mean,
      ...(previous === undefined ? {} : { previous_dollars: formatPrice(previous) }),
    },
    volume_fp: formatQuantity(volume),
    open_interest_fp: formatQuantity(openInterest),
  };
}

/** What held when the first candle begins: made up, without a course of its own. */
function beforeObject({ price, previous, openInterest }: Candle, from: number): CandleObject {
  const last = price?.close ?? previous;
  const none = {
    open_dollars: null,
    high_dollars: null,
    low_dollars: null,
    close_dollars: null,
  };
  return {
    end_period_ts: from,
    yes_bid: none,
    yes_ask: none,
    price: {
      ...none,
      mean_dollars: null,
      ...(last === undefined ? {} : { previous_dollars: formatPrice(last) }),
    },
    volume_fp: formatQuantity(0),
    open_interest_fp: formatQuantity(openInterest),
  };
}

function flat(price: number): PriceCourse {
  return { open: price, high: price, low: price, close: price };
}

function courseObject({ open, high, low, close }: PriceCourse): object {
  return {
    open_dollars: formatPrice(open),
    high_dollars: formatPrice(high),
    low_dollars: formatPrice(low),
    close_dollars: formatPrice(close),
  };
}

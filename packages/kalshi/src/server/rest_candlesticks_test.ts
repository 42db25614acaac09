import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import { CandleHistory } from "./candle_history.ts";
import type { TickerEvent, TradeEvent } from "./exchange_event.ts";
import { MarketBoard } from "./market_board.ts";
import { RecentTrades } from "./recent_trades.ts";
import { RestApi } from "./rest_api.ts";
import { ScriptedSource } from "./scripted_source.ts";

const NOW = parseIsoTime("2026-08-27T14:00:00Z")!;
const SECOND = NOW / MICROS_PER_SECOND;

function trade(seconds: number, yesPrice: number, count: number, ticker = "S-E-A"): TradeEvent {
  const time = NOW + seconds * MICROS_PER_SECOND;
  return { kind: "trade", time, ticker, yesPrice, count, takerSide: "yes", tradeId: `${seconds}` };
}

function quote(seconds: number, yesBid: number, yesAsk: number): TickerEvent {
  return {
    kind: "ticker",
    time: NOW + seconds * MICROS_PER_SECOND,
    ticker: "S-E-A",
    yesBid,
    yesAsk,
    yesBidSize: 100,
    yesAskSize: 100,
    lastTradeSize: 0,
    volume: 0,
    openInterest: 700,
  };
}

/** JSON of a shape that the test knows; a wrong guess fails the test. */
type Json = ReturnType<typeof JSON.parse>;

/** What REST answers after `events`. */
function rest(
  events: readonly (TradeEvent | TickerEvent)[],
): (path: string, status?: number) => Json {
  const candles = new CandleHistory();
  for (const event of events) candles.take(event);
  const source = new ScriptedSource(NOW, {
    markets: [{ ticker: "S-E-A", event_ticker: "S-E" }, { ticker: "S-E-B", event_ticker: "S-E" }],
    events: [{ event_ticker: "S-E", series_ticker: "S" }],
  });
  const api = new RestApi(source.catalog, new MarketBoard(), new RecentTrades(10), candles);
  return (path, status = 200) => {
    const answer = api.answer(`/trade-api/v2/${path}`, NOW, true);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return JSON.parse(JSON.stringify(answer.body));
  };
}

const SPAN = (from: number, to: number, minutes = 1): string =>
  `start_ts=${SECOND + from}&end_ts=${SECOND + to}&period_interval=${minutes}`;

const EVENTS = [
  quote(1, 4000, 4200),
  trade(10, 4100, 300),
  trade(20, 4300, 100),
  quote(30, 4100, 4400),
  // A period's end belongs to it.
  trade(60, 4000, 200),
  trade(61, 4500, 50),
  quote(130, 4300, 4600),
];

test("A candle holds the course of trades and quotes in its minute, end included", () => {
  const { ticker, candlesticks } = rest(EVENTS)(
    `series/S/markets/S-E-A/candlesticks?${SPAN(0, 180)}`,
  );
  assert.equal(ticker, "S-E-A");
  assert.equal(candlesticks.length, 3);
  assert.deepEqual(candlesticks[0], {
    end_period_ts: SECOND + 60,
    yes_bid: {
      open_dollars: "0.4000",
      high_dollars: "0.4100",
      low_dollars: "0.4000",
      close_dollars: "0.4100",
    },
    yes_ask: {
      open_dollars: "0.4200",
      high_dollars: "0.4400",
      low_dollars: "0.4200",
      close_dollars: "0.4400",
    },
    price: {
      open_dollars: "0.4100",
      high_dollars: "0.4300",
      low_dollars: "0.4000",
      close_dollars: "0.4000",
      // (3 × 0.41 + 1 × 0.43 + 2 × 0.40) / 6
      mean_dollars: "0.4100",
    },
    volume_fp: "6.00",
    open_interest_fp: "7.00",
  });
  const [, second, third] = candlesticks;
  assert.deepEqual([second.price.open_dollars, second.price.previous_dollars], [
    "0.4500",
    "0.4000",
  ]);
  assert.deepEqual(third.price, { previous_dollars: "0.4500" });
  assert.equal(third.yes_bid.open_dollars, "0.4100", "a quote stands until the next one");
});

test("Longer periods are made of minutes, and what lies outside the span is left out", () => {
  const get = rest(EVENTS);
  const [hour, ...more] =
    get(`series/S/markets/S-E-A/candlesticks?${SPAN(0, 3600, 60)}`).candlesticks;
  assert.equal(more.length, 0);
  assert.deepEqual([hour.end_period_ts, hour.volume_fp], [SECOND + 3600, "6.50"]);
  assert.deepEqual([hour.price.high_dollars, hour.price.close_dollars], ["0.4500", "0.4500"]);
  const ends = (span: string): number[] =>
    get(`series/S/markets/S-E-A/candlesticks?${span}`).candlesticks
      .map(({ end_period_ts }: { end_period_ts: number }) => end_period_ts - SECOND);
  assert.deepEqual(ends(SPAN(61, 120)), [120]);
  assert.deepEqual(ends(SPAN(0, 119)), [60]);
  assert.deepEqual(ends(SPAN(181, 999)), []);
});

test("What held before the span comes first when it is asked for", () => {
  const path = `series/S/markets/S-E-A/candlesticks?${
    SPAN(100, 180)
  }&include_latest_before_start=true`;
  const [made, real] = rest(EVENTS)(path).candlesticks;
  assert.deepEqual([made.end_period_ts, made.price.previous_dollars], [SECOND + 100, "0.4000"]);
  assert.equal(made.price.open_dollars, null);
  assert.equal(real.end_period_ts, SECOND + 120);
});

test("Candles of several markets and of an event stand side by side", () => {
  const get = rest([...EVENTS, trade(200, 5000, 100, "S-E-B")]);
  const { markets } = get(`markets/candlesticks?market_tickers=S-E-A,S-E-B,NONE&${SPAN(0, 300)}`);
  assert.deepEqual(
    markets.map(({ candlesticks }: { candlesticks: unknown[] }) => candlesticks.length),
    [3, 1, 0],
  );
  const event = get(`series/S/events/S-E/candlesticks?${SPAN(0, 300)}`);
  assert.deepEqual([...event.market_tickers].sort(), ["S-E-A", "S-E-B"]);
  assert.equal(event.market_candlesticks.flat().length, 4);
  assert.equal(event.adjusted_end_ts, SECOND + 300);
  get(`series/S/events/NONE/candlesticks?${SPAN(0, 300)}`, 404);
});

test("Candles beyond what one answer holds are refused, or go on where an event's answer ends", () => {
  const minutes = Array.from({ length: 10_001 }, (_, minute) => trade(minute * 60 + 1, 5000, 100));
  const get = rest(minutes);
  const refused = get(`markets/candlesticks?market_tickers=S-E-A&${SPAN(0, 1e7)}`, 400);
  assert.equal(refused.error.details, "max candlesticks: 10000");
  const page = get(`series/S/events/S-E/candlesticks?${SPAN(0, 1e7)}`);
  assert.equal(page.market_candlesticks.flat().length, 5000);
  assert.equal(page.adjusted_end_ts, SECOND + 5000 * 60);
});

test("A question about candles without its span or with another period is refused", () => {
  const get = rest(EVENTS);
  for (const query of ["", `start_ts=1&end_ts=2`, `start_ts=1&end_ts=2&period_interval=5`]) {
    get(`series/S/markets/S-E-A/candlesticks?${query}`, 400);
    get(`markets/candlesticks?market_tickers=S-E-A&${query}`, 400);
  }
  get(`markets/candlesticks?${SPAN(0, 1)}`, 400);
});

test("Of what no source plays the lists are empty, and nothing is older than the live window", () => {
  const get = rest([]);
  for (
    const [path, key] of [
      ["historical/markets", "markets"],
      ["historical/trades", "trades"],
      ["milestones?limit=5", "milestones"],
      ["events/multivariate", "events"],
      ["multivariate_event_collections", "multivariate_contracts"],
      ["structured_targets", "structured_targets"],
      ["incentive_programs", "incentive_programs"],
    ] as const
  ) assert.deepEqual(get(path)[key], [], path);
  assert.equal(get("historical/cutoff").trades_created_ts, "2026-05-29T14:00:00Z");
  get("historical/markets/S-E-A", 404);
  get("constructor", 404);
});

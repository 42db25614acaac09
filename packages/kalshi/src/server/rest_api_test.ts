import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import { CandleHistory } from "./candle_history.ts";
import { ExchangeBook } from "./exchange_book.ts";
import type { TradeEvent } from "./exchange_event.ts";
import { MarketBoard } from "./market_board.ts";
import { RecentTrades } from "./recent_trades.ts";
import { RestApi } from "./rest_api.ts";
import { type ScriptedObjects, ScriptedSource } from "./scripted_source.ts";

const NOW = parseIsoTime("2026-08-27T14:00:00Z")!;
const SECOND = NOW / MICROS_PER_SECOND;

function market(ticker: string, status: string, fields: object = {}): Record<string, unknown> {
  return {
    ticker,
    event_ticker: ticker.slice(0, ticker.lastIndexOf("-")),
    status,
    created_time: "2026-08-27T12:00:00Z",
    close_time: "2026-08-27T15:00:00Z",
    yes_bid_dollars: "0.0100",
    ...fields,
  };
}

const OBJECTS: ScriptedObjects = {
  markets: [
    market("S1-E1-A", "active"),
    market("S1-E1-B", "initialized", { created_time: "2026-08-27T13:00:00Z" }),
    market("S1-E2-A", "closed", { close_time: "2026-08-27T13:59:00Z" }),
    market("S2-E1-A", "determined"),
    market("S2-E1-B", "finalized", { settlement_ts: "2026-08-27T13:00:00Z" }),
    market("S2-E1-C", "inactive"),
    market("KXMVE-E1-A", "active"),
  ],
  events: [
    { event_ticker: "S1-E1", series_ticker: "S1" },
    { event_ticker: "S1-E2", series_ticker: "S1" },
    { event_ticker: "S2-E1", series_ticker: "S2", last_updated_ts: "2026-08-27T13:00:00Z" },
  ],
  series: [
    { ticker: "S1", category: "Crypto", tags: ["BTC", "15m"] },
    { ticker: "S2", category: "Climate", categories: ["Climate", "Weather"], tags: null },
  ],
  feeChanges: [
    { id: "1", series_ticker: "S1", scheduled_ts: "2026-08-27T13:00:00Z" },
    { id: "2", series_ticker: "S1", scheduled_ts: "2026-08-28T13:00:00Z" },
  ],
};

function trade(id: number, ticker: string): TradeEvent {
  const time = NOW + id * MICROS_PER_SECOND;
  return {
    kind: "trade",
    time,
    ticker,
    yesPrice: 3600,
    count: 150,
    takerSide: "yes",
    tradeId: `t${id}`,
    isBlockTrade: id % 2 === 0,
  };
}

const board = new MarketBoard();
const trades = new RecentTrades(3);
const book = new ExchangeBook();
book.replace([[4000, 100], [3900, 200], [3800, 300]], [[5500, 250]]);
board.record("S1-E1-A").book = book;
for (let id = 1; id <= 5; id++) trades.add(trade(id, id === 5 ? "S1-E1-B" : "S1-E1-A"));
const candles = new CandleHistory();
const api = new RestApi(new ScriptedSource(NOW, OBJECTS).catalog, board, trades, candles);

// Tests look into answers of every kind.
// deno-lint-ignore no-explicit-any
function get(path: string, status: number = 200): any {
  const answer = api.answer(`/trade-api/v2/${path}`, NOW, true);
  assert.equal(answer.status, status, `${path}: ${JSON.stringify(answer.body)}`);
  return JSON.parse(JSON.stringify(answer.body));
}

function tickers(path: string): string[] {
  return get(path).markets.map(({ ticker }: { ticker: string }) => ticker);
}

test("Each filter of markets finds what it names", () => {
  const cases: [string, string[]][] = [
    ["status=open&mve_filter=exclude", ["S1-E1-A"]],
    ["mve_filter=only", ["KXMVE-E1-A"]],
    ["status=unopened", ["S1-E1-B"]],
    ["status=paused", ["S2-E1-C"]],
    ["status=closed", ["S1-E2-A", "S2-E1-A"]],
    ["status=settled", ["S2-E1-B"]],
    ["event_ticker=S1-E2", ["S1-E2-A"]],
    ["series_ticker=S2", ["S2-E1-A", "S2-E1-B", "S2-E1-C"]],
    ["tickers=S1-E1-B,S2-E1-A,NONE", ["S1-E1-B", "S2-E1-A"]],
    [`status=unopened&min_created_ts=${SECOND - 3600}`, ["S1-E1-B"]],
    [`status=closed&max_close_ts=${SECOND}`, ["S1-E2-A"]],
    [`min_settled_ts=${SECOND - 3600}`, ["S2-E1-B"]],
    // As on the live exchange, a time that does not fit the status finds nothing.
    [`status=open&min_close_ts=${SECOND}`, []],
  ];
  for (const [query, expected] of cases) assert.deepEqual(tickers(`markets?${query}`), expected);
});

test("Pages are complete whatever their size, also when something new comes first", () => {
  for (const limit of [1, 2, 3, 6, 7, 8]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = get(`markets?limit=${limit}&cursor=${cursor}`);
      seen.push(...page.markets.map(({ ticker }: { ticker: string }) => ticker));
      cursor = page.cursor;
    } while (cursor !== "");
    assert.deepEqual(seen, OBJECTS.markets!.map(({ ticker }) => ticker), `limit ${limit}`);
  }
  const source = new ScriptedSource(NOW, OBJECTS);
  const changing = new RestApi(source.catalog, board, trades, candles);
  // deno-lint-ignore no-explicit-any
  const first: any = changing.answer("/trade-api/v2/markets?limit=2", NOW, true).body;
  source.setObjects({ markets: [market("NEW-E-A", "active"), ...OBJECTS.markets!] });
  const next = `/trade-api/v2/markets?limit=1&cursor=${first.cursor}`;
  // deno-lint-ignore no-explicit-any
  const second: any = changing.answer(next, NOW, true).body;
  assert.equal(second.markets[0].ticker, "S1-E2-A");
});

test("A market has the exchange's own quotes where there are any", () => {
  const { market: quoted } = get("markets/S1-E1-A");
  assert.equal(quoted.yes_bid_dollars, "0.4000");
  assert.equal(quoted.yes_ask_dollars, "0.4500");
  assert.equal(quoted.no_ask_dollars, "0.6000");
  assert.equal(quoted.yes_ask_size_fp, "2.50");
  assert.equal(get("markets/S1-E1-B").market.yes_bid_dollars, "0.0100");
});

test("Books are ascending, cut to the best levels, and empty for markets nobody knows", () => {
  const no_dollars = [["0.5500", "2.50"]];
  const yes_dollars = [["0.3800", "3.00"], ["0.3900", "2.00"], ["0.4000", "1.00"]];
  assert.deepEqual(get("markets/S1-E1-A/orderbook"), { orderbook_fp: { yes_dollars, no_dollars } });
  const best = { orderbook_fp: { yes_dollars: yes_dollars.slice(2), no_dollars } };
  assert.deepEqual(get("markets/S1-E1-A/orderbook?depth=1"), best);
  const empty = { yes_dollars: [], no_dollars: [] };
  assert.deepEqual(get("markets/NOBODY/orderbook"), { orderbook_fp: empty });
  // The parameter is repeated; with commas it is one name.
  const several = get("markets/orderbooks?tickers=S1-E1-A&tickers=X&tickers=S1-E1-A,X&depth=1");
  assert.deepEqual(several.orderbooks, [
    { ticker: "S1-E1-A", ...best },
    { ticker: "X", orderbook_fp: empty },
    { ticker: "S1-E1-A,X", orderbook_fp: empty },
  ]);
  get("markets/orderbooks", 400);
});

test("Trades come newest first, as many as are kept, and are filtered", () => {
  const ids = (query: string) =>
    get(`markets/trades?${query}`).trades.map(({ trade_id }: { trade_id: string }) => trade_id);
  assert.deepEqual(ids(""), ["t5", "t4", "t3"]);
  assert.deepEqual(ids("ticker=S1-E1-A"), ["t4", "t3"]);
  assert.deepEqual(ids("is_block_trade=true"), ["t4"]);
  assert.deepEqual(ids(`min_ts=${SECOND + 4}&max_ts=${SECOND + 4}`), ["t4"]);
  const page = get("markets/trades?limit=2");
  assert.deepEqual(ids(`cursor=${page.cursor}`), ["t3"]);
  assert.deepEqual(page.trades[1], {
    trade_id: "t4",
    ticker: "S1-E1-A",
    count_fp: "1.50",
    yes_price_dollars: "0.3600",
    no_price_dollars: "0.6400",
    taker_side: "yes",
    taker_outcome_side: "yes",
    taker_book_side: "bid",
    created_time: "2026-08-27T14:00:04Z",
    is_block_trade: true,
  });
});

test("Events come with their markets where that is asked for", () => {
  const names = (query: string) =>
    get(`events?${query}`).events.map(({ event_ticker }: { event_ticker: string }) => event_ticker);
  assert.deepEqual(names("series_ticker=S1"), ["S1-E1", "S1-E2"]);
  assert.deepEqual(names("status=closed"), ["S1-E2", "S2-E1"]);
  assert.deepEqual(names("tickers=S2-E1"), ["S2-E1"]);
  assert.deepEqual(names(`min_close_ts=${SECOND}`), ["S1-E1", "S2-E1"]);
  assert.deepEqual(names(`min_updated_ts=${SECOND - 3600}`), ["S2-E1"]);
  const nested = get("events?series_ticker=S1&with_nested_markets=true").events;
  assert.deepEqual(nested[0].markets.map(({ ticker }: { ticker: string }) => ticker), [
    "S1-E1-A",
    "S1-E1-B",
  ]);
  const apart = get("events/S1-E2");
  assert.deepEqual([apart.event.series_ticker, apart.markets.length], ["S1", 1]);
  const within = get("events/S1-E2?with_nested_markets=true");
  assert.deepEqual([within.event.markets.length, within.markets], [1, []]);
});

test("Series, changes of fees and the exchange itself are answered", () => {
  const names = (query: string) =>
    get(`series?${query}`).series.map(({ ticker }: { ticker: string }) => ticker);
  assert.deepEqual(names(""), ["S1", "S2"]);
  assert.deepEqual(names("category=Weather"), ["S2"]);
  assert.deepEqual(names("tags=15m,none"), ["S1"]);
  assert.equal(get("series/S2").series.category, "Climate");
  assert.deepEqual(
    get("series/fee_changes").series_fee_change_arr.map(({ id }: { id: string }) => id),
    ["2"],
  );
  assert.equal(get("series/fee_changes?show_historical=true").series_fee_change_arr.length, 2);
  assert.equal(get("exchange/status").trading_active, true);
  assert.equal(get("exchange/schedule").schedule.standard_hours[0].monday[0].open_time, "00:00");
  assert.equal(get("exchange/user_data_timestamp").as_of_time, "2026-08-27T14:00:00Z");
});

test("Errors are nested, and say which parameter failed which rule", () => {
  assert.deepEqual(get("markets?limit=1001", 400), {
    error: {
      code: "bad_request",
      message: "bad request",
      details: "'Limit' failed on the 'lte' tag",
    },
  });
  assert.equal(
    get("markets?min_close_ts=x", 400).error.details,
    "'MinCloseTs' failed on the 'number' tag",
  );
  for (const path of ["markets?status=active", "markets?cursor=x", "events?limit=201"]) {
    get(path, 400);
  }
  get("markets/%E0%A4%A", 400);
  for (
    const path of [
      "markets/NONE",
      "markets/A/B/C",
      "events/NONE",
      "series/NONE",
      "portfolio/orders",
    ]
  ) {
    assert.equal(get(path, 404).error.code, "not_found");
  }
  assert.equal(api.answer("/elsewhere", NOW, true).status, 404);
});

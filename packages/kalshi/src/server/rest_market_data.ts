import {
  formatIsoTime,
  formatPrice,
  formatQuantity,
  MICROS_PER_SECOND,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from "@ssmd/core";
import { marketQuotes } from "./market_quotes.ts";
import type { TradeEvent } from "./exchange_event.ts";
import type { CatalogObject } from "./exchange_source.ts";
import type { MarketBoard } from "./market_board.ts";
import type { RecentTrades } from "./recent_trades.ts";
import { pageOf } from "./rest_page.ts";
import { badParameter, type RestQuery } from "./rest_query.ts";

/** REST's answers from the exchange's own books and trades. */
export class RestMarketData {
  readonly #board: MarketBoard;
  readonly #trades: RecentTrades;

  /** Reads `board` and `trades`. */
  constructor(board: MarketBoard, trades: RecentTrades) {
    this.#board = board;
    this.#trades = trades;
  }

  /** A catalog's market with the exchange's own quotes, where it has any. */
  quoted(market: CatalogObject): CatalogObject {
    const record = this.#board.find(String(market["ticker"]));
    return record === undefined ? market : { ...market, ...marketQuotes(record) };
  }

  /** One book; that of a market nobody knows is empty, as on the live exchange. */
  orderBook(ticker: string, query: RestQuery): object {
    const depth = query.whole("depth", 0, 100) || Infinity;
    return { orderbook_fp: this.#ladders(ticker, depth) };
  }

  /** The books of up to 100 `tickers`, a parameter that is repeated. */
  orderBooks(query: RestQuery): object {
    const tickers = query.repeated("tickers");
    if (tickers.length === 0) throw badParameter("tickers", "required");
    if (tickers.length > 100) throw badParameter("tickers", "max");
    const depth = query.whole("depth", 0, 100) || Infinity;
    const orderbooks = tickers.map((ticker) => ({
      ticker,
      orderbook_fp: this.#ladders(ticker, depth),
    }));
    return { orderbooks };
  }

  /** Trades, the newest first. */
  trades(query: RestQuery): object {
    const ticker = query.text("ticker");
    const least = query.whole("min_ts") ?? -Infinity;
    const most = query.whole("max_ts") ?? Infinity;
    const block = query.flag("is_block_trade");
    const found = this.#trades.newestFirst().filter((trade) => {
      const time = trade.time / MICROS_PER_SECOND;
      return (ticker === undefined || trade.ticker === ticker) && time >= least && time <= most &&
        (block === undefined || (trade.isBlockTrade === true) === block);
    });
    const page = pageOf(found, ({ tradeId }) => tradeId, query, 100, 1000);
    return { trades: page.items.map(tradeObject), cursor: page.cursor };
  }

  #ladders(ticker: string, depth: number): object {
    const book = this.#board.find(ticker)?.book?.ladders();
    return {
      yes_dollars: ladder(book?.yes ?? [], depth),
      no_dollars: ladder(book?.no ?? [], depth),
    };
  }
}

/** The best `depth` levels, which stand last. */
function ladder(levels: readonly (readonly [Price, Quantity])[], depth: number): string[][] {
  const shown = depth === Infinity ? levels : levels.slice(-depth);
  return shown.map(([price, size]) => [formatPrice(price), formatQuantity(size)]);
}

function tradeObject(trade: TradeEvent): object {
  const { takerSide, yesPrice } = trade;
  return {
    trade_id: trade.tradeId,
    ticker: trade.ticker,
    count_fp: formatQuantity(trade.count),
    yes_price_dollars: formatPrice(yesPrice),
    no_price_dollars: formatPrice(ONE_DOLLAR - yesPrice),
    taker_side: takerSide,
    taker_outcome_side: takerSide,
    taker_book_side: takerSide === "yes" ? "bid" : "ask",
    created_time: formatIsoTime(trade.time),
    is_block_trade: trade.isBlockTrade === true,
  };
}

import {
  formatPrice,
  formatQuantity,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { ExchangeBook } from "./exchange_book.ts";
import type { BookDeltaEvent, TickerEvent, TradeEvent } from "./exchange_event.ts";
import {
  halfDollars,
  lastPriceText,
  seconds,
  shownLevels,
  shownPrice,
} from "./fixed_point_form.ts";
import type { MarketRecord } from "./market_board.ts";
import type { WireForm } from "./wire_form.ts";

/**
 * The form of early 2026: integer cents and whole contracts, with decimal companions. Exact in the
 * companions; the integers are rounded down where a price or count has finer parts.
 */
export const cents: WireForm = {
  snapshot({ ticker }: MarketRecord, book: ExchangeBook, yesPriced: boolean): string {
    return `{"market_ticker":${JSON.stringify(ticker)}${ladder("yes", book.levels("yes"))}${
      ladder("no", shownLevels(book, yesPriced))
    }}`;
  },

  delta({ ticker }: MarketRecord, event: BookDeltaEvent, yesPriced: boolean): string {
    const price = shownPrice(event.side, event.price, yesPriced);
    return JSON.stringify({
      market_ticker: ticker,
      price: wholeCents(price),
      price_dollars: shortPrice(price),
      delta: wholeContracts(event.change),
      delta_fp: formatQuantity(event.change),
      side: event.side,
    });
  },

  trade({ ticker }: MarketRecord, event: TradeEvent): string {
    const { yesPrice, count } = event;
    return JSON.stringify({
      market_ticker: ticker,
      yes_price: wholeCents(yesPrice),
      yes_price_dollars: shortPrice(yesPrice),
      no_price: wholeCents(ONE_DOLLAR - yesPrice),
      no_price_dollars: shortPrice(ONE_DOLLAR - yesPrice),
      count: wholeContracts(count),
      count_fp: formatQuantity(count),
      taker_side: event.takerSide,
      ts: seconds(event.time),
    });
  },

  ticker({ identity }: MarketRecord, event: TickerEvent): string {
    const rest = JSON.stringify({
      price: wholeCents(event.lastPrice ?? 0),
      yes_bid: wholeCents(event.yesBid),
      yes_ask: wholeCents(event.yesAsk),
      price_dollars: lastPriceText(event),
      yes_bid_dollars: formatPrice(event.yesBid),
      yes_ask_dollars: formatPrice(event.yesAsk),
      volume: wholeContracts(event.volume),
      open_interest: wholeContracts(event.openInterest),
      dollar_volume: halfDollars(event.volume),
      dollar_open_interest: halfDollars(event.openInterest),
      ts: seconds(event.time),
      // A counter of the exchange's own that its frames of that time carried.
      Clock: Math.floor(event.time / 1000) % 10_000_000_000,
    });
    return `${identity},${rest.slice(1)}`;
  },
};

function ladder(side: Side, levels: readonly (readonly [Price, Quantity])[]): string {
  if (levels.length === 0) return "";
  const integers = levels.map(([price, size]) => `[${wholeCents(price)},${wholeContracts(size)}]`);
  const mixed = levels.map(([price, size]) => `["${shortPrice(price)}",${wholeContracts(size)}]`);
  const texts = levels.map(([price, size]) =>
    `["${formatPrice(price)}","${formatQuantity(size)}"]`
  );
  return `,"${side}":[${integers.join()}],"${side}_dollars":[${mixed.join()}]` +
    `,"${side}_dollars_fp":[${texts.join()}]`;
}

/** Three decimals where they suffice. */
function shortPrice(price: Price): string {
  const text = formatPrice(price);
  return price % 10 === 0 ? text.slice(0, -1) : text;
}

function wholeCents(price: Price): number {
  return Math.floor(price / 100);
}

function wholeContracts(count: Quantity): number {
  return Math.trunc(count / 100);
}

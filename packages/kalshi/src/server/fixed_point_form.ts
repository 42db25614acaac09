import {
  type EpochMicros,
  formatIsoTime,
  formatQuantity,
  MICROS_PER_SECOND,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { ExchangeBook } from "./exchange_book.ts";
import type { BookDeltaEvent, TickerEvent, TradeEvent } from "./exchange_event.ts";
import type { MarketRecord } from "./market_board.ts";
import { priceText } from "./price_text.ts";
import type { WireForm } from "./wire_form.ts";

/** The form since March 2026: prices in dollars and counts as decimal texts. */
export const fixedPoint: WireForm = {
  snapshot({ identity }: MarketRecord, book: ExchangeBook, yesPriced: boolean): string {
    return `${identity}${ladder("yes", book.levels("yes"))}${
      ladder("no", shownLevels(book, yesPriced))
    }}`;
  },

  delta({ identity }: MarketRecord, event: BookDeltaEvent, yesPriced: boolean): string {
    const price = shownPrice(event.side, event.price, yesPriced);
    return `${identity},"price_dollars":"${priceText(price)}","delta_fp":"${
      formatQuantity(event.change)
    }","side":"${event.side}","ts":"${formatIsoTime(event.time)}","ts_ms":${millis(event.time)}}`;
  },

  trade({ ticker }: MarketRecord, event: TradeEvent): string {
    const { yesPrice, takerSide, time } = event;
    return `{"trade_id":${JSON.stringify(event.tradeId)},"market_ticker":${
      JSON.stringify(ticker)
    }` +
      `,"yes_price_dollars":"${priceText(yesPrice)}","no_price_dollars":"${
        priceText(ONE_DOLLAR - yesPrice)
      }","count_fp":"${formatQuantity(event.count)}","taker_side":"${takerSide}"` +
      `,"taker_outcome_side":"${takerSide}","taker_book_side":"${
        takerSide === "yes" ? "bid" : "ask"
      }","is_block_trade":${event.isBlockTrade === true},"ts":${seconds(time)},"ts_ms":${
        millis(time)
      }}`;
  },

  ticker({ identity }: MarketRecord, event: TickerEvent): string {
    const { time } = event;
    return `${identity},"price_dollars":"${lastPriceText(event)}","yes_bid_dollars":"${
      priceText(event.yesBid)
    }","yes_ask_dollars":"${priceText(event.yesAsk)}","yes_bid_size_fp":"${
      formatQuantity(event.yesBidSize)
    }","yes_ask_size_fp":"${formatQuantity(event.yesAskSize)}","last_trade_size_fp":"${
      formatQuantity(event.lastTradeSize)
    }","volume_fp":"${formatQuantity(event.volume)}","open_interest_fp":"${
      formatQuantity(event.openInterest)
    }","dollar_volume":${halfDollars(event.volume)},"dollar_open_interest":${
      halfDollars(event.openInterest)
    },"ts":${seconds(time)},"ts_ms":${millis(time)},"time":"${formatIsoTime(time)}"}`;
  },
};

/** What a subscription calls `price` of `side`. */
export function shownPrice(side: Side, price: Price, yesPriced: boolean): Price {
  return yesPriced && side === "no" ? ONE_DOLLAR - price : price;
}

/** The NO ladder as a subscription sees it, by ascending price as shown. */
export function shownLevels(book: ExchangeBook, yesPriced: boolean): [Price, Quantity][] {
  const levels = book.levels("no");
  if (!yesPriced) return levels;
  return levels.map(([price, size]): [Price, Quantity] => [ONE_DOLLAR - price, size]).reverse();
}

/** Empty before any trade, as the exchange writes it for a market that never traded. */
export function lastPriceText({ lastPrice }: TickerEvent): string {
  return lastPrice === undefined ? "" : priceText(lastPrice);
}

/** Whole dollars at half a dollar per contract, as the exchange shows volumes. */
export function halfDollars(quantity: Quantity): number {
  return Math.floor(quantity / 200);
}

/** Unix seconds. */
export function seconds(time: EpochMicros): number {
  return Math.floor(time / MICROS_PER_SECOND);
}

function millis(time: EpochMicros): number {
  return Math.floor(time / 1000);
}

function ladder(side: Side, levels: readonly (readonly [Price, Quantity])[]): string {
  if (levels.length === 0) return "";
  const pairs = levels.map(([price, size]) => `["${priceText(price)}","${formatQuantity(size)}"]`);
  return `,"${side}_dollars_fp":[${pairs.join()}]`;
}

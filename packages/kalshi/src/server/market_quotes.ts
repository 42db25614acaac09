import { formatPrice, formatQuantity, ONE_DOLLAR, type Price, type Quantity } from "@ssmd/core";
import type { MarketRecord } from "./market_board.ts";

/** The fields of a REST market object that trading moves, as far as events have told them. */
export function marketQuotes({ book, quote, trade }: MarketRecord): Record<string, string> {
  const fields: Record<string, string> = {};
  const price = (name: string, value: Price) => fields[`${name}_dollars`] = formatPrice(value);
  const count = (name: string, value: Quantity) => fields[`${name}_fp`] = formatQuantity(value);
  if (book !== undefined) {
    const yes = book.best("yes");
    const no = book.best("no");
    price("yes_bid", yes);
    price("yes_ask", ONE_DOLLAR - no);
    price("no_bid", no);
    price("no_ask", ONE_DOLLAR - yes);
    count("yes_bid_size", book.size("yes", yes));
    count("yes_ask_size", book.size("no", no));
  } else if (quote !== undefined) {
    price("yes_bid", quote.yesBid);
    price("yes_ask", quote.yesAsk);
    price("no_bid", ONE_DOLLAR - quote.yesAsk);
    price("no_ask", ONE_DOLLAR - quote.yesBid);
    count("yes_bid_size", quote.yesBidSize);
    count("yes_ask_size", quote.yesAskSize);
  }
  if (quote !== undefined) {
    count("volume", quote.volume);
    count("open_interest", quote.openInterest);
  }
  const last = trade?.yesPrice ?? quote?.lastPrice;
  if (last !== undefined) price("last_price", last);
  return fields;
}

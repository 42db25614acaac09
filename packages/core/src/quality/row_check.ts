import type { EpochMicros } from "../clock.ts";
import type { EventBatch } from "../events/event_batch.ts";
import { NO_PRICE, SIDE_NONE } from "../events/event_kind.ts";
import { QUOTE_FIELDS, type QuoteField } from "../events/quote_columns.ts";
import { ONE_DOLLAR, type Price } from "../fixed_point.ts";
import type { MarketDay } from "./market_day.ts";
import type { MarketWatch } from "./market_watch.ts";

const place = (field: QuoteField): number => QUOTE_FIELDS.indexOf(field);
const YES_BID = place("yesBid");
const YES_ASK = place("yesAsk");
const NO_BID = place("noBid");
const NO_ASK = place("noAsk");
const VOLUME = place("volume");

/** Counts what is odd about the quote summary in `row`. Whether it has a bid or an ask. */
export function checkQuote(
  batch: EventBatch,
  row: number,
  watch: MarketWatch,
  day: MarketDay,
): boolean {
  const quote = batch.ref[row]!;
  const { quotes } = batch;
  const bid = quotes.get(quote, YES_BID);
  const ask = quotes.get(quote, YES_ASK);
  const noBid = quotes.get(quote, NO_BID);
  const noAsk = quotes.get(quote, NO_ASK);
  const volume = quotes.get(quote, VOLUME);
  const price = batch.price[row]!;
  if (Number.isNaN(bid)) day.count("missingBid");
  if (Number.isNaN(ask)) day.count("missingAsk");
  if (Number.isNaN(volume)) day.count("missingVolume");
  if (price === NO_PRICE || price === 0) day.count("withoutPrice");
  else if (price >= ONE_DOLLAR) day.count("priceOutOfRange");
  if (isImpossibleBid(bid)) day.count("priceOutOfRange");
  if (isImpossibleBid(noBid)) day.count("priceOutOfRange");
  if (isCrossed(bid, ask) || isCrossed(noBid, noAsk)) day.count("crossedQuotes");
  if (volume < watch.volume) day.count("volumeDecreases");
  if (!Number.isNaN(volume)) watch.volume = volume;
  return !Number.isNaN(bid) || !Number.isNaN(ask);
}

/** Counts what is odd about the trade in `row`. */
export function checkTrade(batch: EventBatch, row: number, day: MarketDay): void {
  const price = batch.price[row]!;
  if (price === NO_PRICE) day.count("missingPrice");
  else if (isOutOfRange(price)) day.count("priceOutOfRange");
  if (batch.side[row] === SIDE_NONE) day.count("missingSide");
  if (Number.isNaN(batch.size[row]!)) day.count("missingSize");
}

/** Counts a level of a book whose price cannot be one. */
export function checkLevel(batch: EventBatch, row: number, day: MarketDay): void {
  const price = batch.price[row]!;
  if (price !== NO_PRICE && isOutOfRange(price)) day.count("priceOutOfRange");
}

/** Follows the exchange's time of the market's rows of one group. */
export function checkEventTime(
  tsEvent: EpochMicros,
  watch: MarketWatch,
  group: number,
  day: MarketDay,
): void {
  if (Number.isNaN(tsEvent)) {
    day.count("withoutEventTime");
    return;
  }
  if (tsEvent < watch.eventTimes[group]!) day.count("eventTimeBack");
  watch.eventTimes[group] = tsEvent;
}

function isOutOfRange(price: Price): boolean {
  return price <= 0 || price >= ONE_DOLLAR;
}

/** A bid of 0 says that there is none; an ask of 0 or $1 says the same. */
function isImpossibleBid(bid: Price): boolean {
  return bid >= ONE_DOLLAR;
}

function isCrossed(bid: Price, ask: Price): boolean {
  return bid > ask && bid < ONE_DOLLAR && ask > 0;
}

import { type EpochMicros, formatPrice, MICROS_PER_SECOND, ONE_DOLLAR } from "@ssmd/core";
import type { MessageEvent } from "../../exchange_event.ts";
import type { SyntheticMarket } from "./synthetic_market.ts";
import { priceRangesOf, valueText } from "./synthetic_series.ts";
import type { SyntheticEvent } from "./synthetic_event.ts";

const CHANNEL = "market_lifecycle_v2";

/** What a market asks. */
export function titleOf(market: SyntheticMarket): string {
  return `${market.event.series.title} at the close: ${strikeText(market)}?`;
}

/** What YES stands for. */
export function strikeText({ event, strike }: SyntheticMarket): string {
  return `${valueText(event.series, strike)} or more`;
}

/** The strike as the number that REST and messages show. */
export function strikeNumber({ event, strike }: SyntheticMarket): number {
  return Number(valueText(event.series, strike));
}

/** An event that came into being, before its markets do. */
export function eventMessage(
  { ticker, series, close }: SyntheticEvent,
  time: EpochMicros,
): MessageEvent {
  return message(time, ticker, "event_lifecycle", {
    event_ticker: ticker,
    exchange_index: 2,
    title: `${series.title} in 15 minutes`,
    subtitle: "",
    collateral_return_type: "",
    series_ticker: series.ticker,
    strike_date: seconds(close),
  });
}

/** A market that came into being. */
export function createdMessage(market: SyntheticMarket, time: EpochMicros): MessageEvent {
  const { series, open, close, ticker } = market.event;
  return lifecycle(time, market, {
    event_type: "created",
    exchange_index: 2,
    open_ts: seconds(open),
    close_ts: seconds(close),
    price_level_structure: series.structure,
    price_ranges: priceRangesOf(series),
    additional_metadata: {
      name: strikeText(market),
      title: titleOf(market),
      yes_sub_title: strikeText(market),
      no_sub_title: strikeText(market),
      rules_primary: "",
      rules_secondary: "",
      can_close_early: false,
      event_ticker: ticker,
      expected_expiration_ts: seconds(close),
      strike_type: "greater_or_equal",
      floor_strike: strikeNumber(market),
    },
  });
}

/** A market whose result is known. */
export function determinedMessage(market: SyntheticMarket, time: EpochMicros): MessageEvent {
  return lifecycle(time, market, {
    determination_ts: seconds(time),
    result: market.result,
    settlement_value: formatPrice(market.result === "yes" ? ONE_DOLLAR : 0),
    event_type: "determined",
  });
}

/** A market that was paid out. */
export function settledMessage(market: SyntheticMarket, time: EpochMicros): MessageEvent {
  return lifecycle(time, market, { settled_ts: seconds(time), event_type: "settled" });
}

function lifecycle(time: EpochMicros, { ticker }: SyntheticMarket, msg: object): MessageEvent {
  return message(time, ticker, "market_lifecycle_v2", { market_ticker: ticker, ...msg });
}

function message(time: EpochMicros, ticker: string, type: string, msg: object): MessageEvent {
  return { kind: "message", time, ticker, channel: CHANNEL, type, msg };
}

/** Lifecycle messages have whole seconds. */
function seconds(time: EpochMicros): number {
  return Math.floor(time / MICROS_PER_SECOND);
}

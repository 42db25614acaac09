import {
  type EpochMicros,
  formatIsoTime,
  formatPrice,
  formatQuantity,
  ONE_DOLLAR,
} from "@ssmd/core";
import { GENERATED_SERIES, type GeneratedSeries } from "./generated_market.ts";
import type { MarketActivity } from "./market_activity.ts";

/** When what happens in a generated session. */
export interface SessionTimes {
  /** When trading opens. */
  readonly open: EpochMicros;
  /** When trading closes. */
  readonly close: EpochMicros;
  /** When the results are determined. */
  readonly determined: EpochMicros;
  /** When the markets are settled. */
  readonly settled: EpochMicros;
}

/**
 * What REST answers after the session: `{series}` for each series, then `{event, markets}` for each
 * event. `isYes` says whether a market's result is yes.
 */
export function restAnswers(
  activities: readonly MarketActivity[],
  times: SessionTimes,
  isYes: (activity: MarketActivity) => boolean,
): unknown[] {
  const used = GENERATED_SERIES.filter((series) =>
    activities.some(({ market }) => market.series === series)
  );
  return [
    ...used.map((series) => ({ series: seriesAnswer(series, times) })),
    ...used.map((series) => {
      const own = activities.filter(({ market }) => market.series === series);
      return {
        event: eventAnswer(series, own[0]!.market.eventTicker, times),
        markets: own.map((activity) => marketAnswer(activity, times, isYes(activity))),
      };
    }),
  ];
}

function seriesAnswer(series: GeneratedSeries, times: SessionTimes): object {
  return {
    ticker: series.ticker,
    frequency: "fifteen_min",
    title: series.title,
    category: series.category,
    tags: null,
    settlement_sources: null,
    contract_url: "",
    contract_terms_url: "",
    fee_type: series.feeType,
    fee_multiplier: 1,
    additional_prohibitions: null,
    last_updated_ts: formatIsoTime(times.open),
  };
}

function eventAnswer(series: GeneratedSeries, eventTicker: string, times: SessionTimes): object {
  return {
    event_ticker: eventTicker,
    series_ticker: series.ticker,
    title: series.title,
    sub_title: "",
    collateral_return_type: "",
    mutually_exclusive: false,
    settlement_sources: null,
    strike_date: formatIsoTime(times.close),
    last_updated_ts: formatIsoTime(times.open),
  };
}

function marketAnswer(activity: MarketActivity, times: SessionTimes, isYes: boolean): object {
  const { market, traded } = activity;
  const { series } = market;
  const lastPrice = formatPrice(traded.lastPrice);
  return {
    ticker: market.ticker,
    event_ticker: market.eventTicker,
    market_type: "binary",
    title: market.title,
    yes_sub_title: `${market.strike} or more`,
    no_sub_title: `${market.strike} or more`,
    created_time: formatIsoTime(times.open),
    updated_time: formatIsoTime(times.settled),
    open_time: formatIsoTime(times.open),
    close_time: formatIsoTime(times.close),
    latest_expiration_time: formatIsoTime(times.settled),
    settlement_timer_seconds: 1,
    status: "finalized",
    // A settled market shows no bids.
    yes_bid_dollars: formatPrice(0),
    yes_bid_size_fp: formatQuantity(0),
    yes_ask_dollars: formatPrice(ONE_DOLLAR),
    yes_ask_size_fp: formatQuantity(0),
    no_bid_dollars: formatPrice(0),
    no_ask_dollars: formatPrice(ONE_DOLLAR),
    last_price_dollars: lastPrice,
    previous_yes_bid_dollars: formatPrice(0),
    previous_yes_ask_dollars: formatPrice(ONE_DOLLAR),
    previous_price_dollars: lastPrice,
    volume_fp: formatQuantity(traded.volume),
    volume_24h_fp: formatQuantity(traded.volume),
    open_interest_fp: formatQuantity(traded.openInterest),
    notional_value_dollars: formatPrice(ONE_DOLLAR),
    result: isYes ? "yes" : "no",
    can_close_early: false,
    expiration_value: "",
    settlement_value_dollars: formatPrice(isYes ? ONE_DOLLAR : 0),
    settlement_ts: formatIsoTime(times.settled),
    settlement_bounds_type: "default",
    strike_type: "greater_or_equal",
    floor_strike: market.strike,
    rules_primary: "",
    rules_secondary: "",
    price_level_structure: series.structure,
    price_ranges: priceRanges(series),
  };
}

/** The grid of prices in REST's words, also used by lifecycle messages. */
export function priceRanges(series: GeneratedSeries): object[] {
  return [{ start: formatPrice(0), end: formatPrice(ONE_DOLLAR), step: formatPrice(series.tick) }];
}

/**
 * The frames that Kalshi sends, as field tables: the current fixed-point form (`*_dollars`, `*_fp`,
 * `ts_ms`), and the form in cents and whole contracts that ended in March 2026. Where fields say the
 * same, the preferred one stands first.
 *
 * Sources: Kalshi's AsyncAPI 2.0.0 of September 2026, its specifications of February 2026, and
 * frames captured between October 2025 and August 2026.
 * @module
 */
import {
  blockTrade,
  centLadder,
  cents,
  change,
  contracts,
  dollarLadder,
  dollars,
  dollarsOrEmpty,
  type FieldRule,
  market,
  millis,
  money,
  side,
  time,
  unread,
} from "./field_rule.ts";
import { FrameType } from "./frame_type.ts";
import { MARKET_LIFECYCLE_FIELDS } from "./market_lifecycle.ts";

/** The types that come by the million. A scanner reads them without parsing JSON. */
export const SCANNED_TYPES: readonly FrameType[] = [
  new FrameType("orderbook_delta", {
    market_ticker: market,
    price_dollars: dollars("price"),
    price: cents("price"),
    delta_fp: change("size"),
    delta: change("size"),
    side,
    ts_ms: millis,
    ts: time,
    ...unreadFields("market_id client_order_id subaccount"),
  }, "delta"),
  new FrameType("ticker", {
    market_ticker: market,
    // A market that never traded has an empty text here, and a misleading `"price":0` beside it.
    price_dollars: dollarsOrEmpty("price"),
    price: cents("price"),
    yes_bid_dollars: dollars("yesBid"),
    yes_bid: cents("yesBid"),
    yes_ask_dollars: dollars("yesAsk"),
    yes_ask: cents("yesAsk"),
    no_bid_dollars: dollars("noBid"),
    no_bid: cents("noBid"),
    no_ask_dollars: dollars("noAsk"),
    no_ask: cents("noAsk"),
    yes_bid_size_fp: contracts("yesBidSize"),
    yes_ask_size_fp: contracts("yesAskSize"),
    last_trade_size_fp: contracts("lastSize"),
    volume_fp: contracts("volume"),
    volume: contracts("volume"),
    open_interest_fp: contracts("openInterest"),
    open_interest: contracts("openInterest"),
    dollar_volume: money("dollarVolume"),
    dollar_open_interest: money("dollarOpenInterest"),
    ts_ms: millis,
    ts: time,
    time,
    ...unreadFields("market_id Clock"),
  }, "ticker"),
  new FrameType("trade", {
    market_ticker: market,
    yes_price_dollars: dollars("price"),
    yes_price: cents("price"),
    price: cents("price"),
    count_fp: contracts("size"),
    count: contracts("size"),
    taker_outcome_side: side,
    taker_side: side,
    side,
    is_block_trade: blockTrade,
    ts_ms: millis,
    ts: time,
    ...unreadFields("trade_id no_price_dollars no_price taker_book_side"),
  }, "trade"),
  new FrameType("orderbook_snapshot", {
    market_ticker: market,
    yes_dollars_fp: dollarLadder("yesLadder"),
    yes_dollars: dollarLadder("yesLadder"),
    yes: centLadder("yesLadder"),
    no_dollars_fp: dollarLadder("noLadder"),
    no_dollars: dollarLadder("noLadder"),
    no: centLadder("noLadder"),
    ts_ms: millis,
    ts: time,
    ...unreadFields("market_id"),
  }, "snapshot"),
];

// The other times of a lifecycle event say when something else happens.
const LIFECYCLE_TIMES = { ts_ms: millis, ts: time, settled_ts: time, determination_ts: time };
const LIFECYCLE: Readonly<Record<string, FieldRule>> = {
  market_ticker: market,
  ...LIFECYCLE_TIMES,
  ...unreadFields(...MARKET_LIFECYCLE_FIELDS.filter((name) => !(name in LIFECYCLE_TIMES))),
};

const QUOTE = unreadFields(
  "quote_id rfq_id quote_creator_id rfq_creator_id event_ticker subaccount",
  "yes_bid_dollars no_bid_dollars yes_bid no_bid rfq_target_cost_dollars rfq_target_cost",
  "yes_contracts_offered_fp no_contracts_offered_fp yes_contracts_offered no_contracts_offered",
  "accepted_side contracts_accepted_fp contracts_accepted order_id client_order_id",
);

const RFQ = unreadFields(
  "id creator_id event_ticker contracts_fp contracts target_cost_dollars target_cost",
  "mve_collection_ticker mve_selected_legs",
);

const CF_BENCHMARKS = "index_id value_usd data avg_60s_data last_60s_windowed_average_15min";

const OTHER_TYPES: readonly FrameType[] = [
  new FrameType("market_lifecycle_v2", LIFECYCLE, "lifecycle"),
  new FrameType("multivariate_market_lifecycle", LIFECYCLE, "lifecycle"),
  detail("event_lifecycle", {
    ...unreadFields("event_ticker exchange_index title subtitle sub_title collateral_return_type"),
    ...unreadFields("series_ticker strike_date strike_period"),
  }),
  detail("event_fee_update", {
    ...unreadFields("event_ticker fee_type_override fee_multiplier_override"),
  }),
  detail("fill", {
    market_ticker: market,
    ts_ms: millis,
    ts: time,
    ...unreadFields("trade_id order_id client_order_id exchange_index is_taker subaccount"),
    ...unreadFields("yes_price_dollars yes_price no_price_dollars no_price count_fp count"),
    ...unreadFields("fee_cost outcome_side book_side side action purchased_side"),
    ...unreadFields("post_position_fp post_position"),
  }),
  detail("user_order", {
    ticker: market,
    last_updated_ts_ms: millis,
    created_ts_ms: millis,
    ...unreadFields("order_id user_id exchange_index status outcome_side book_side side action"),
    ...unreadFields("yes_price_dollars fill_count_fp remaining_count_fp initial_count_fp"),
    ...unreadFields("taker_fill_cost_dollars maker_fill_cost_dollars taker_fees_dollars"),
    ...unreadFields("maker_fees_dollars client_order_id order_group_id"),
    ...unreadFields("self_trade_prevention_type expiration_ts_ms last_update_reason"),
    ...unreadFields("subaccount_number"),
  }),
  detail("market_position", {
    market_ticker: market,
    ...unreadFields("user_id position_fp position_cost_dollars realized_pnl_dollars"),
    ...unreadFields("fees_paid_dollars position_fee_cost_dollars volume_fp subaccount"),
    ...unreadFields("position position_cost realized_pnl fees_paid position_fee_cost volume"),
  }),
  detail("order_group_updates", {
    ts_ms: millis,
    ...unreadFields("event_type order_group_id contracts_limit_fp contracts_limit"),
  }),
  detail("rfq_created", { market_ticker: market, created_ts: time, ...RFQ }),
  detail("rfq_deleted", {
    market_ticker: market,
    deleted_ts: time,
    ...RFQ,
    ...unreadFields("created_ts"),
  }),
  detail("quote_created", { market_ticker: market, created_ts: time, ...QUOTE }),
  detail("quote_accepted", { market_ticker: market, ...unreadFields("created_ts"), ...QUOTE }),
  detail("quote_executed", {
    market_ticker: market,
    executed_ts: time,
    ...unreadFields("created_ts"),
    ...QUOTE,
  }),
  detail("cfbenchmarks_value", { received_at: millis, ...unreadFields(CF_BENCHMARKS) }),
  detail("cfbenchmarks_value_5hz", {
    source_ts_ms: millis,
    received_at: millis,
    ...unreadFields(CF_BENCHMARKS),
  }),
  detail("cfbenchmarks_value_indexlist", unreadFields("index_ids")),
  detail("cfbenchmarks_value_5hz_indexlist", unreadFields("index_ids")),
  detail("pyth_value", {
    source_ts_ms: millis,
    received_at: millis,
    ...unreadFields("underlying_ticker value_usd"),
  }),
  detail("pyth_value_underlying_list", unreadFields("underlying_tickers")),
  control("subscribed"),
  control("ok"),
  control("unsubscribed"),
  control("error"),
];

/** Every known type by name. */
export const FRAME_TYPES: ReadonlyMap<string, FrameType> = new Map(
  [...SCANNED_TYPES, ...OTHER_TYPES].map((type) => [type.name, type]),
);

/** Stands for every type that is not in {@link FRAME_TYPES}. */
export const UNKNOWN_TYPE: FrameType = new FrameType("", { market_ticker: market }, "other", {
  optionalMsg: true,
});

function detail(name: string, rules: Readonly<Record<string, FieldRule>>): FrameType {
  return new FrameType(name, rules, "detail");
}

/** `ok` answers with an object, a list or nothing, and once had its tickers beside `msg`. */
function control(name: string): FrameType {
  const rules = unreadFields(
    "channel sid code msg market_ticker market_tickers market_id market_ids",
    "index_ids underlying_tickers",
  );
  return new FrameType(name, rules, "other", {
    optionalMsg: true,
    envelope: unreadFields("market_tickers"),
  });
}

function unreadFields(...names: string[]): Record<string, FieldRule> {
  return Object.fromEntries(names.join(" ").split(" ").map((name) => [name, unread]));
}

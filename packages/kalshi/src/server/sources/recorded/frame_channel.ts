/** The channels whose messages have other types than their own name. */
const CHANNELS: Readonly<Record<string, string>> = {
  event_lifecycle: "market_lifecycle_v2",
  event_fee_update: "market_lifecycle_v2",
  user_order: "user_orders",
  market_position: "market_positions",
  rfq_created: "communications",
  rfq_deleted: "communications",
  quote_created: "communications",
  quote_accepted: "communications",
  quote_executed: "communications",
  cfbenchmarks_value_indexlist: "cfbenchmarks_value",
  cfbenchmarks_value_5hz_indexlist: "cfbenchmarks_value_5hz",
  pyth_value_underlying_list: "pyth_value",
};

/** The channel whose subscribers get frames of `type`: for an unknown type one of its own name. */
export function channelOf(type: string): string {
  return CHANNELS[type] ?? type;
}

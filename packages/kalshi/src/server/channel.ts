/** How one channel behaves (AsyncAPI 2.0.0, September 2026). */
export interface Channel {
  /** As in `channels`. */
  readonly name: string;
  /** Whether its frames carry `seq`. */
  readonly counted: boolean;
  /** Whether it must, may or cannot be narrowed to markets. */
  readonly filter: "required" | "optional" | "none";
  /** Whether it shows an account and therefore needs a signed connection. */
  readonly account: boolean;
  /** The parameter without which it is refused, and the code of that refusal. */
  readonly needs?: readonly [parameter: string, code: number];
}

const ALL: readonly Channel[] = [
  { name: "orderbook_delta", counted: true, filter: "required", account: false },
  { name: "ticker", counted: false, filter: "optional", account: false },
  { name: "trade", counted: true, filter: "optional", account: false },
  { name: "market_lifecycle_v2", counted: true, filter: "none", account: false },
  { name: "multivariate_market_lifecycle", counted: true, filter: "none", account: false },
  { name: "fill", counted: false, filter: "optional", account: true },
  { name: "user_orders", counted: false, filter: "optional", account: true },
  { name: "market_positions", counted: false, filter: "optional", account: true },
  { name: "communications", counted: true, filter: "none", account: true },
  { name: "order_group_updates", counted: true, filter: "none", account: true },
  {
    name: "cfbenchmarks_value",
    counted: true,
    filter: "none",
    account: false,
    needs: ["index_ids", 24],
  },
  {
    name: "cfbenchmarks_value_5hz",
    counted: true,
    filter: "none",
    account: false,
    needs: ["index_ids", 24],
  },
  {
    name: "pyth_value",
    counted: true,
    filter: "none",
    account: false,
    needs: ["underlying_tickers", 28],
  },
];

/** The channels by name. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map(
  ALL.map((channel) => [channel.name, channel]),
);

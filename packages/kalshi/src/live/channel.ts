/** A public channel of Kalshi's WebSocket. */
export type KalshiChannel =
  | "orderbook_delta"
  | "ticker"
  | "trade"
  | "market_lifecycle_v2"
  | "multivariate_market_lifecycle";

/** Channels that take a list of markets; the others always tell of every market. */
const FILTERED: ReadonlySet<string> = new Set(["orderbook_delta", "ticker", "trade"]);

/** All of them. */
export const KALSHI_CHANNELS: readonly KalshiChannel[] = [
  "orderbook_delta",
  "ticker",
  "trade",
  "market_lifecycle_v2",
  "multivariate_market_lifecycle",
];

/** Whether a subscription to `channel` can be limited to some markets. */
export function takesMarkets(channel: KalshiChannel): boolean {
  return FILTERED.has(channel);
}

/** A channel as one connection follows it. */
export interface ChannelPlan {
  /** Which. */
  readonly channel: KalshiChannel;
  /** Whether it is limited to the connection's markets; else it tells of every market. */
  readonly filtered: boolean;
}

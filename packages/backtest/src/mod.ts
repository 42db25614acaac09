/**
 * What a strategy would have earned: replayed events, fills against the recorded books, an exact
 * ledger, settlement, and a result that says what the data lacked. Knows no exchange: fees and
 * settlements are handed in.
 *
 * Every line here is public API.
 * @module
 */
export { runBacktest } from "./backtest.ts";
export type { BacktestOptions } from "./backtest_options.ts";
export type {
  BacktestResult,
  DataSummary,
  MarketCounts,
  OpenPosition,
  PortfolioSummary,
  SkippedMarket,
} from "./backtest_result.ts";
export type { Coverage, MarketCoverage } from "./coverage.ts";
export { favourite, type FavouriteOptions } from "./favourite.ts";
export { type Fill, type FillModel, type Order, walkBook } from "./fill_model.ts";
export type { OrderCounts } from "./order_desk.ts";
export { type ChargedFill, Portfolio, type Position, type PositionFill } from "./portfolio.ts";
export { summaryJson, tradesJsonl } from "./result_text.ts";
export { settlementsOf } from "./settlement.ts";
export type {
  OpenMarket,
  OrderOptions,
  OrderResult,
  RefusalReason,
  Strategy,
  StrategyContext,
  StrategyParameters,
  Timer,
} from "./strategy.ts";
export type { Trade } from "./trade.ts";

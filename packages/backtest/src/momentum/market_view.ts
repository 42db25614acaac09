import type { MarketUnits } from "./market_units.ts";

/** Trades within a window, by the side that the taker bought. */
export interface TradeFlow {
  /** Contracts, by side. */
  readonly yes: number;
  /** Contracts, by side. */
  readonly no: number;
  /** The side with more contracts; YES when they are equal. */
  readonly dominantSide: "yes" | "no";
  /** The larger side's share of all contracts; 0.5 when there are none. */
  readonly dominance: number;
  /** How many trades, not contracts. */
  readonly trades: number;
}

/** Samples of spread and midpoint within a window, oldest first; valid until the market's next event. */
export interface QuoteWindow {
  /** How many samples. */
  readonly length: number;
  /** Mean spread of the samples `[from, to)`. */
  meanSpread(from: number, to: number): number;
  /** Mean midpoint of the samples `[from, to)`. */
  meanMidpoint(from: number, to: number): number;
  /** Sample standard deviation (n − 1) of the midpoints `[from, to)`; 0 for fewer than 2. */
  deviation(from: number, to: number): number;
  /**
   * {@link deviation} but for a relative error of at most 1e-9, mostly without looking at every
   * sample: enough to decide whenever the decision is not a close one.
   */
  nearDeviation(from: number, to: number): number;
}

/**
 * What signals may look at: one market as of its last event. Times and prices are in `units`. A
 * window of length `w` holds the samples from `lastTime − w` on, both ends included.
 */
export interface MarketView {
  /** The market's ticker. */
  readonly ticker: string;
  /** In what times and prices are given. */
  readonly units: MarketUnits;
  /** Time of the last event. */
  readonly lastTime: number;
  /** YES price of the last trade or ticker that gave one above 0; 0 before. */
  readonly lastPrice: number;
  /** Best YES bid; 0 when not known or absent. */
  readonly yesBid: number;
  /** Best YES ask; 0 when not known or absent. */
  readonly yesAsk: number;
  /** Best NO bid; 0 when not known or absent. */
  readonly noBid: number;
  /** Best NO ask; 0 when not known or absent. */
  readonly noAsk: number;
  /** Last less first price of the tickers in the window; 0 with fewer than 2. */
  priceChange(window: number): number;
  /** {@link priceChange} over the time between the two, a minute; 0 when no time passed. */
  priceRatePerMinute(window: number): number;
  /** Contracts traded in the window, by the tickers' totals. */
  volume(window: number): number;
  /** Dollars traded in the window, by the tickers' totals, in their unit. */
  dollarVolume(window: number): number;
  /** Trades in the window. */
  tradeFlow(window: number): TradeFlow;
  /** Spreads and midpoints in the window. */
  quotes(window: number): QuoteWindow;
}

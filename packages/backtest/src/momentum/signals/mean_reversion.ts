import type { MarketUnits } from "../market_units.ts";
import type { MarketView } from "../market_view.ts";
import type { MeanReversionConfig } from "../momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "../signal.ts";

const MIN_SAMPLES = 5;
const MIN_ANCHOR_SAMPLES = 3;

/**
 * Speaks against a price that has recently moved away from its anchor, the mean midpoint of the
 * window's first 70 %, once it has stopped moving away.
 */
export function meanReversion(config: MeanReversionConfig, units: MarketUnits): Signal {
  const { minTrades, weight } = config;
  const anchorWindow = config.anchorWindowMinutes * 60 * units.second;
  const recentWindow = config.recentWindowSec * units.second;
  const stallWindow = config.stallWindowSec * units.second;
  const leastDeviation = config.deviationThresholdCents * units.cent;
  const fullDeviation = config.maxDeviationCents * units.cent;
  const leastChange = config.minRecentChangeCents * units.cent;

  function anchorOf(market: MarketView): number | undefined {
    const quotes = market.quotes(anchorWindow);
    if (quotes.length < MIN_SAMPLES) return undefined;
    const count = Math.max(MIN_ANCHOR_SAMPLES, Math.floor(quotes.length * 0.7));
    return quotes.meanMidpoint(0, count);
  }

  function evaluate(market: MarketView): SignalResult {
    const anchor = anchorOf(market);
    if (anchor === undefined) return SILENT;
    const deviation = market.lastPrice - anchor;
    const distance = Math.abs(deviation);
    if (!(distance >= leastDeviation) || distance === 0) return SILENT;
    const change = Math.abs(market.priceChange(recentWindow));
    if (!(change >= leastChange)) return SILENT;
    const latest = market.priceChange(stallWindow);
    if (deviation > 0 ? latest > 0 : latest < 0) return SILENT;
    const magnitude = Math.min(distance / fullDeviation, 1);
    const { trades } = market.tradeFlow(recentWindow);
    return {
      score: deviation > 0 ? -magnitude : magnitude,
      confidence: Math.min(change / distance, 1) * Math.min(trades / minTrades, 1),
    };
  }

  function inputs(market: MarketView): Record<string, number> {
    const { cent } = market.units;
    const anchor = anchorOf(market);
    return {
      ...(anchor === undefined ? {} : { anchorCents: anchor / cent }),
      lastPriceCents: market.lastPrice / cent,
      recentChangeCents: market.priceChange(recentWindow) / cent,
      latestChangeCents: market.priceChange(stallWindow) / cent,
      recentTrades: market.tradeFlow(recentWindow).trades,
    };
  }

  return { name: "mean-reversion", weight, evaluate, inputs };
}

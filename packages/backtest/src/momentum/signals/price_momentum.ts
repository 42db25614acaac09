import type { MarketUnits } from "../market_units.ts";
import type { MarketView } from "../market_view.ts";
import type { PriceMomentumConfig } from "../momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "../signal.ts";

/**
 * Speaks in the direction of a price that goes the same way over three windows, in the shortest at
 * least as fast as in the longest, while most traded contracts took that side too.
 */
export function priceMomentum(config: PriceMomentumConfig, units: MarketUnits): Signal {
  const { maxAccelRatio, minTrades, weight } = config;
  const shortWindow = config.shortWindowSec * units.second;
  const midWindow = config.midWindowSec * units.second;
  const longWindow = config.longWindowSec * units.second;
  const leastMove = config.minTotalMoveCents * units.cent;
  const lowestForNo = config.minEntryPrice * units.cent;
  const highestForYes = config.maxEntryPrice * units.cent;

  function evaluate(market: MarketView): SignalResult {
    const short = market.priceRatePerMinute(shortWindow);
    if (short === 0) return SILENT;
    const long = market.priceRatePerMinute(longWindow);
    const mid = market.priceRatePerMinute(midWindow);
    const rises = short > 0;
    if (rises ? !(mid > 0 && long > 0) : !(mid < 0 && long < 0)) return SILENT;
    if (!(Math.abs(market.priceChange(longWindow)) >= leastMove)) return SILENT;
    const pace = Math.abs(short);
    const acceleration = pace / Math.abs(long);
    if (!(acceleration >= 1)) return SILENT;
    if (rises ? market.lastPrice > highestForYes : market.lastPrice < lowestForNo) return SILENT;
    const flow = market.tradeFlow(shortWindow);
    if (flow.trades < minTrades || (flow.dominantSide === "yes") !== rises) return SILENT;
    const magnitude = Math.min(acceleration / maxAccelRatio, 1);
    return {
      score: rises ? magnitude : -magnitude,
      confidence: flow.dominance * Math.min(Math.abs(mid) / pace, 1),
    };
  }

  function inputs(market: MarketView): Record<string, number> {
    const { cent } = market.units;
    const flow = market.tradeFlow(shortWindow);
    return {
      shortCentsPerMinute: market.priceRatePerMinute(shortWindow) / cent,
      midCentsPerMinute: market.priceRatePerMinute(midWindow) / cent,
      longCentsPerMinute: market.priceRatePerMinute(longWindow) / cent,
      totalMoveCents: market.priceChange(longWindow) / cent,
      shortYesContracts: flow.yes,
      shortNoContracts: flow.no,
      shortTrades: flow.trades,
    };
  }

  return { name: "price-momentum", weight, evaluate, inputs };
}

import type { MarketUnits } from "../market_units.ts";
import type { MarketView } from "../market_view.ts";
import type { VolatilitySqueezeConfig } from "../momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "../signal.ts";
import { splitOf } from "./split_of.ts";

const FULL_CONFIDENCE_SAMPLES = 20;
const DIRECTION_SECONDS = 60;
// More than the error of a ratio of two near deviations.
const ABOVE = 1 + 1e-8;
const BELOW = 1 - 1e-8;

interface Squeeze {
  readonly since: number;
  lowest: number;
}

/**
 * Speaks once when a market breaks out of a squeeze, in the direction of its last minute. Squeezed is
 * a market whose midpoints deviated in the window's last 30 % by less than a share of what they did
 * in its first 70 %; it breaks out when they deviate by more than a multiple of that.
 *
 * Remembers squeezed markets from call to call.
 */
export function volatilitySqueeze(config: VolatilitySqueezeConfig, units: MarketUnits): Signal {
  const { compressionThreshold, expansionThreshold, maxExpansionRatio, minSnapshots } = config;
  const window = config.squeezeWindowMinutes * 60 * units.second;
  const leastDeviation = config.minBaselineStdDev * units.cent;
  const directionWindow = DIRECTION_SECONDS * units.second;
  const squeezes = new Map<string, Squeeze>();

  function evaluate(market: MarketView): SignalResult {
    const quotes = market.quotes(window);
    const count = quotes.length;
    if (count < minSnapshots) return SILENT;
    const split = splitOf(count);
    if (split < 2 || count - split < 2) return SILENT;
    const squeeze = squeezes.size === 0 ? undefined : squeezes.get(market.ticker);

    // Exact deviations cost a look at every sample. Deviations that are right to nine digits tell
    // whether this is one of the many events that change nothing, unless it is a close call.
    const usualNear = quotes.nearDeviation(0, split);
    if (usualNear < leastDeviation * BELOW) return SILENT;
    if (usualNear > leastDeviation * ABOVE) {
      const near = quotes.nearDeviation(split, count) / usualNear;
      if (near > compressionThreshold * ABOVE) {
        if (squeeze === undefined) return SILENT;
        if (near < expansionThreshold * BELOW) return expire(market, squeeze);
      } else if (squeeze !== undefined && near < compressionThreshold * BELOW) {
        if (near > squeeze.lowest * ABOVE || squeeze.lowest === 0) return SILENT;
      }
    }

    const usual = quotes.deviation(0, split);
    if (usual < leastDeviation) return SILENT;
    const ratio = quotes.deviation(split, count) / usual;
    if (ratio < compressionThreshold) {
      if (squeeze === undefined) {
        squeezes.set(market.ticker, { since: market.lastTime, lowest: ratio });
      } else if (ratio < squeeze.lowest) squeeze.lowest = ratio;
      return SILENT;
    }
    if (squeeze === undefined) return SILENT;
    if (!(ratio > expansionThreshold)) return expire(market, squeeze);
    squeezes.delete(market.ticker);
    const change = market.priceChange(directionWindow);
    if (change === 0) return SILENT;
    const magnitude = Math.min(ratio / maxExpansionRatio, 1);
    return {
      score: change > 0 ? magnitude : -magnitude,
      confidence: Math.max(0, 1 - squeeze.lowest / compressionThreshold) *
        Math.min(count / FULL_CONFIDENCE_SAMPLES, 1),
    };
  }

  function expire(market: MarketView, squeeze: Squeeze): SignalResult {
    if (market.lastTime - squeeze.since > 2 * window) squeezes.delete(market.ticker);
    return SILENT;
  }

  function inputs(market: MarketView): Record<string, number> {
    const quotes = market.quotes(window);
    const count = quotes.length;
    const split = splitOf(count);
    const squeeze = squeezes.get(market.ticker);
    const { cent } = market.units;
    return {
      samples: count,
      ...(count < 2 ? {} : {
        usualDeviationCents: quotes.deviation(0, split) / cent,
        recentDeviationCents: quotes.deviation(split, count) / cent,
      }),
      lastMinuteChangeCents: market.priceChange(directionWindow) / cent,
      ...(squeeze === undefined ? {} : { lowestRatio: squeeze.lowest }),
    };
  }

  return {
    name: "volatility-squeeze",
    weight: config.weight,
    evaluate,
    inputs,
    save: () => [...squeezes].map(([ticker, { since, lowest }]) => [ticker, since, lowest]),
    restore: (saved) => {
      squeezes.clear();
      // What `save` of this kind of signal gave.
      for (const [ticker, since, lowest] of saved as [string, number, number][]) {
        squeezes.set(ticker, { since, lowest });
      }
    },
    forget: (ticker) => {
      squeezes.delete(ticker);
    },
  };
}

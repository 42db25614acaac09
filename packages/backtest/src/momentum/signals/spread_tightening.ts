import type { MarketUnits } from "../market_units.ts";
import type { MarketView } from "../market_view.ts";
import type { SpreadTighteningConfig } from "../momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "../signal.ts";
import { splitOf } from "./split_of.ts";

const MIN_SAMPLES = 5;
const FULL_CONFIDENCE_SAMPLES = 20;

/**
 * Speaks when the mean spread of the window's last 30 % has narrowed by a share of that of its first
 * 70 %; in the direction in which the mean midpoint has moved, as strongly as it has narrowed.
 */
export function spreadTightening(config: SpreadTighteningConfig, units: MarketUnits): Signal {
  const window = config.spreadWindowMinutes * 60 * units.second;
  const { narrowingThreshold, weight } = config;

  function evaluate(market: MarketView): SignalResult {
    const quotes = market.quotes(window);
    const count = quotes.length;
    if (count < MIN_SAMPLES) return SILENT;
    const split = splitOf(count);
    const usual = quotes.meanSpread(0, split);
    if (!(usual > 0)) return SILENT;
    const narrowing = 1 - quotes.meanSpread(split, count) / usual;
    if (!(narrowing >= narrowingThreshold)) return SILENT;
    const shift = quotes.meanMidpoint(split, count) - quotes.meanMidpoint(0, split);
    if (shift === 0) return SILENT;
    return {
      // A crossed quote has a spread below zero, which would narrow by more than all.
      score: Math.max(-1, Math.min(1, shift > 0 ? narrowing : -narrowing)),
      confidence: Math.min(count / FULL_CONFIDENCE_SAMPLES, 1),
    };
  }

  function inputs(market: MarketView): Record<string, number> {
    const quotes = market.quotes(window);
    const count = quotes.length;
    if (count < MIN_SAMPLES) return { samples: count };
    const split = splitOf(count);
    const { cent } = market.units;
    return {
      samples: count,
      usualSpreadCents: quotes.meanSpread(0, split) / cent,
      recentSpreadCents: quotes.meanSpread(split, count) / cent,
      usualMidpointCents: quotes.meanMidpoint(0, split) / cent,
      recentMidpointCents: quotes.meanMidpoint(split, count) / cent,
    };
  }

  return { name: "spread-tightening", weight, evaluate, inputs };
}

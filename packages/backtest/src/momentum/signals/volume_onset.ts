import type { MarketUnits } from "../market_units.ts";
import type { MarketView } from "../market_view.ts";
import type { VolumeOnsetConfig } from "../momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "../signal.ts";

const FULL_SCORE_EXCESS = 3;
const FULL_CONFIDENCE_BUCKETS = 10;

/**
 * Speaks when the dollars of the recent window are a multiple of what the rest of the baseline window
 * spends in as long a time; in the direction that most recently traded contracts took.
 */
export function volumeOnset(config: VolumeOnsetConfig, units: MarketUnits): Signal {
  const { onsetMultiplier, weight } = config;
  const recentSeconds = config.recentWindowSec;
  const restSeconds = config.baselineWindowMinutes * 60 - recentSeconds;
  const recentWindow = recentSeconds * units.second;
  const baselineWindow = config.baselineWindowMinutes * 60 * units.second;
  const certainty = Math.min(restSeconds / recentSeconds / FULL_CONFIDENCE_BUCKETS, 1);

  function usualDollars(market: MarketView, recent: number): number {
    return ((market.dollarVolume(baselineWindow) - recent) / restSeconds) * recentSeconds;
  }

  function evaluate(market: MarketView): SignalResult {
    if (!(restSeconds > 0)) return SILENT;
    const recent = market.dollarVolume(recentWindow);
    const usual = usualDollars(market, recent);
    if (!(usual > 0)) return SILENT;
    const ratio = recent / usual;
    if (!(ratio >= onsetMultiplier)) return SILENT;
    const flow = market.tradeFlow(recentWindow);
    if (flow.yes + flow.no === 0) return SILENT;
    const magnitude = Math.min((ratio - 1) / FULL_SCORE_EXCESS, 1);
    return {
      score: flow.dominantSide === "yes" ? magnitude : -magnitude,
      confidence: certainty * flow.dominance,
    };
  }

  function inputs(market: MarketView): Record<string, number> {
    const recent = market.dollarVolume(recentWindow);
    const flow = market.tradeFlow(recentWindow);
    return {
      recentDollars: recent,
      usualDollars: usualDollars(market, recent),
      recentYesContracts: flow.yes,
      recentNoContracts: flow.no,
    };
  }

  return { name: "volume-onset", weight, evaluate, inputs };
}

/**
 * A signal of one's own: most contracts of the last seconds were bought on one side, and the price
 * went along. A configuration names this file under `signals.custom`, see
 * examples/config/momentum_custom.yaml.
 */
import type { MarketView, SignalParameters, SignalResult } from "@ssmd/backtest";

const NOTHING: SignalResult = { score: 0, confidence: 0 };

/** Parameters: `windowSec`, how far back; `minTrades`; `minShare`, of contracts, from 0.5 to 1. */
export default function tradePressure(
  market: MarketView,
  { windowSec = 30, minTrades = 5, minShare = 0.7 }: SignalParameters,
): SignalResult {
  // Windows are lengths in units of the market's time.
  const window = Number(windowSec) * market.units.second;
  const flow = market.tradeFlow(window);
  if (flow.trades < Number(minTrades) || flow.dominance < Number(minShare)) return NOTHING;
  const change = market.priceChange(window);
  const toYes = flow.dominantSide === "yes";
  if (toYes ? change <= 0 : change >= 0) return NOTHING;
  return { score: toYes ? flow.dominance : -flow.dominance, confidence: 1 };
}

import type { MarketUnits } from "../market_units.ts";
import type { SignalsConfig } from "../momentum_config.ts";
import type { Signal } from "../signal.ts";
import { meanReversion } from "./mean_reversion.ts";
import { priceMomentum } from "./price_momentum.ts";
import { spreadTightening } from "./spread_tightening.ts";
import { volatilitySqueeze } from "./volatility_squeeze.ts";
import { volumeOnset } from "./volume_onset.ts";

/**
 * The built-in signals that are enabled, in the order in which models name them. Custom ones come
 * after them and are the caller's to make.
 */
export function signalsOf(config: SignalsConfig, units: MarketUnits): readonly Signal[] {
  const signals: Signal[] = [];
  if (config.spreadTightening.enabled) {
    signals.push(spreadTightening(config.spreadTightening, units));
  }
  if (config.volumeOnset.enabled) signals.push(volumeOnset(config.volumeOnset, units));
  if (config.meanReversion.enabled) signals.push(meanReversion(config.meanReversion, units));
  if (config.volatilitySqueeze.enabled) {
    signals.push(volatilitySqueeze(config.volatilitySqueeze, units));
  }
  if (config.priceMomentum.enabled) signals.push(priceMomentum(config.priceMomentum, units));
  return signals;
}

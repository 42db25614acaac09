import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import type { MomentumConfig } from "./momentum_config.ts";

const MINUTE: EpochMicros = 60 * MICROS_PER_SECOND;
/** What the original keeps, and what a user's own signal may count on. */
const HALF_HOUR: EpochMicros = 30 * MINUTE;
/** The window in which volatility-squeeze looks for a direction. */
const SQUEEZE_DIRECTION: EpochMicros = MINUTE;

/**
 * How far back the longest window of `config` reaches, of activation and of the signals that are
 * enabled; at least 30 minutes with signals of the user, who may ask for any window.
 */
export function retentionOf({ activation, signals }: MomentumConfig): EpochMicros {
  const { spreadTightening, volumeOnset, meanReversion, volatilitySqueeze, priceMomentum } =
    signals;
  const lengths = [activation.windowMinutes * MINUTE];
  if (spreadTightening.enabled) lengths.push(spreadTightening.spreadWindowMinutes * MINUTE);
  if (volumeOnset.enabled) {
    lengths.push(
      volumeOnset.baselineWindowMinutes * MINUTE,
      volumeOnset.recentWindowSec * MICROS_PER_SECOND,
    );
  }
  if (meanReversion.enabled) {
    lengths.push(
      meanReversion.anchorWindowMinutes * MINUTE,
      meanReversion.recentWindowSec * MICROS_PER_SECOND,
      meanReversion.stallWindowSec * MICROS_PER_SECOND,
    );
  }
  if (volatilitySqueeze.enabled) {
    lengths.push(volatilitySqueeze.squeezeWindowMinutes * MINUTE, SQUEEZE_DIRECTION);
  }
  if (priceMomentum.enabled) {
    const { shortWindowSec, midWindowSec, longWindowSec } = priceMomentum;
    lengths.push(
      ...[shortWindowSec, midWindowSec, longWindowSec].map((s) => s * MICROS_PER_SECOND),
    );
  }
  if (signals.custom.length > 0) lengths.push(HALF_HOUR);
  // At least a microsecond: a retention of nothing is none.
  return Math.max(1, ...lengths.map(Math.ceil));
}

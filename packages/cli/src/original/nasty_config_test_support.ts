import type { MomentumConfig, SignalsConfig } from "@ssmd/backtest";
import type { Dice } from "./dice_test_support.ts";

/** A configuration that nobody should use, and that enters often. */
export function nastyConfig(dice: Dice): MomentumConfig {
  const contracts = dice.pick([1, 1, 3, 7, 10, 10, 33, 100]);
  return {
    nats: { url: "nats://localhost:4222", stream: "PROD_KALSHI_SPORTS" },
    activation: {
      dollarVolume: dice.pick([0, 1, 50, 50, 200, 1000, 333.25]),
      windowMinutes: dice.pick([0.25, 1, 5, 10, 10, 29.5, 30, 31, 90]),
    },
    portfolio: {
      startingBalance: dice.pick([2, 12, 40.35, 500, 500, 5000]),
      tradeSize: 100,
      minContracts: contracts,
      maxContracts: contracts,
      drawdownHaltPercent: dice.pick([0.5, 1, 2, 5, 10, 33.3, 90, 100]),
      sizing: "random",
      seed: 1,
    },
    positions: {
      takeProfitCents: dice.pick([1, 2, 3, 5, 5, 10, 2.5, 0.5]),
      stopLossCents: dice.pick([1, 2, 3, 5, 5, 10, 2.5, 0.25]),
      timeStopMinutes: dice.pick([0, 0.1, 0.5, 1, 5, 15, 1.1, 7.77]),
      minPriceCents: dice.pick([1, 10, 20, 20, 35.5]),
      maxPriceCents: dice.pick([80, 80, 90, 99, 55.5]),
      cooldownSeconds: dice.pick([0, 1, 10, 10, 60, 300, 12.5]),
    },
    fees: {
      defaultMakerPerContract: dice.pick([0, 0, 1, 0.5, 1.75, 0.1]),
      defaultTakerPerContract: dice.pick([2, 2, 0, 1, 3.5, 0.7]),
    },
    marketClose: { noEntryBufferMinutes: 5, forceExitBufferMinutes: 2 },
    signals: nastySignals(dice),
    composer: {
      entryThreshold: dice.pick([0, 0.01, 0.05, 0.15, 0.15, 0.4]),
      minSignals: dice.pick([1, 1, 1, 1, 1, 2, 2, 3]),
      maxSlippageCents: dice.pick([0, 3, 10, 10, 10, 99, 2.5]),
    },
    reporting: { summaryIntervalMinutes: 5, publishToNats: false, debug: false },
    execution: {
      latencyMs: 250,
      entry: "taker",
      takeProfit: "taker",
      makerModel: "queue",
      makerTimeoutSeconds: 30,
      maxParticipationPercent: 100,
      unknownQuoteSizeContracts: 10,
      gapPolicy: "halt",
    },
  };
}

function nastySignals(dice: Dice): SignalsConfig {
  const weight = () => dice.pick([1, 1, 0.8, 0.6, 1.7, 0.3]);
  const enabled = () => dice.chance(0.8);
  const minutes = () => dice.pick([0.05, 0.5, 1, 2, 5, 5, 5, 13.3, 29, 45]);
  const seconds = () => dice.pick([1, 5, 15, 30, 60, 60, 60, 180, 300, 7.5, 2000]);
  return {
    spreadTightening: {
      enabled: enabled(),
      weight: weight(),
      spreadWindowMinutes: minutes(),
      narrowingThreshold: dice.pick([0.05, 0.2, 0.3, 0.5, 0, -0.5]),
    },
    volumeOnset: {
      enabled: enabled(),
      weight: weight(),
      recentWindowSec: seconds(),
      baselineWindowMinutes: minutes(),
      onsetMultiplier: dice.pick([0.5, 1, 1.2, 1.5, 3]),
    },
    meanReversion: {
      enabled: enabled(),
      weight: weight(),
      anchorWindowMinutes: minutes(),
      deviationThresholdCents: dice.pick([1, 2, 3, 5, 0.5]),
      maxDeviationCents: dice.pick([3, 6, 12]),
      recentWindowSec: seconds(),
      stallWindowSec: seconds(),
      minRecentChangeCents: dice.pick([1, 2, 0.5, 3]),
      minTrades: dice.pick([1, 1, 2, 3]),
    },
    volatilitySqueeze: {
      enabled: enabled(),
      weight: weight(),
      squeezeWindowMinutes: minutes(),
      compressionThreshold: dice.pick([0.4, 0.6, 0.9, 1.2]),
      expansionThreshold: dice.pick([1.5, 1.1, 0.9, 0.7]),
      minBaselineStdDev: dice.pick([0.5, 0.3, 0.1, 1]),
      maxExpansionRatio: dice.pick([4, 1.5, 2]),
      minSnapshots: dice.pick([2, 5, 10, 20]),
    },
    priceMomentum: {
      enabled: enabled(),
      weight: weight(),
      shortWindowSec: seconds(),
      midWindowSec: seconds(),
      longWindowSec: seconds(),
      minTotalMoveCents: dice.pick([1, 2, 4]),
      maxAccelRatio: dice.pick([1.5, 3]),
      minEntryPrice: dice.pick([25, 40, 10]),
      maxEntryPrice: dice.pick([75, 60, 90]),
      minTrades: dice.pick([0, 1, 2, 5]),
    },
    custom: [],
  };
}

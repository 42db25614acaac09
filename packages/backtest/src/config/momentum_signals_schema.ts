import { kind, listOf, mapOf, section, textLike } from "@ssmd/core/config";
import { flag, text } from "./plain_values.ts";
import type { z } from "zod";
import type {
  CustomSignalConfig,
  MeanReversionConfig,
  PriceMomentumConfig,
  SignalsConfig,
  SpreadTighteningConfig,
  VolatilitySqueezeConfig,
  VolumeOnsetConfig,
} from "../momentum/momentum_config.ts";
import { anyNumber, cents, numberAboveZero, numberFrom } from "./momentum_numbers.ts";

const weight = numberFrom(0);
const length = numberFrom(0);
const count = numberFrom(0);

const spreadTightening: z.ZodType<SpreadTighteningConfig> = section({
  enabled: flag.default(true),
  weight: weight.default(1),
  spreadWindowMinutes: length.default(5),
  narrowingThreshold: anyNumber.default(0.5),
});

const volumeOnset: z.ZodType<VolumeOnsetConfig> = section({
  enabled: flag.default(true),
  weight: weight.default(1),
  recentWindowSec: length.default(30),
  baselineWindowMinutes: length.default(5),
  onsetMultiplier: anyNumber.default(1.5),
});

const meanReversion: z.ZodType<MeanReversionConfig> = section({
  enabled: flag.default(false),
  weight: weight.default(1),
  anchorWindowMinutes: length.default(5),
  deviationThresholdCents: numberFrom(0).default(5),
  maxDeviationCents: numberAboveZero.default(12),
  recentWindowSec: length.default(60),
  stallWindowSec: length.default(15),
  minRecentChangeCents: numberFrom(0).default(2),
  minTrades: count.default(3),
});

const volatilitySqueeze: z.ZodType<VolatilitySqueezeConfig> = section({
  enabled: flag.default(false),
  weight: weight.default(0.8),
  squeezeWindowMinutes: length.default(5),
  compressionThreshold: numberFrom(0).default(0.4),
  expansionThreshold: numberFrom(0).default(1.5),
  minBaselineStdDev: numberFrom(0).default(0.5),
  maxExpansionRatio: numberAboveZero.default(4),
  minSnapshots: count.default(10),
});

/** `minEntryPrice` bounds NO alone and `maxEntryPrice` YES alone: either may be the larger one. */
const priceMomentum: z.ZodType<PriceMomentumConfig> = section({
  enabled: flag.default(false),
  weight: weight.default(0.6),
  shortWindowSec: length.default(60),
  midWindowSec: length.default(180),
  longWindowSec: length.default(300),
  minTotalMoveCents: numberFrom(0).default(4),
  maxAccelRatio: numberAboveZero.default(3),
  minEntryPrice: cents.default(40),
  maxEntryPrice: cents.default(60),
  minTrades: count.default(5),
});

const parameter: z.ZodType<string | number | boolean> = kind(
  "a text, a number, true or false",
  (value) =>
    typeof value === "string" || typeof value === "boolean" || isFiniteNumber(value)
      ? value
      : undefined,
);

const customSignal: z.ZodType<CustomSignalConfig> = section({
  name: textLike(
    'lower case letters, digits and "-" between them',
    (value) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value) && value.length <= 64,
  ),
  file: text,
  weight: weight.default(1),
  parameters: mapOf(parameter).transform((values) => Object.fromEntries(values)).prefault({}),
});

const BUILT_IN = [
  "spread-tightening",
  "volume-onset",
  "mean-reversion",
  "volatility-squeeze",
  "price-momentum",
];

/** The keys of `signals`. */
export const momentumSignals: z.ZodType<SignalsConfig> = section({
  spreadTightening: spreadTightening.prefault({}),
  volumeOnset: volumeOnset.prefault({}),
  meanReversion: meanReversion.prefault({}),
  volatilitySqueeze: volatilitySqueeze.prefault({}),
  priceMomentum: priceMomentum.prefault({}),
  custom: listOf(customSignal).check(namesDiffer).prefault([]),
});

function namesDiffer({ value, issues }: z.core.ParsePayload<readonly CustomSignalConfig[]>): void {
  const taken = new Set(BUILT_IN);
  for (const [index, { name }] of value.entries()) {
    if (taken.has(name)) {
      const message = "a name that no other signal has";
      issues.push({ code: "custom", message, path: [index, "name"], input: name });
    }
    taken.add(name);
  }
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

import type { CustomSignalConfig } from "@ssmd/backtest";
import type { FeeRounding } from "@ssmd/kalshi";
import type { SourceOptions } from "./backtest_source.ts";

/** What runs have in common beside their configurations, as plain data. */
export interface MomentumRunsOptions extends SourceOptions {
  /** How runs compute. */
  readonly profile: "default" | "original";
  /** Files with REST objects; without, what captures recorded beside the streams. */
  readonly markets?: readonly string[];
  /** How fees are rounded in profile `default`. Default `direct`. */
  readonly fees?: FeeRounding;
  /** The configuration's file: signals of the user are found relative to it. */
  readonly configFile: string;
  /** The signals of the user that the configurations name. */
  readonly signals: readonly CustomSignalConfig[];
}

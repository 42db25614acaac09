import type { FeeRounding } from "@ssmd/kalshi";
import type { CommonOptions } from "../command_context.ts";
import type { SourceOptions } from "./backtest_source.ts";
import type { CacheOptions } from "./cache_options.ts";

/** Options of `ssmd backtest`, as the command line gives them. */
export interface BacktestCommandOptions extends CommonOptions, SourceOptions, CacheOptions {
  /** The strategy's name. Default `momentum` with `config`, else it has to be given. */
  readonly strategy?: "momentum" | "favourite";
  /** The momentum engine's configuration. */
  readonly config?: string;
  /** How the momentum engine computes. */
  readonly profile: "default" | "original";
  /** Files with REST objects; without, what captures recorded beside the streams. */
  readonly markets?: readonly string[];
  /** When the favourite is bought. */
  readonly beforeClose?: string;
  /** How many contracts of the favourite are bought. */
  readonly contracts?: string;
  /** How fees are rounded. */
  readonly fees: FeeRounding;
  /** Dollars at the start, for the favourite. */
  readonly balance?: string;
  /** Name of the result's folder. */
  readonly runId?: string;
  /** Where the result's folder is made. */
  readonly out: string;
}

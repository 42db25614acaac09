import { SsmdError } from "@ssmd/core";
import type { FeeRounding } from "@ssmd/kalshi";
import { type CacheOptions, openCache } from "../backtest/cache_options.ts";
import { runFavourite } from "../backtest/favourite_backtest.ts";
import { runMomentum } from "../backtest/momentum_backtest.ts";
import type { CommandContext, CommonOptions } from "../command_context.ts";
import type { SourceOptions } from "../backtest/backtest_source.ts";

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

/** `ssmd backtest`: runs a strategy over an archive and writes its result. */
export async function backtest(
  options: BacktestCommandOptions,
  context: CommandContext,
): Promise<number> {
  const { strategy = options.config === undefined ? undefined : "momentum", config } = options;
  if (strategy === undefined) {
    throw usage("which strategy? --config FILE for momentum, or --strategy favourite");
  }
  const cache = openCache(options, context);
  if (strategy === "favourite") {
    if (config !== undefined) throw usage("--config is for --strategy momentum");
    if (options.profile === "original") {
      throw usage("--profile original is for --strategy momentum");
    }
    return await runFavourite(options, cache, context);
  }
  if (config === undefined) throw usage("--strategy momentum needs --config FILE");
  for (const name of ["beforeClose", "contracts", "balance"] as const) {
    if (options[name] === undefined) continue;
    const flag = name === "beforeClose" ? "before-close" : name;
    throw usage(`--${flag} is for --strategy favourite; momentum has it in its --config`);
  }
  return await runMomentum({ ...options, config }, cache, context);
}

function usage(problem: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot backtest: ${problem}`);
}

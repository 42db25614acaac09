import { SsmdError } from "@ssmd/core";
import type { BacktestCommandOptions } from "../backtest/backtest_command_options.ts";
import { openCache } from "../backtest/cache_options.ts";
import { runFavourite } from "../backtest/favourite_backtest.ts";
import { runMomentum } from "../backtest/momentum_backtest.ts";
import type { CommandContext } from "../command_context.ts";

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

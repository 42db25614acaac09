import { Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { feesOption, profileOption, reading } from "./backtest_commands.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd sweep`. */
export function sweepCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(sweepCommand(context, exit));
}

function sweepCommand(context: CommandContext, exit: ExitCode): Command {
  return reading(
    new Command("sweep").description(
      "Run a momentum configuration with every combination of a grid's values, each as a backtest of its own, and say what the best of so many is worth. What is finished is kept: the same command goes on with a sweep that was stopped.",
    ),
  )
    .requiredOption("--config <file>", "the base configuration, as ssmd backtest takes it")
    .requiredOption(
      "--grid <file>",
      "paths of the configuration with the values to try, in YAML: positions.takeProfitCents: [3, 5, 8], or {from: 0.1, to: 0.3, step: 0.05}",
    )
    .addOption(profileOption())
    .addOption(feesOption())
    .option(
      "--walk-forward <lengths>",
      "choose the best on some days and test it on the next, again and again: train=3d,test=1d or train=3d,test=1d,step=1d",
    )
    .addOption(
      new Option("--metric <name>", "by what the best is chosen; the Sharpe ratio is one a trade")
        .choices(["pnl", "sharpe"]).default("pnl"),
    )
    .option("--jobs <n>", "how many threads (default: one for each core)")
    .option(
      "--per-pass <n>",
      "how many trials at most share one reading of the data: more cost less, fewer lose less when stopped",
      "50",
    )
    .option("--max-trials <n>", "refuse a grid of more trials", "1000")
    .option("--keep-runs", "keep the run folder of every trial, not of the best alone")
    .requiredOption("--out <dir>", "where the sweep's folder is made")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd sweep --archive ./archive --config momentum.yaml --grid grid.yaml --out ./sweeps",
        "ssmd sweep --archive ./archive --config momentum.yaml --grid grid.yaml --walk-forward train=3d,test=1d --out ./sweeps",
      ]),
    )
    .action(async (options) => {
      const { sweep } = await import("../commands/sweep.ts");
      exit(await sweep(options, context));
    });
}

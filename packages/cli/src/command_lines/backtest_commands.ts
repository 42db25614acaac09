import { Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd backtest`, `ssmd explain` and `ssmd compare`. */
export function backtestCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(backtestCommand(context, exit));
  ssmd.addCommand(explainCommand(context, exit));
  ssmd.addCommand(compareCommand(context, exit));
}

function explainCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("explain")
    .description("Tell why a trade was made: signals, window values, the book, the fee arithmetic")
    .argument("<run>", "the run's folder, or its id below --out")
    .argument("<trade>", "the trade's line in trades.jsonl, from 1")
    .option("--out <dir>", "where runs are", ".")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd explain ./results/3f9a1c0de8b27745 12",
        "ssmd explain my-run 1 --out ./results",
      ]),
    )
    .action(async (run, trade, options) => {
      const { explain } = await import("../commands/explain.ts");
      exit(await explain(run, trade, options, context));
    });
}

function compareCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("compare")
    .description("Tell in what two runs differ: configuration, data, assumptions, figures, trades")
    .argument("<run>", "a run's folder, or its id below --out")
    .argument("<other>", "another one")
    .option("--out <dir>", "where runs are", ".")
    .option("--json", JSON_HELP)
    .addHelpText("after", examples(["ssmd compare base tighter-stops --out ./results"]))
    .action(async (run, other, options) => {
      const { compare } = await import("../commands/compare.ts");
      exit(await compare(run, other, options, context));
    });
}

function backtestCommand(context: CommandContext, exit: ExitCode): Command {
  return reading(
    new Command("backtest").description(
      "Trade a strategy against recorded markets, with Kalshi's fees, to settlement",
    ),
  )
    .option("--config <file>", "the momentum engine's configuration, in YAML")
    .addOption(
      new Option(
        "--strategy <name>",
        "momentum: as --config says; favourite: buy the favourite before the close and hold it (default: momentum)",
      ).choices(["momentum", "favourite"]),
    )
    .addOption(profileOption())
    .addOption(feesOption())
    .option("--before-close <duration>", "favourite: when it is bought (default: 300s)")
    .option("--contracts <n>", "favourite: how many contracts are bought (default: 10)")
    .option("--balance <dollars>", "favourite: what the account starts with (default: 10000)")
    .option(
      "--run-id <id>",
      "name of the result's folder (default: hash of data, configuration and engine)",
    )
    .requiredOption("--out <dir>", "where the result's folder is made")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd backtest --archive ./archive --config momentum.yaml --out ./results",
        "ssmd backtest --archive ./days --config momentum.yaml --from 2026-01-20 --to 2026-01-29 --out ./results",
        "ssmd backtest --archive ./days --config momentum.yaml --profile original --out ./results",
        "ssmd backtest --archive ./archive --strategy favourite --markets event.json --out ./results",
      ]),
    )
    .action(async (options) => {
      const { backtest } = await import("../commands/backtest.ts");
      exit(await backtest(options, context));
    });
}

/** What is read, by every command that runs strategies. */
export function reading(command: Command): Command {
  return command
    .requiredOption("--archive <dir>", "the archive's folder, or a plain {YYYY-MM-DD}/*.jsonl.gz")
    .option("--stream <name>", "only this stream of the archive")
    .option("--from <day>", "from this day on, YYYY-MM-DD (UTC)")
    .option("--to <day>", "up to this day, included")
    .option("--dates <days>", "these days alone, separated by commas")
    .option(
      "--markets <file...>",
      "REST event, market or series objects as Kalshi answers them, JSON or one a line in .jsonl (default: the markets.jsonl that a capture left beside its stream)",
    )
    .option(
      "--cache <dir>",
      "where decoded columns are kept for the next run (default: the user's)",
    )
    .option("--no-cache", "keep nothing and use nothing that was kept")
    .option("--cache-size <size>", "the most that is kept, such as 8GiB (default: 4GiB)");
}

/** How the momentum engine computes. */
export function profileOption(): Option {
  return new Option(
    "--profile <name>",
    "default: against books and quotes, honest; original: as the original engine did, to the byte",
  ).choices(["default", "original"]).default("default");
}

/** How fees are rounded. */
export function feesOption(): Option {
  return new Option(
    "--fees <rounding>",
    "direct: to $0.0001 a fill, as charged since August 2026; cent: each fill up to a cent; cent-per-order: each order up to a cent",
  ).choices(["cent", "cent-per-order", "direct"]).default("direct");
}

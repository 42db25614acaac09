import { Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import { backtest } from "../commands/backtest.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd backtest`. */
export function backtestCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(backtestCommand(context, exit));
}

function backtestCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("backtest")
    .description("Trade a strategy against the recorded books, with Kalshi's fees, to settlement")
    .requiredOption("--archive <dir>", "the archive's folder")
    .addOption(
      new Option("--strategy <name>", "favourite: buy the favourite before the close and hold it")
        .choices(["favourite"]).makeOptionMandatory(),
    )
    .option(
      "--markets <file...>",
      "REST event, market or series objects as Kalshi answers them, JSON or one a line in .jsonl (default: the markets.jsonl that a capture left beside its stream)",
    )
    .option("--before-close <duration>", "when the favourite is bought", "300s")
    .option("--contracts <n>", "how many contracts are bought", "10")
    .addOption(
      new Option(
        "--fees <rounding>",
        "direct: to $0.0001 a fill, as charged since August 2026; cent: each fill up to a cent; cent-per-order: each order up to a cent",
      ).choices(["cent", "cent-per-order", "direct"]).default("direct"),
    )
    .option("--balance <dollars>", "what the account starts with", "10000")
    .option(
      "--run-id <id>",
      "name of the result's folder (default: hash of data, configuration and engine)",
    )
    .option("--stream <name>", "only this stream of the archive")
    .requiredOption("--out <dir>", "where the result's folder is made")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd backtest --archive ./archive --strategy favourite --markets event.json --out ./results",
        "ssmd backtest --archive ./archive --strategy favourite --markets events/*.json --before-close 60s --fees cent --out ./results",
      ]),
    )
    .action(async (options) => exit(await backtest(options, context)));
}

import { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd book` and `ssmd candles`. */
export function marketCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(bookCommand(context, exit));
  ssmd.addCommand(candlesCommand(context, exit));
}

function bookCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("book")
    .description("Show a market's order book at a moment")
    .argument("<ticker>", "the market")
    .requiredOption(
      "--at <time>",
      "the moment, ISO 8601 with a zone or epoch milliseconds; what was received at it counts",
    )
    .requiredOption("--archive <dir>", "the archive's folder")
    .option("--depth <n>", "levels per side (default: 10 in the picture, all in JSON)")
    .option("--hash", "give the SHA-256 of the book's canonical text")
    .option("--stream <name>", "only this stream of the archive")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd book KXGOLD15M-26AUG102300-00 --at 2026-08-11T02:55:00Z --archive ./archive",
        "ssmd book KXGOLD15M-26AUG102300-00 --at 1786416900000 --archive ./archive --hash --json",
      ]),
    )
    .action(async (ticker, options) => {
      const { book } = await import("../commands/book.ts");
      exit(await book(ticker, options, context));
    });
}

function candlesCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("candles")
    .description("Aggregate a market's trades by the exchange's time")
    .argument("<ticker>", "the market")
    .requiredOption("--archive <dir>", "the archive's folder")
    .option("--interval <duration>", "length of a candle: 60s, 5m, 1h, 1d", "60s")
    .option("--stream <name>", "only this stream of the archive")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd candles KXGOLD15M-26AUG102300-00 --archive ./archive",
        "ssmd candles KXGOLD15M-26AUG102300-00 --archive ./archive --interval 5m --json",
      ]),
    )
    .action(async (ticker, options) => {
      const { candles } = await import("../commands/candles.ts");
      exit(await candles(ticker, options, context));
    });
}

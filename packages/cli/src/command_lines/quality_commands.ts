import { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd dq`. */
export function qualityCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(
    new Command("dq")
      .description(
        "Say of each day what its data are worth: what is missing, damaged, crossed, late or odd; exits with 1 when a day is corrupt, a file cannot be read, or there are no data",
      )
      .argument("<dir>", "the archive's folder, or a folder of days {YYYY-MM-DD}/*.jsonl.gz")
      .option("--from <day>", "the first day, YYYY-MM-DD in UTC (default: the first there is)")
      .option("--to <day>", "the last day, included (default: the last there is)")
      .option("--dates <days>", "only these days, separated by commas")
      .option("--stream <name>", "only this stream of the archive")
      .option("--json", JSON_HELP)
      .addHelpText(
        "after",
        examples([
          "ssmd dq ./archive",
          "ssmd dq ./archive --from 2026-08-01 --to 2026-08-31",
          "ssmd dq ./archive --dates 2026-08-11 --stream books --json",
        ]),
      )
      .action(async (dir, options) => {
        const { dq } = await import("../commands/dq.ts");
        exit(await dq(dir, options, context));
      }),
  );
}

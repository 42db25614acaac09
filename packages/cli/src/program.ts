import { Command } from "commander";
import type { CommandContext } from "./command_context.ts";
import { archiveCommands } from "./command_lines/archive_commands.ts";
import { backtestCommands } from "./command_lines/backtest_commands.ts";
import { examples } from "./command_lines/command_help.ts";
import { helpLayout } from "./command_lines/help_layout.ts";
import { liveCommands } from "./command_lines/live_commands.ts";
import { marketCommands } from "./command_lines/market_commands.ts";
import { qualityCommands } from "./command_lines/quality_commands.ts";
import { sweepCommands } from "./command_lines/sweep_commands.ts";
import { type ExitCode, oneLine } from "./exit_code.ts";
import { VERSION } from "./version.ts";

/**
 * The command line of `ssmd`. Nothing in it exits the process. What a command does is imported when it
 * is run: reading all of it takes longer than printing help.
 */
export function program(context: CommandContext, exit: ExitCode): Command {
  const ssmd = new Command("ssmd")
    .description("Keep prediction-market data, prove what was kept, replay and backtest it.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.err(text),
      getOutHelpWidth: () => context.terminal.columns,
      getErrHelpWidth: () => context.terminal.columns,
      outputError: (text, write) =>
        write(`ssmd: ${oneLine(text.replace(/^error: /, ""))}; --help tells what is possible
`),
    })
    .configureHelp(helpLayout)
    .addHelpText("after", examples(["ssmd demo", "ssmd archive import --help"]))
    .exitOverride();
  archiveCommands(ssmd, context, exit);
  marketCommands(ssmd, context, exit);
  qualityCommands(ssmd, context, exit);
  backtestCommands(ssmd, context, exit);
  sweepCommands(ssmd, context, exit);
  liveCommands(ssmd, context, exit);
  for (const command of everyCommand(ssmd)) inherit(ssmd, command);
  return ssmd;
}

/** `addCommand` does not hand settings down, so every command gets those of the root. */
function inherit(root: Command, command: Command): void {
  if (command !== root) command.copyInheritedSettings(root).helpOption("-h, --help", "print help");
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

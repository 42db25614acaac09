import { CommanderError } from "commander";
import { type CommandContext, EXIT_DONE, EXIT_USAGE } from "./command_context.ts";
import { exitCodeOf } from "./exit_code.ts";
import { program } from "./program.ts";

/**
 * Runs one command line, without the words that started the program, and gives its exit code. What
 * goes wrong becomes one line on the standard error; nothing is thrown.
 */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  let exitCode: number = EXIT_DONE;
  try {
    await program(context, (code) => exitCode = code).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has written its own line, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (isAbort(error, context.signal)) {
      context.terminal.err("ssmd: stopped; nothing unfinished was kept\n");
      return EXIT_USAGE;
    }
    const { code, message } = exitCodeOf(error);
    context.terminal.err(`ssmd: ${message}\n`);
    return code;
  }
}

/** Whether a command ended because it was told to; what else went wrong meanwhile is to be said. */
function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted &&
    (error === signal.reason || (error instanceof Error && error.name === "AbortError"));
}

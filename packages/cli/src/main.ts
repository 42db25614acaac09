import { messageOf } from "@ssmd/core";
import { EXIT_DONE, EXIT_USAGE } from "./command_context.ts";
import { oneLine } from "./exit_code.ts";
import { runCommand } from "./run_command.ts";
import { processTerminal } from "./ui/terminal.ts";

// The one place that exits the process.
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const abort = new AbortController();
let signalCode: number | undefined;
let outlivesOutput = false;
let isOutputLost = false;
let isEnded = false;
let isCrashed = false;
let isIdle = false;
const terminal = processTerminal((error) => {
  if (error.code === "EPIPE") {
    // The reader of a pipe has gone (`ssmd archive cat … | head`): there is nobody to tell.
    if (!outlivesOutput) exit(EXIT_DONE);
    return abort.abort(new DOMException("nobody reads the output", "AbortError"));
  }
  if (!isOutputLost) {
    const rest = outlivesOutput ? "; lines are lost until it can be" : "";
    terminal.err(`ssmd: The output cannot be written: ${oneLine(messageOf(error))}${rest}\n`);
  }
  isOutputLost = true;
  if (!outlivesOutput) exit(EXIT_USAGE);
});
process.on("uncaughtExceptionMonitor", () => isCrashed = true);
process.on("beforeExit", () => isIdle = true);
process.on("exit", () => {
  // Of an error that nobody caught the runtime tells, with an exit code of its own.
  if (isEnded || isCrashed) return;
  // A signal's file is code of the user: without this its process.exit() would look like a success.
  const why = isIdle
    ? "it waits for something that cannot come"
    : "a signal's file must not call process.exit";
  terminal.err(
    `${terminal.live ? "\n" : ""}ssmd: The program ended before its command was done; ${why}\n`,
  );
  process.exitCode = EXIT_USAGE;
});
for (const [name, code] of Object.entries(SIGNAL_CODES)) {
  process.on(name, () => {
    // The first signal drains; a second one of an impatient user ends the process at once.
    if (signalCode !== undefined) exit(code);
    signalCode = code;
    abort.abort(new DOMException(`stopped by ${name}`, "AbortError"));
  });
}

const exitCode = await runCommand(process.argv.slice(2), {
  terminal,
  stdin: process.stdin,
  env: process.env,
  signal: abort.signal,
  outliveOutput: () => outlivesOutput = true,
});
isEnded = true;
// Everything is drained; a read of the standard input that nobody awaits would keep Deno alive. What
// came to its end all the same, or is meant to be ended by a signal, says so by its exit code.
if (abort.signal.aborted) exit(exitCode === EXIT_DONE ? EXIT_DONE : signalCode ?? exitCode);
process.exitCode = exitCode;

function exit(code: number): never {
  isEnded = true;
  process.exit(code);
}

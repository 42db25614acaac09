import { EXIT_DONE } from "./command_context.ts";
import { runCommand } from "./run_command.ts";
import { processTerminal } from "./ui/terminal.ts";

// The one place that exits the process.
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal = processTerminal();
const abort = new AbortController();
let signalCode: number | undefined;
for (const [name, code] of Object.entries(SIGNAL_CODES)) {
  process.on(name, () => {
    // The first signal drains; a second one of an impatient user ends the process at once.
    if (signalCode !== undefined) process.exit(code);
    signalCode = code;
    abort.abort(new DOMException(`stopped by ${name}`, "AbortError"));
  });
}
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has gone (`ssmd archive cat … | head`): there is nobody to tell.
  if (error.code === "EPIPE") process.exit(EXIT_DONE);
  throw error;
});

const context = { terminal, stdin: process.stdin, env: process.env, signal: abort.signal };
const exitCode = await runCommand(process.argv.slice(2), context);
// Everything is drained; a read of the standard input that nobody awaits would keep Deno alive. What
// came to its end all the same, or is meant to be ended by a signal, says so by its exit code.
if (signalCode !== undefined) process.exit(exitCode === EXIT_DONE ? EXIT_DONE : signalCode);
process.exitCode = exitCode;

/**
 * The `ssmd` command as a library: the same commands, writing to a terminal that is handed in and
 * exiting nothing.
 *
 * Every line here is public API.
 * @module
 */
export type { CommandContext } from "./command_context.ts";
export { runCommand } from "./run_command.ts";
export type { Terminal } from "./ui/terminal.ts";

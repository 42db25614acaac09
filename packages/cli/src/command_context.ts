import type { Readable } from "node:stream";
import { paragraph } from "./ui/table.ts";
import type { Terminal } from "./ui/terminal.ts";

/** The exit code of a command that did what was asked. */
export const EXIT_DONE = 0;
/** The exit code when the data is bad. */
export const EXIT_BAD_DATA = 1;
/** The exit code for wrong usage or input. */
export const EXIT_USAGE = 2;

/** What a command runs with. */
export interface CommandContext {
  /** Where it writes. */
  readonly terminal: Terminal;
  /** The standard input. */
  readonly stdin: Readable;
  /** Variables of the environment; secrets are looked up in it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM: the command drains and ends. */
  readonly signal: AbortSignal;
  /**
   * Called by a command that does more than write a result: from then on it goes on when its output
   * cannot be written, and drains when nobody reads that any more.
   */
  readonly outliveOutput?: () => void;
}

/** What every command takes. */
export interface CommonOptions {
  /** Whether the result is written as one JSON value. */
  readonly json?: boolean;
}

/** Writes a result as one JSON value. */
export function writeJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes what the reader should not miss, beside the result: one line, wrapped on a terminal. */
export function warn(terminal: Terminal, text: string): void {
  const line = `warning: ${text}`;
  terminal.err(terminal.live ? paragraph(line, terminal.columns - 2) : `${line}\n`);
}

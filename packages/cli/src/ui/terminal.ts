import { styleText } from "node:util";

/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** Writes to the standard output: the result, and nothing else. */
  out(text: string): void;
  /** Writes to the standard error: progress, warnings, errors. */
  err(text: string): void;
  /** Columns of the standard output; 80 when it is no terminal. */
  readonly columns: number;
  /** Whether the standard output takes colours. */
  readonly color: boolean;
  /** Whether the standard error is a terminal on which a line can be redrawn. */
  readonly live: boolean;
  /** Whether the standard output is no terminal: a file or another program reads it. */
  readonly piped: boolean;
}

/** Styles that commands use. */
export type Style = "bold" | "dim" | "green" | "red" | "yellow";

/** `text` in `style` where the terminal takes colours. */
export function styled(terminal: Terminal, style: Style, text: string): string {
  return terminal.color ? styleText(style, text, { validateStream: false }) : text;
}

/**
 * The terminal of this process. What cannot be written on the standard output is lost, and
 * `onLost` hears why; of the standard error nobody is left to be told.
 */
export function processTerminal(onLost: (error: NodeJS.ErrnoException) => void): Terminal {
  const { stdout, stderr, env } = process;
  return {
    out: writerOf(stdout, onLost),
    err: writerOf(stderr, () => {}),
    columns: stdout.isTTY ? stdout.columns || 80 : columnsFrom(env["COLUMNS"]),
    color: stdout.isTTY === true && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb",
    live: stderr.isTTY === true,
    piped: stdout.isTTY !== true,
  };
}

function writerOf(
  stream: NodeJS.WriteStream,
  onLost: (error: NodeJS.ErrnoException) => void,
): (text: string) => void {
  stream.on("error", onLost);
  return (text) => {
    try {
      stream.write(text);
    } catch (error) {
      // Deno throws where others emit.
      onLost(error as NodeJS.ErrnoException);
    }
  };
}

function columnsFrom(text: string | undefined): number {
  const columns = Number(text);
  return Number.isInteger(columns) && columns >= 20 ? columns : 80;
}

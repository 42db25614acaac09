import type { Terminal } from "./terminal.ts";

/** A part of a status line. */
export interface StatusPart {
  /** What it says, without line breaks. */
  readonly text: string;
  /** Parts with a higher number are left out first when the terminal is narrow; 0 never. */
  readonly droppable: number;
}

const GAP = " · ";

/** Joins parts within `width` characters; what still does not fit is cut at its end. */
export function fitParts(parts: readonly StatusPart[], width: number): string {
  let shown = parts.filter(({ text }) => text !== "");
  const join = (): string => shown.map(({ text }) => text).join(GAP);
  while (join().length > width) {
    const worst = Math.max(...shown.map(({ droppable }) => droppable));
    if (worst === 0) break;
    shown = shown.filter(({ droppable }) => droppable !== worst);
  }
  const line = join();
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}

/** One line at the end of a terminal that is drawn again and again; lines above it stay. */
export class StatusLine {
  readonly #terminal: Terminal;
  #shown = false;

  /** Draws on the standard error, and nothing unless that is a terminal. */
  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Replaces the line. */
  draw(parts: readonly StatusPart[]): void {
    if (!this.#terminal.live) return;
    // The last column stays free: a full line would wrap and could not be taken back.
    this.#terminal.err(`\r\u001b[K${fitParts(parts, this.#terminal.columns - 1)}`);
    this.#shown = true;
  }

  /** Writes whole lines above the status line, which comes back with the next {@link draw}. */
  print(text: string): void {
    this.clear();
    this.#terminal.err(text);
  }

  /** Takes the line away; twice is safe. */
  clear(): void {
    if (this.#shown) this.#terminal.err("\r\u001b[K");
    this.#shown = false;
  }
}

import { type Clock, formatIsoTime } from "@ssmd/core";
import type { StatusLine } from "../ui/status_line.ts";
import { styled, type Terminal } from "../ui/terminal.ts";

/** How much a log line matters. */
export type LogLevel = "info" | "warn" | "error";

/** What a log line says beside its event. Values that are `undefined` are left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes what happens during a capture: JSON lines for programs, sentences on a terminal. */
export class CaptureLog {
  readonly #terminal: Terminal;
  readonly #status: StatusLine;
  readonly #clock: Clock;
  readonly #json: boolean;

  /** With `json` every line is one JSON object on the standard output. */
  constructor(terminal: Terminal, status: StatusLine, clock: Clock, json: boolean) {
    this.#terminal = terminal;
    this.#status = status;
    this.#clock = clock;
    this.#json = json;
  }

  /** Writes one line; `event` is a word that programs compare. */
  write(level: LogLevel, event: string, fields: LogFields = {}): void {
    const time = formatIsoTime(this.#clock.now());
    if (this.#json) {
      this.#status.clear();
      this.#terminal.out(`${JSON.stringify({ time, level, event, ...fields })}\n`);
      return;
    }
    const { reason, session: _, ...others } = fields;
    const title = event.replaceAll("_", " ");
    const words = [reason === undefined ? title : `${title}: ${shown(reason)}`];
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) words.push(`${spaced(name)} ${shown(value)}`);
    }
    // Some of it are words of whoever answered, and not for the terminal to obey.
    const text = words.join(", ").replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ");
    const coloured = level === "info"
      ? text
      : styled(this.#terminal, level === "warn" ? "yellow" : "red", text);
    this.#status.print(`${time.slice(11, 19)}  ${coloured}\n`);
  }

  /** For programs only: too frequent for people, who see the status line. */
  note(event: string, fields: LogFields): void {
    if (this.#json) this.write("info", event, fields);
  }
}

/** `retryInMs` → `retry in ms`. */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length > 3) {
    return `${value.slice(0, 3).join(" ")} … (${value.length})`;
  }
  return Array.isArray(value) ? value.join(" ") : JSON.stringify(value);
}

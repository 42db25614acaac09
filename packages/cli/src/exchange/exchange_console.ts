import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { messageOf } from "@ssmd/core";
import type { KalshiExchange } from "@ssmd/kalshi/server";
import { parseTime } from "../arguments.ts";

/** What can be typed, for people. */
export const CONSOLE_HELP = "Type p to pause, r to run, s TIME to go to a time, q to quit.";

/** Moves an exchange by the lines of a standard input. */
export class ExchangeConsole {
  /** Resolves when somebody typed `q`. */
  readonly quit: Promise<void>;
  readonly #stdin: Readable;
  readonly #lines: ReturnType<typeof createInterface>;
  #last: Promise<void> = Promise.resolve();

  /** Reads from now on; what is said about it goes to `tell`, whole lines without their end. */
  constructor(stdin: Readable, exchange: KalshiExchange, tell: (line: string) => void) {
    this.#stdin = stdin;
    this.#lines = createInterface({ input: stdin, terminal: false });
    this.quit = new Promise((resolve) => {
      this.#lines.on("line", (line) => {
        // One after the other: a seek takes its time.
        this.#last = this.#last.then(async () => {
          const word = line.trim();
          if (word === "q") resolve();
          else if (word !== "") tell(await obey(word, exchange));
        });
      });
    });
  }

  /** Reads no more; twice is safe. */
  close(): void {
    this.#lines.close();
    this.#stdin.destroy();
  }
}

async function obey(line: string, exchange: KalshiExchange): Promise<string> {
  const [word, ...rest] = line.split(/\s+/);
  try {
    if (word === "p") {
      exchange.pause();
      return "Paused.";
    }
    if (word === "r") {
      exchange.resume();
      return "Running.";
    }
    if (word === "s" && rest.length > 0) {
      await exchange.seek(parseTime(rest.join(" ")));
      return "There.";
    }
    return CONSOLE_HELP;
  } catch (error) {
    // A wrong time is no reason to end.
    return messageOf(error);
  }
}

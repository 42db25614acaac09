import type { Terminal } from "./terminal.ts";

const REDRAW_MS = 100;
const QUIET_MS = 500;

/**
 * One redrawn line with percentage and time left, on a terminal only, for work that takes longer
 * than half a second. Call {@link done} before anything else is written.
 */
export class Progress {
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #started = performance.now();
  #drawn = 0;
  #visible = false;

  /** `label` says what is going on, for example `Importing`. */
  constructor(terminal: Terminal, label: string) {
    this.#terminal = terminal;
    this.#label = label;
  }

  /**
   * Says how much of how much is done, in any one unit. `detail` is asked for when the line is drawn,
   * with the seconds since the beginning; it is cut where the line ends.
   */
  readonly update = (
    done: number,
    total: number,
    detail?: (seconds: number) => string,
  ): void => {
    const now = performance.now();
    if (!this.#terminal.live || now - this.#started < QUIET_MS || now - this.#drawn < REDRAW_MS) {
      return;
    }
    this.#drawn = now;
    this.#visible = true;
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const left = share < 0.01 ? "" : `, ${duration((now - this.#started) * (1 / share - 1))} left`;
    const note = detail === undefined ? "" : `, ${detail((now - this.#started) / 1000)}`;
    const line = `${this.#label} ${Math.floor(share * 100)} %${left}${note}`;
    this.#terminal.err(`\r\u001b[K${line.slice(0, this.#terminal.columns - 1)}`);
  };

  /** Removes the line; twice is safe. */
  done(): void {
    if (this.#visible) this.#terminal.err("\r\u001b[K");
    this.#visible = false;
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

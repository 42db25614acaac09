import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EpochMicros } from "@ssmd/core";

/** Digits of a time in milliseconds since 1970, until the year 2286. */
const DIGITS = 13;
/** How often the other process looks at the time. */
const LOOK_MS = 10;

/**
 * The time of a made-up exchange as the wall clock of another process: market time that runs faster
 * than ours. The threads of that process keep the machine's time.
 */
export class MarketTime {
  /** The module that the other process loads first. */
  readonly preload: URL;
  readonly #file: number;

  /** Begins at `start`; keeps two files in `folder`. */
  constructor(folder: string, start: EpochMicros) {
    const path = join(folder, "market_time");
    this.#file = openSync(path, "w+");
    this.tell(start);
    const preload = join(folder, "market_time.mjs");
    writeFileSync(preload, preloadText(path));
    this.preload = pathToFileURL(preload);
  }

  /** It is `time` now; the other process knows within a few milliseconds. */
  tell(time: EpochMicros): void {
    // As many bytes each time, in one write: a reader never sees a half of it.
    const digits = String(Math.floor(time / 1000)).padStart(DIGITS, "0");
    // As bytes: of a text's place Deno takes no notice.
    writeSync(this.#file, new TextEncoder().encode(digits), 0, DIGITS, 0);
  }

  /** Closes the file; the other process is left with the last time. */
  close(): void {
    closeSync(this.#file);
  }
}

function preloadText(path: string): string {
  return `import { Buffer } from "node:buffer";
import { openSync, readSync } from "node:fs";
import { setInterval } from "node:timers";
import { isMainThread } from "node:worker_threads";
if (isMainThread) {
  const file = openSync(${JSON.stringify(path)}, "r");
  const digits = Buffer.alloc(${DIGITS});
  let now = 0;
  const look = () => {
    readSync(file, digits, 0, ${DIGITS}, 0);
    now = Number(digits.toString());
  };
  look();
  setInterval(look, ${LOOK_MS}).unref();
  Date.now = () => now;
}
`;
}

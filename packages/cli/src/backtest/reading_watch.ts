import type { ArchiveFile } from "@ssmd/core";
import type { ReadingProgress } from "./profile_runs.ts";

/** What a replay tells of itself, put together. */
export class ReadingWatch {
  readonly #onProgress: ((progress: ReadingProgress) => void) | undefined;
  #where = "";

  /** Tells `onProgress`, if anybody wants to know. */
  constructor(onProgress: ((progress: ReadingProgress) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  /** The options of a replay that make it tell; `records` says how many it has read. */
  options(records: () => number): {
    readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
    readonly onFile?: (file: ArchiveFile, from: "archive" | "cache") => void;
  } {
    const onProgress = this.#onProgress;
    if (onProgress === undefined) return {};
    return {
      onProgress: (doneBytes, totalBytes) =>
        onProgress({ doneBytes, totalBytes, records: records(), where: this.#where }),
      onFile: ({ path }, from) => {
        this.#where = from === "cache" ? `${path} (cache)` : path;
      },
    };
  }
}

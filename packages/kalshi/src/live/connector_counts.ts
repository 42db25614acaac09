import type { ConnectorHealth } from "@ssmd/core";

/** What a connector counts, of all its connections and since its start. */
export class ConnectorCounts {
  /** Frames handed over. */
  frames = 0;
  /** Their bytes. */
  bytes = 0;
  /** Connections made again after a loss. */
  reconnects = 0;
  /** Frames whose number had just been seen. */
  duplicates = 0;
  /** Frames that came after a later one. */
  late = 0;
  readonly #errors = new Map<string, number>();

  /** Counts an error reply by its code, or something else that was wrong by a word. */
  error(what: string): void {
    this.#errors.set(what, (this.#errors.get(what) ?? 0) + 1);
  }

  /** A copy of all counts. */
  values(): Pick<
    ConnectorHealth,
    "frames" | "bytes" | "reconnects" | "duplicates" | "late" | "errors"
  > {
    const { frames, bytes, reconnects, duplicates, late } = this;
    return {
      frames,
      bytes,
      reconnects,
      duplicates,
      late,
      errors: Object.fromEntries(this.#errors),
    };
  }
}

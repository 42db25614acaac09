import { type Clock, messageOf } from "@ssmd/core";
import type { JsonObject } from "../wire/json_object.ts";
import { lineProblem, objectLine } from "./object_line.ts";

/**
 * Where lines go: one or more whole lines, newlines included. Resolves when they are written; when it
 * rejects, nothing of them may be left at the end of the file, since they are offered again.
 */
export type AppendLines = (lines: Uint8Array) => Promise<void>;

/** Writes REST objects as lines, except those that would make the file unreadable. */
export class ObjectWriter {
  /** Objects that were left out. */
  unusable = 0;
  /** Why the last one was left out. */
  lastProblem: string | undefined;
  readonly #append: AppendLines;
  readonly #clock: Clock;

  /** Hands lines to `append`, each with the time of `clock`. */
  constructor(append: AppendLines, clock: Clock) {
    this.#append = append;
    this.#clock = clock;
  }

  /**
   * Writes all that are usable in one go, as received now, and gives their number. Rejects with what
   * `append` does.
   */
  async write(envelopes: readonly JsonObject[]): Promise<number> {
    const now = this.#clock.now();
    const lines = envelopes.filter((envelope) => this.isUsable(envelope))
      .map((envelope) => objectLine(envelope, now));
    if (lines.length > 0) await this.#append(Buffer.concat(lines));
    return lines.length;
  }

  /** Whether `envelope` can be read back; counts it when not. */
  isUsable(envelope: JsonObject): boolean {
    const problem = lineProblem(envelope);
    if (problem === undefined) return true;
    this.unusable++;
    this.lastProblem = messageOf(problem);
    return false;
  }
}

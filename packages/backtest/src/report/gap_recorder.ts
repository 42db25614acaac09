import { type EpochMicros, type EventBatch, EventKind, type Gap } from "@ssmd/core";
import type { RowFollower } from "../backtest_options.ts";
import type { PlotBand } from "./plot_point.ts";

/** A stretch that the data lack, for plots and lists. */
export interface GapBand extends PlotBand {
  /** Why frames are missing. */
  readonly reason: Gap["reason"];
  /** The markets that may have lost a frame; absent means every market. */
  readonly markets?: readonly string[];
}

const KEPT = 5000;

/**
 * Keeps when the data lack something: the gaps that the recording knows of. A hole in the exchange's
 * numbers has no length in time: its band is the moment at which it became known.
 */
export class GapRecorder implements RowFollower {
  readonly #bands: GapBand[] = [];
  #last: unknown;
  #dropped = 0;

  /** The first 5000 gaps, in the order in which they became known. */
  get bands(): readonly GapBand[] {
    return this.#bands;
  }

  /** Gaps beyond those kept. */
  get dropped(): number {
    return this.#dropped;
  }

  apply(batch: EventBatch, row: number, time: EpochMicros): void {
    if (batch.kind[row] !== EventKind.gap) return;
    const gap = batch.details[batch.ref[row]!] as Gap; // what a gap row refers to, by contract
    // One gap has a row for each market that it names.
    if (gap === this.#last || gap.reason === "unsubscribed") return;
    this.#last = gap;
    if (this.#bands.length === KEPT) {
      this.#dropped++;
      return;
    }
    const timed = gap.reason !== "sequence";
    this.#bands.push({
      from: timed ? Math.min(gap.from, gap.to) : time,
      to: timed ? Math.max(gap.from, gap.to) : time,
      reason: gap.reason,
      ...(gap.markets === undefined ? {} : { markets: gap.markets }),
    });
  }
}

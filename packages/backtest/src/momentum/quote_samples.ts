import type { QuoteWindow } from "./market_view.ts";
import type { RollingWindow } from "./rolling_window.ts";
import type { WindowRange } from "./window_range.ts";

/** The column of the spreads. */
export const SPREAD = 0;
/** The column of the midpoints. */
export const MIDPOINT = 1;
/** The column of the squares of the midpoints' distances from the reference. */
export const SQUARE = 2;

// Below this share of what was subtracted from each other, a difference says too little.
const SAFE_SHARE = 1e-6;
// Sixteenths below this have exact products of two.
const EXACT_PRODUCT = 2 ** 45;

interface NearDeviation {
  version: number;
  now: number;
  from: number;
  to: number;
  deviation: number;
}

/** The quotes of one market in a window, kept by its state as columns. */
export class QuoteSamples implements QuoteWindow {
  /** How long the window is. */
  readonly duration: number;
  readonly #samples: RollingWindow;
  #range: WindowRange;
  #reference = 0;
  // The last answers for the window's beginning and for the rest: many engines ask the same.
  readonly #nearFirst: NearDeviation = { version: -1, now: 0, from: 0, to: 0, deviation: 0 };
  readonly #nearRest: NearDeviation = { version: -1, now: 0, from: 0, to: 0, deviation: 0 };

  /** Looks at samples of {@link SPREAD}, {@link MIDPOINT} and {@link SQUARE}. */
  constructor(samples: RollingWindow, duration: number) {
    this.duration = duration;
    this.#samples = samples;
    this.#range = samples.range(duration, 0);
  }

  /** Looks up the window as of `now`; `reference` is what the squares were taken from. */
  lookUp(now: number, reference: number): this {
    this.#range = this.#samples.range(this.duration, now);
    this.#reference = reference;
    return this;
  }

  /** How many samples. */
  get length(): number {
    return this.#range.count;
  }

  /** See {@link QuoteWindow.meanSpread}. */
  meanSpread(from: number, to: number): number {
    return this.#range.sum(SPREAD, from, to) / (to - from);
  }

  /** See {@link QuoteWindow.meanMidpoint}. */
  meanMidpoint(from: number, to: number): number {
    return this.#range.sum(MIDPOINT, from, to) / (to - from);
  }

  /** See {@link QuoteWindow.deviation}. */
  deviation(from: number, to: number): number {
    if (to - from < 2) return 0;
    const mean = this.meanMidpoint(from, to);
    let squares = 0;
    for (let index = from; index < to; index++) {
      const distance = this.#range.value(index, MIDPOINT) - mean;
      squares += distance * distance;
    }
    return Math.sqrt(squares / (to - from - 1));
  }

  /** See {@link QuoteWindow.nearDeviation}. */
  nearDeviation(from: number, to: number): number {
    const known = from === 0 ? this.#nearFirst : this.#nearRest;
    const { version, now } = this.#range;
    const isKnown = known.from === from && known.to === to && known.version === version &&
      known.now === now;
    if (!isKnown) {
      known.version = version;
      known.now = now;
      known.from = from;
      known.to = to;
      known.deviation = this.#nearDeviation(from, to);
    }
    return known.deviation;
  }

  #nearDeviation(from: number, to: number): number {
    const count = to - from;
    if (count < 2) return 0;
    if (!this.#range.isExactFrom(from)) return this.deviation(from, to);
    // Exact sums of the distances from a midpoint nearby leave two roundings of products and one of
    // their difference, which is why the difference must not be small beside them.
    const sum = this.#range.sum(MIDPOINT, from, to) - count * this.#reference;
    const minuend = count * this.#range.sum(SQUARE, from, to);
    const difference = minuend - sum * sum;
    if (difference > minuend * SAFE_SHARE) return Math.sqrt(difference / (count * (count - 1)));
    if (difference === 0 && minuend < EXACT_PRODUCT) return 0;
    return this.deviation(from, to);
  }
}

import { PricePath } from "../../../generator/price_path.ts";
import type { SeededRandom } from "../../../generator/seeded_random.ts";
import type { SyntheticSeries } from "./synthetic_series.ts";

/** How much more people do in a series while something is going on. */
const BURST_WEIGHT = 6;
/** One moment in so many begins a burst, which lasts from MIN_BURST moments to three times as long. */
const BURST_RARITY = 480;
const MIN_BURST = 8;
/** Further from its base than this, in volatilities, a value is held back. */
const MAX_DISTANCE = 40;

/** What a {@link SyntheticValue} weighs on average. */
export const MEAN_WEIGHT: number = 1 + (BURST_WEIGHT - 1) * 2 * MIN_BURST / BURST_RARITY;

/**
 * The value of a series, window after window: within each it is pulled to an end that is drawn
 * first, which makes its trends; now and then there is a burst of activity.
 */
export class SyntheticValue {
  /** The series. */
  readonly series: SyntheticSeries;
  readonly #random: SeededRandom;
  #path: PricePath;
  #burst = 0;

  /** Starts near the series' base, `steps` moments before the end of the window. */
  constructor(series: SyntheticSeries, random: SeededRandom, steps: number) {
    this.series = series;
    this.#random = random;
    this.#path = new PricePath(random, series.base, series.volatility, steps);
  }

  /** Where the value stands at the end of the window. */
  get end(): number {
    return this.#path.end;
  }

  /** How much is going on: 1 at rest. */
  get weight(): number {
    return this.#burst > 0 ? BURST_WEIGHT : 1;
  }

  /** Goes to the next moment. */
  advance(): void {
    this.#path.advance();
    if (this.#burst > 0) this.#burst--;
    else if (this.#random.below(BURST_RARITY) === 0) {
      this.#burst = MIN_BURST + this.#random.below(2 * MIN_BURST + 1);
    }
  }

  /** Begins a window of `steps` moments where the last one ended. */
  begin(steps: number): void {
    const { base, volatility } = this.series;
    const from = this.#path.end;
    const far = Math.abs(from - base) > MAX_DISTANCE * volatility;
    // Far from its base a value that would go even further gets two more chances to come back.
    for (let chances = far ? 3 : 1; chances > 0; chances--) {
      this.#path = new PricePath(this.#random, from, volatility, steps);
      if (Math.abs(this.#path.end - base) < Math.abs(from - base)) break;
    }
  }

  /** What a contract that pays at or above `strike` is worth now, as a Price with fractions. */
  fairPrice(strike: number): number {
    return this.#path.fairPrice(strike);
  }
}

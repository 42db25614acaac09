import { ONE_DOLLAR } from "@ssmd/core";
import type { SeededRandom } from "./seeded_random.ts";

/**
 * The random walk of what a series is about, say an index. Where it ends is drawn first and the
 * walk is pulled there, so that the results of all strikes are known, and agree, from the start.
 */
export class PricePath {
  /** Where the walk ends. */
  readonly end: number;
  readonly #random: SeededRandom;
  readonly #steps: number;
  readonly #volatility: number;
  #left: number;
  #value: number;

  /** A walk from `start` in `steps` steps whose end is typically `volatility` away. */
  constructor(random: SeededRandom, start: number, volatility: number, steps: number) {
    this.#random = random;
    this.#steps = steps;
    this.#volatility = volatility;
    this.#left = steps;
    this.#value = start;
    this.end = start + random.bell() * volatility;
  }

  /** Goes one step; after the last one the walk stays at its end. */
  advance(): void {
    if (this.#left === 0) return;
    const pull = (this.end - this.#value) / this.#left;
    const noise = this.#random.bell() * this.#volatility *
      Math.sqrt((this.#left - 1) / this.#left / this.#steps);
    this.#left--;
    this.#value = this.#left === 0 ? this.end : this.#value + pull + noise;
  }

  /** What a contract that pays $1 when the walk ends at or above `strike` is worth, as a Price. */
  fairPrice(strike: number): number {
    const distance = this.#value - strike;
    if (this.#left === 0) return distance >= 0 ? ONE_DOLLAR : 0;
    const spread = this.#volatility * Math.sqrt(this.#left / this.#steps);
    return ONE_DOLLAR * logistic(1.7 * distance / spread);
  }
}

/**
 * 1 / (1 + e^−x) with e^x as (1 + x/1024)^1024. Plain arithmetic gives the same bits on every
 * runtime, which `Math.exp` does not promise.
 */
function logistic(x: number): number {
  let power = 1 + Math.max(-40, Math.min(40, x)) / 1024;
  for (let squarings = 0; squarings < 10; squarings++) power *= power;
  return power / (1 + power);
}

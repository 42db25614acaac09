import { ONE_DOLLAR, type Price, type Quantity, type Side } from "@ssmd/core";
import type { ExchangeLevels } from "../../exchange_event.ts";

/** YES, as an index. */
export const YES = 0;
/** NO, as an index. */
export const NO = 1;
/** A side by its index. */
export type SideIndex = typeof YES | typeof NO;
/** The sides' names by their indexes. */
export const SIDES: readonly [Side, Side] = ["yes", "no"];

/**
 * The resting bids of both sides of one market, a cell for each step of its grid; prices are counted
 * in steps from 0. Whoever changes it keeps it possible: nothing is checked here.
 */
export class SyntheticBook {
  /** What a step is worth. */
  readonly tick: Price;
  /** The highest step with a bid of YES and of NO; 0 where there is none. */
  readonly best: [number, number] = [0, 0];
  /** How many steps hold a bid, of YES and of NO. */
  readonly levels: [number, number] = [0, 0];
  readonly #stride: number;
  readonly #cells: Int32Array;

  /** An empty book on the grid of `tick`. */
  constructor(tick: Price) {
    this.tick = tick;
    this.#stride = ONE_DOLLAR / tick + 1;
    this.#cells = new Int32Array(2 * this.#stride);
  }

  /** What rests at `step` of `side`. */
  size(side: SideIndex, step: number): Quantity {
    return this.#cells[side * this.#stride + step]!;
  }

  /** Adds the signed `change`. */
  change(side: SideIndex, step: number, change: Quantity): void {
    const cell = side * this.#stride + step;
    const before = this.#cells[cell]!;
    const after = before + change;
    this.#cells[cell] = after;
    if (before === 0) {
      if (after !== 0) this.levels[side]++;
      if (step > this.best[side]) this.best[side] = step;
    } else if (after === 0) {
      this.levels[side]--;
      if (step === this.best[side]) {
        this.best[side] = this.levels[side] === 0 ? 0 : this.#below(side, step);
      }
    }
  }

  /** The lowest step of `side` with a bid that is not below `step`, which is not above the best. */
  atOrAbove(side: SideIndex, step: number): number {
    let found = step;
    while (this.size(side, found) === 0) found++;
    return found;
  }

  /** The ladder of `side`, by ascending price. */
  ladder(side: SideIndex): ExchangeLevels {
    const levels: [Price, Quantity][] = [];
    for (let step = 1; step <= this.best[side]; step++) {
      const size = this.size(side, step);
      if (size > 0) levels.push([step * this.tick, size]);
    }
    return levels;
  }

  /** Takes everything away. */
  clear(): void {
    this.#cells.fill(0);
    this.best.fill(0);
    this.levels.fill(0);
  }

  #below(side: SideIndex, step: number): number {
    let found = step - 1;
    while (this.size(side, found) === 0) found--;
    return found;
  }
}

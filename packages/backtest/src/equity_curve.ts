import { divideHalfEven, type EpochMicros, type Money } from "@ssmd/core";
import type { EquityPoint } from "./equity_point.ts";

/** How many points a curve keeps, unless it is told otherwise. */
const MAX_POINTS = 100_000;
/** Thinning keeps every second point and four others: with fewer it could drop none. */
const LEAST_POINTS = 10;

/**
 * An {@link EquityCurve} as plain data.
 * @internal
 */
export interface SavedEquity {
  /** The points that are kept. */
  readonly points: readonly EquityPoint[];
  /** The highest equity so far. */
  readonly peak: Money;
  /** The largest drawdown so far. */
  readonly worst: Money;
  /** The peak that it came down from. */
  readonly worstPeak: Money;
}

/**
 * Equity over time, in bounded memory: a full curve lets go of every second point, but never of its
 * highest and lowest, of the largest drawdown and of the newest. Drawdown is measured before that, on
 * every point.
 */
export class EquityCurve {
  readonly #maxPoints: number;
  #points: EquityPoint[] = [];
  #peak: Money;
  #worst: Money = 0;
  #worstPeak: Money;

  /** Begins at `start`. Throws `RangeError` for fewer than 10 points. */
  constructor(start: Money, maxPoints: number = MAX_POINTS) {
    if (!(maxPoints >= LEAST_POINTS)) {
      throw new RangeError(
        `Cannot keep ${maxPoints} points of equity: expected ${LEAST_POINTS} or more`,
      );
    }
    this.#peak = start;
    this.#worstPeak = start;
    this.#maxPoints = maxPoints;
  }

  /** The points that are kept, by time. */
  get points(): readonly EquityPoint[] {
    return this.#points;
  }

  /** The largest drawdown, and its share of the peak in 1/1,000,000, rounded half to even. */
  get drawdown(): { readonly money: Money; readonly sharePpm: number } {
    const share = this.#worst === 0
      ? 0
      : Number(divideHalfEven(BigInt(this.#worst) * 1_000_000n, BigInt(this.#worstPeak)));
    return { money: this.#worst, sharePpm: share };
  }

  /** Adds a point; one that says what the newest does already is left out. */
  add(time: EpochMicros, cash: Money, equity: Money, exposure: Money): void {
    const newest = this.#points.at(-1);
    if (
      newest?.time === time && newest.cash === cash && newest.equity === equity &&
      newest.exposure === exposure
    ) return;
    this.#peak = Math.max(this.#peak, equity);
    const drawdown = this.#peak - equity;
    if (drawdown > this.#worst) {
      this.#worst = drawdown;
      this.#worstPeak = this.#peak;
    }
    if (this.#points.length === this.#maxPoints) this.#thin();
    this.#points.push({ time, cash, equity, drawdown, exposure });
  }

  /** The curve as plain data. */
  save(): SavedEquity {
    return {
      points: [...this.#points],
      peak: this.#peak,
      worst: this.#worst,
      worstPeak: this.#worstPeak,
    };
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedEquity): void {
    this.#points = [...saved.points];
    this.#peak = saved.peak;
    this.#worst = saved.worst;
    this.#worstPeak = saved.worstPeak;
  }

  #thin(): void {
    const points = this.#points;
    const first = points[0]!;
    const highest = points.reduce((a, b) => b.equity > a.equity ? b : a, first);
    const lowest = points.reduce((a, b) => b.equity < a.equity ? b : a, first);
    const deepest = points.reduce((a, b) => b.drawdown > a.drawdown ? b : a, first);
    const kept = new Set([highest, lowest, deepest, points.at(-1)!]);
    this.#points = points.filter((point, index) => index % 2 === 0 || kept.has(point));
  }
}

import { divideHalfEven, type EpochMicros, type Money } from "@ssmd/core";
import type { EquityPoint } from "../equity_point.ts";

/** How much money stood in open positions, at cost and without fees. */
export interface Exposure {
  /** The most at any point, those after the data's end included. */
  readonly max: Money;
  /** The mean over the data's time, each amount weighted by how long it stood. */
  readonly mean: Money;
  /** How long anything was open, within the data's time. */
  readonly timeInvested: EpochMicros;
  /** The data's time, from the first record to the last. */
  readonly span: EpochMicros;
}

/** The exposure that `points` tell of; an amount stands from its point to the next. */
export function exposureOf(
  points: readonly EquityPoint[],
  first: EpochMicros,
  last: EpochMicros,
): Exposure {
  let max = 0;
  let timeInvested = 0;
  let weighted = 0n;
  for (const [index, { time, exposure }] of points.entries()) {
    max = Math.max(max, exposure);
    const from = Math.max(time, first);
    const to = Math.min(points[index + 1]?.time ?? last, last);
    if (exposure === 0 || to <= from) continue;
    timeInvested += to - from;
    weighted += BigInt(exposure) * BigInt(to - from);
  }
  const span = Math.max(0, last - first);
  const mean = span === 0 ? 0 : Number(divideHalfEven(weighted, BigInt(span)));
  return { max, mean, timeInvested, span };
}

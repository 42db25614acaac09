import { type EpochMicros, formatIsoTime } from "@ssmd/core";

/** A place on an axis. */
export interface Tick {
  /** Where, in the axis's unit. */
  readonly at: number;
  /** What is written there. */
  readonly label: string;
}

const SECOND = 1_000_000;
const TIME_STEPS = [1, 5, 15, 60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400]
  .map((seconds) => seconds * SECOND);
const DAY = 86_400 * SECOND;

/** At most 6 round moments within `[from, to]`, UTC: times of day, or days over long stretches. */
export function timeTicks(from: EpochMicros, to: EpochMicros): Tick[] {
  const step = TIME_STEPS.find((each) => (to - from) / each <= 5) ??
    DAY * Math.ceil((to - from) / DAY / 5);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const iso = formatIsoTime(at);
    const label = step >= DAY || at % DAY === 0
      ? iso.slice(5, 10)
      : iso.slice(11, step < 60 * SECOND ? 19 : 16);
    ticks.push({ at, label });
  }
  return ticks;
}

/** 3 to 7 round values within `[low, high]`, whole numbers, written by `label`. */
export function valueTicks(
  low: number,
  high: number,
  label: (value: number) => string,
): Tick[] {
  const span = Math.max(1, high - low);
  let step = 1;
  while (span / step > 5) step = next(step);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) {
    // -0 would be written with a sign.
    ticks.push({ at: at + 0, label: label(at + 0) });
  }
  return ticks;
}

/** 1, 2, 5, 10, 20, 50, … */
function next(step: number): number {
  return String(step).startsWith("2") ? step * 2.5 : step * 2;
}

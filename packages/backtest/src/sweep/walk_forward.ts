import { MICROS_PER_DAY, parseIsoTime, SsmdError, utcDate } from "@ssmd/core";

/** The lengths of a walk-forward, in calendar days of UTC. */
export interface WalkForward {
  /** Days on which the best trial is chosen. */
  readonly train: number;
  /** Days after those on which it is tried. */
  readonly test: number;
  /** Days from one split to the next. */
  readonly step: number;
}

/** Days that are run as one, in a run of their own: nothing is carried over from other days. */
export interface Segment {
  /** The first calendar day, `YYYY-MM-DD`. */
  readonly from: string;
  /** The last calendar day. */
  readonly to: string;
  /** Its days that have data. */
  readonly days: readonly string[];
  /** Its days that have none. */
  readonly missing: readonly string[];
}

/** One step of a walk-forward. */
export interface Split {
  /** Where the trial is chosen. */
  readonly train: Segment;
  /** Where it is tried, right after that. */
  readonly test: Segment;
}

/** The splits of a range of days. */
export interface WalkForwardPlan {
  /** In the order of time. */
  readonly splits: readonly Split[];
  /** Days with data that no split uses, since too few are left for a whole one. */
  readonly unused: readonly string[];
}

const SPEC_FORM = "train=3d,test=1d or train=3d,test=1d,step=1d, in whole days";

/**
 * Parses `train=3d,test=1d[,step=1d]`; without a step the test days follow each other. Throws
 * `SsmdError` `invalid_input`.
 */
export function parseWalkForward(text: string): WalkForward {
  const found = new Map<string, number>();
  for (const part of text.split(",")) {
    const match = /^(train|test|step)=([1-9]\d{0,3})d$/.exec(part);
    if (match === null || found.has(match[1]!)) throw unreadable(text);
    found.set(match[1]!, Number(match[2]));
  }
  const [train, test] = [found.get("train"), found.get("test")];
  if (train === undefined || test === undefined) throw unreadable(text);
  return { train, test, step: found.get("step") ?? test };
}

/**
 * Splits the calendar days from the first to the last of `days` (`YYYY-MM-DD`, ascending, those with
 * data). Throws `SsmdError` `invalid_input` when not even one split fits.
 */
export function planSplits(days: readonly string[], lengths: WalkForward): WalkForwardPlan {
  const { train, test, step } = lengths;
  const calendar = calendarOf(days);
  const splits: Split[] = [];
  const used = new Set<string>();
  for (let start = 0; start + train + test <= calendar.length; start += step) {
    const split = {
      train: segmentOf(calendar.slice(start, start + train), days),
      test: segmentOf(calendar.slice(start + train, start + train + test), days),
    };
    for (const day of [...split.train.days, ...split.test.days]) used.add(day);
    splits.push(split);
  }
  if (splits.length === 0) {
    const plural = calendar.length === 1 ? "" : "s";
    throw new SsmdError(
      "invalid_input",
      `Cannot walk forward over ${calendar.length} day${plural}: train=${train}d and test=${test}d need ${
        train + test
      }`,
    );
  }
  return { splits, unused: days.filter((day) => !used.has(day)) };
}

function calendarOf(days: readonly string[]): string[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const calendar: string[] = [];
  const end = startOf(last);
  for (let time = startOf(first); time <= end; time += MICROS_PER_DAY) calendar.push(utcDate(time));
  return calendar;
}

function startOf(day: string): number {
  const time = parseIsoTime(`${day}T00:00:00Z`);
  if (time === undefined) throw new RangeError(`Cannot use ${day} as a day: expected YYYY-MM-DD`);
  return time;
}

function segmentOf(calendar: readonly string[], days: readonly string[]): Segment {
  const present = new Set(days);
  return {
    from: calendar[0]!,
    to: calendar.at(-1)!,
    days: calendar.filter((day) => present.has(day)),
    missing: calendar.filter((day) => !present.has(day)),
  };
}

function unreadable(text: string): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot read the walk-forward ${JSON.stringify(text)}: expected ${SPEC_FORM}`,
  );
}

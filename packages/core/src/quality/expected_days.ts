import { isDateFolder } from "../archive/archive_names.ts";
import type { DayRange } from "../archive/selected_days.ts";
import { type EpochMicros, MICROS_PER_DAY } from "../clock.ts";
import { parseIsoTime, utcDate } from "../time_text.ts";

/**
 * The days to look at, sorted, of a stream with files on the days `present`: those that were named,
 * or all from the first to the last, also those without files.
 */
export function expectedDays({ from, to, dates }: DayRange, present: readonly string[]): string[] {
  if (dates !== undefined) return [...new Set(dates)].sort();
  const days = new Set(present);
  const sorted = [...days].sort();
  const first = startOfDay(from ?? sorted[0] ?? to ?? "");
  const last = startOfDay(to ?? sorted.at(-1) ?? from ?? "");
  for (let day = first; day <= last; day += MICROS_PER_DAY) days.add(utcDate(day));
  return [...days].sort();
}

/** When the UTC day of this name begins; NaN when there is no such day. */
export function startOfDay(date: string): EpochMicros {
  return isDateFolder(date) ? parseIsoTime(`${date}T00:00:00Z`) ?? NaN : NaN;
}

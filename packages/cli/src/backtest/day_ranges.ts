const MS_PER_DAY = 86_400_000;

/**
 * Days in ascending order as a text for each stretch without a hole: `2026-01-20`, or
 * `2026-01-20 to 2026-01-22 (3 days)`.
 */
export function dayRanges(days: readonly string[]): string[] {
  const ranges: { first: string; last: string; count: number }[] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && Date.parse(day) - Date.parse(range.last) === MS_PER_DAY) {
      range.last = day;
      range.count++;
    } else ranges.push({ first: day, last: day, count: 1 });
  }
  return ranges.map(({ first, last, count }) =>
    count === 1 ? first : `${first} to ${last} (${count} days)`
  );
}

import type { PlotPoint } from "./plot_point.ts";

/**
 * At most `limit` of `points`, which ascend in time: all of them when they are few enough, else the
 * first, the last, and the lowest and highest of equal stretches of time, so that no extreme is lost.
 * Throws `RangeError` for a limit below 4.
 */
export function thinned(points: readonly PlotPoint[], limit: number): readonly PlotPoint[] {
  if (!(limit >= 4)) throw new RangeError(`Cannot thin to ${limit} points: expected at least 4`);
  if (points.length <= limit) return points;
  const first = points[0]!;
  const last = points.at(-1)!;
  const stretches = Math.floor((limit - 2) / 2);
  // The last point's share must stay below 1.
  const scale = stretches / (last.time - first.time + 1);
  const kept: PlotPoint[] = [first];
  let stretch = 0;
  let low = first;
  let high = first;
  const keep = (): void => {
    const [earlier, later] = low.time <= high.time ? [low, high] : [high, low];
    if (earlier !== first) kept.push(earlier);
    if (later !== earlier && later !== first) kept.push(later);
  };
  for (const point of points) {
    const here = Math.floor((point.time - first.time) * scale);
    if (here !== stretch) {
      keep();
      stretch = here;
      low = high = point;
    } else if (point.value < low.value) low = point;
    else if (point.value > high.value) high = point;
  }
  keep();
  if (kept.at(-1) !== last) kept.push(last);
  return kept;
}

/**
 * Shares `items` out into lists that are read together: none longer than `most`, as many for each of
 * `workers` as for the others where there is enough, neighbours together, since they have most in
 * common. Throws `RangeError` for bounds below 1.
 */
export function planPasses<T>(items: readonly T[], workers: number, most: number): T[][] {
  if (!(workers >= 1) || !(most >= 1)) {
    throw new RangeError(`Cannot share out over ${workers} workers by at most ${most}`);
  }
  const rounds = Math.ceil(items.length / (workers * most));
  const count = Math.min(items.length, rounds * workers);
  return Array.from({ length: count }, (_, pass) =>
    items.slice(
      Math.floor(items.length * pass / count),
      Math.floor(items.length * (pass + 1) / count),
    ));
}

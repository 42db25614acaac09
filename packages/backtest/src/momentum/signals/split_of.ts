/** Where a window of `count` samples falls into what was usual (70 %) and what is recent. */
export function splitOf(count: number): number {
  return Math.min(Math.floor(count * 0.7) + 1, count - 1);
}

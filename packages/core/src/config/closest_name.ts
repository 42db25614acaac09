/**
 * The name that was probably meant by `written`: the nearest of `names` by inserted, dropped,
 * changed and swapped characters, at most a third of its length. Case, `_` and `-` cost nothing, so
 * `batchSize` means `batch_size`. `undefined` when nothing is that near.
 */
export function closestName(written: string, names: readonly string[]): string | undefined {
  const key = bare(written.slice(0, 64));
  let best: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const distance = editDistance(key, bare(name));
    if (distance < least && distance <= Math.max(1, Math.floor(name.length / 3))) {
      best = name;
      least = distance;
    }
  }
  return best;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** Single-character edits between two texts; swapping two neighbours is one edit. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}

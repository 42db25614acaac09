import type { EpochMicros } from "@ssmd/core";

interface Entry<T> {
  readonly at: EpochMicros;
  readonly rank: number;
  readonly order: number;
  readonly item: T;
}

/** What is still to happen, by time; at the same time by rank, then in the order it was added. */
export class TimeQueue<T> {
  // A binary heap: each entry comes before its children at 2 i + 1 and 2 i + 2.
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  /** When the first item is due; `Infinity` when nothing is left. */
  get nextTime(): EpochMicros {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** When the last item is due; `-Infinity` when nothing is left. Looks at every item. */
  get lastTime(): EpochMicros {
    return this.#heap.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  }

  /** How many items are left. */
  get size(): number {
    return this.#heap.length;
  }

  /** Adds an item that is due at `at`; a lower `rank` comes first among those of the same time. */
  add(at: EpochMicros, rank: number, item: T): void {
    const heap = this.#heap;
    const entry = { at, rank, order: this.#added++, item };
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  /** What is left, in the order in which it comes; {@link add} in that order gives the same queue. */
  get entries(): readonly { readonly at: EpochMicros; readonly rank: number; readonly item: T }[] {
    return [...this.#heap].sort((a, b) => comesBefore(a, b) ? -1 : 1)
      .map(({ at, rank, item }) => ({ at, rank, item }));
  }

  /** Takes out the first item, or gives `undefined` when nothing is left. */
  take(): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const moved = heap.pop();
    if (first === undefined || moved === undefined) return undefined;
    if (heap.length > 0) this.#sink(moved);
    return first.item;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && comesBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!comesBefore(heap[child]!, entry)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = entry;
  }
}

function comesBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return (a.at - b.at || a.rank - b.rank || a.order - b.order) < 0;
}

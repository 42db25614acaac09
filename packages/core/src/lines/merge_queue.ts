/** Something that stands at a point in time and has a rank among those at the same time. */
export interface Timed {
  /** Where it stands. */
  readonly time: number;
  /** The lower rank goes first at the same time. */
  readonly rank: number;
}

/** A binary heap whose first element is the earliest, by time and then by rank. */
export class MergeQueue<T extends Timed> {
  readonly #heap: T[] = [];

  /** The earliest element. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /** Adds an element. */
  push(item: T): void {
    const heap = this.#heap;
    let i = heap.push(item) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = item;
  }

  /** Restores the order after the first element's time has grown. */
  firstGrew(): void {
    const heap = this.#heap;
    const item = heap[0];
    if (item === undefined) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, item)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = item;
  }

  /** Removes the first element. */
  removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.firstGrew();
  }
}

function before(a: Timed, b: Timed): boolean {
  return a.time < b.time || (a.time === b.time && a.rank < b.rank);
}

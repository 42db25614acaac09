import type { EpochMicros } from "@ssmd/core";

const FIRST_PAUSE = 5_000_000;
const LONGEST_PAUSE = 3_600_000_000;

/** An event, a series or its fees: when it is asked for next, and what was last recorded. */
export class RecordedOnce {
  /** When to ask; `Infinity` for not any more. */
  dueAt: EpochMicros;
  /** Whether lists do not hold it, so that it is asked for by itself. */
  alone = false;
  /** The digest of what was recorded last. */
  digest: string | undefined;
  /** The series that an event belongs to. */
  seriesTicker: string | undefined;
  #misses = 0;

  /** Due at `dueAt`. */
  constructor(dueAt: EpochMicros) {
    this.dueAt = dueAt;
  }

  /** It was answered; ask again at `dueAt`. */
  found(dueAt: EpochMicros): void {
    this.#misses = 0;
    this.dueAt = dueAt;
  }

  /** The exchange did not know it. */
  miss(now: EpochMicros): void {
    this.dueAt = now + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(this.#misses++, 20));
  }
}

/** Up to `limit` names of what is due at `now` and wanted. */
export function dueNames<T extends { readonly dueAt: EpochMicros }>(
  items: ReadonlyMap<string, T>,
  now: EpochMicros,
  limit: number,
  wanted?: (item: T) => boolean,
): string[] {
  const names: string[] = [];
  for (const [name, item] of items) {
    if (names.length >= limit) break;
    if (item.dueAt <= now && (wanted === undefined || wanted(item))) names.push(name);
  }
  return names;
}

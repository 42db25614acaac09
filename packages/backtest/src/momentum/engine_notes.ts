import type { EpochMicros, Side } from "@ssmd/core";

/** What a momentum engine has counted; plain data. */
export interface EngineNotes {
  /** Markets that became active, in that order. */
  readonly activated: string[];
  /** Active markets that the run was not given, and that are therefore left alone. */
  notGiven: number;
  /** How often each signal said something on a record that reached the composer. */
  readonly signals: Record<string, number>;
  /** Since when nothing is entered any more; absent while that has not happened. */
  haltedAt?: EpochMicros;
  /**
   * How often the signals together said to enter a market that was neither near its close nor stale,
   * and that the same model did not hold.
   */
  composed: number;
  /** Of those, by side, how many were sent as orders. */
  readonly sent: Record<Side, number>;
  /** Of those, how many bought something. */
  entered: number;
  /**
   * Why nothing was bought: `near the close` and `stale`, which do not count as {@link composed}; a
   * rule; or what became of the order.
   */
  readonly notEntered: Record<string, number>;
  /** Positions that were closed, by reason. */
  readonly closed: Record<string, number>;
}

/** Nothing counted so far, for the signals of these names. */
export function newNotes(signals: readonly string[]): EngineNotes {
  return {
    activated: [],
    notGiven: 0,
    signals: Object.fromEntries(signals.map((name) => [name, 0])),
    composed: 0,
    sent: { yes: 0, no: 0 },
    entered: 0,
    notEntered: {},
    closed: {},
  };
}

/** Adds one to the count of `reason`. */
export function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1;
}

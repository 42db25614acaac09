import type { EpochMicros, Settlement, SettlementSource } from "@ssmd/core";
import { checkedSettlement } from "./settlement.ts";

/** A market's settlement that is to happen. */
export interface ScheduledSettlement {
  /** The market's ticker. */
  readonly ticker: string;
  /** What it pays, and when. */
  readonly settlement: Settlement;
}

/**
 * A {@link SettlementSchedule} as plain data.
 * @internal
 */
export interface SavedSettlements {
  /** Those that happen, in order. */
  readonly ordered: readonly ScheduledSettlement[];
  /** When markets were paid that had been paid when they came up. */
  readonly past: readonly (readonly [ticker: string, time: EpochMicros])[];
}

/**
 * The settlements of all markets by time, for all runs over the same data: each run keeps how many of
 * them have happened to it.
 */
export class SettlementSchedule {
  readonly #source: SettlementSource;
  readonly #ordered: ScheduledSettlement[] = [];
  readonly #times = new Map<string, EpochMicros>();

  /** Asks `source` what markets paid. */
  constructor(source: SettlementSource) {
    this.#source = source;
  }

  /** Names where results come from. */
  get name(): string {
    return this.#source.name;
  }

  /** How many markets have a settlement. */
  get size(): number {
    return this.#times.size;
  }

  /** When the last one is due; `-Infinity` without any. */
  get lastTime(): EpochMicros {
    return this.#ordered.at(-1)?.settlement.time ?? -Infinity;
  }

  /** When settlement `index` is due; `Infinity` when there are not as many. */
  timeAt(index: number): EpochMicros {
    return this.#ordered[index]?.settlement.time ?? Infinity;
  }

  /** Settlement `index`, by time and then in the order in which they were added. */
  at(index: number): ScheduledSettlement | undefined {
    return this.#ordered[index];
  }

  /** When `ticker` is settled; `Infinity` when nobody knows of it. */
  timeOf(ticker: string): EpochMicros {
    return this.#times.get(ticker) ?? Infinity;
  }

  /**
   * Asks about `ticker` unless that is known, and says whether there is something to happen: not when
   * it was paid before `now`, the moment at which the market came up. Throws `RangeError` for an
   * impossible settlement.
   */
  add(ticker: string, now: EpochMicros): boolean {
    const settlement = this.#ask(ticker);
    if (settlement === undefined) return false;
    this.#times.set(ticker, settlement.time);
    if (settlement.time < now) return false;
    this.#insert({ ticker, settlement });
    return true;
  }

  /**
   * As {@link add}, for what became known while the market was followed: what was paid before `now`
   * is paid now.
   */
  learn(ticker: string, now: EpochMicros): boolean {
    const settlement = this.#ask(ticker);
    if (settlement === undefined) return false;
    const time = Math.max(settlement.time, now);
    this.#times.set(ticker, time);
    this.#insert({ ticker, settlement: { ...settlement, time } });
    return true;
  }

  /** The schedule as plain data. */
  save(): SavedSettlements {
    const ordered = [...this.#ordered];
    const inOrder = new Set(ordered.map(({ ticker }) => ticker));
    return { ordered, past: [...this.#times].filter(([ticker]) => !inOrder.has(ticker)) };
  }

  /** Takes over what {@link save} gave. */
  restore({ ordered, past }: SavedSettlements): void {
    this.#ordered.push(...ordered);
    for (const { ticker, settlement } of ordered) this.#times.set(ticker, settlement.time);
    for (const [ticker, time] of past) this.#times.set(ticker, time);
  }

  #ask(ticker: string): Settlement | undefined {
    if (this.#times.has(ticker)) return undefined;
    const settlement = this.#source.settlementOf(ticker);
    return settlement && checkedSettlement(ticker, settlement);
  }

  /** Runs count how many have happened to them: those come before every later insertion. */
  #insert(scheduled: ScheduledSettlement): void {
    let index = this.#ordered.length;
    const { time } = scheduled.settlement;
    while (index > 0 && this.#ordered[index - 1]!.settlement.time > time) index--;
    this.#ordered.splice(index, 0, scheduled);
  }
}

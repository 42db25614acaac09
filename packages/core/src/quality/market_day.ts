import type { EpochMicros } from "../clock.ts";
import type { MarketQuality } from "./quality_report.ts";
import { ROW_FACTS, type RowFact } from "./row_fact.ts";

const INDEX: ReadonlyMap<RowFact, number> = new Map(ROW_FACTS.map((fact, i) => [fact, i]));

/** What is counted of one market on one day. */
export class MarketDay {
  /** Book snapshots. */
  snapshots = 0;
  /** Changes of a book level. */
  deltas = 0;
  /** Trades. */
  trades = 0;
  /** Quote summaries. */
  tickers = 0;
  /** Microseconds in which it traded, those without watching included. */
  openTime: EpochMicros = 0;
  /** Microseconds of that in which watching had ended on purpose. */
  unwatchedTime: EpochMicros = 0;
  /** Microseconds of the rest without a fresh book or quote. */
  staleTime: EpochMicros = 0;
  /** Microseconds in which a fresh book was crossed. */
  crossedTime: EpochMicros = 0;
  /** Made when there is something odd, which most markets do not have. */
  #facts: Float64Array | undefined;

  /** Counts one more of `fact`. */
  count(fact: RowFact): void {
    this.#facts ??= new Float64Array(ROW_FACTS.length);
    this.#facts[INDEX.get(fact)!]!++;
  }

  /** Adds what is odd to `sums`, one cell per {@link ROW_FACTS}. */
  addTo(sums: Float64Array): void {
    if (this.#facts === undefined) return;
    for (let i = 0; i < sums.length; i++) sums[i]! += this.#facts[i]!;
  }

  /** The day's figures as plain data. */
  report(ticker: string): MarketQuality {
    return {
      ticker,
      snapshots: this.snapshots,
      deltas: this.deltas,
      trades: this.trades,
      tickers: this.tickers,
      tradingTime: this.openTime - this.unwatchedTime,
      staleTime: this.staleTime,
      crossedTime: this.crossedTime,
      facts: this.#facts === undefined ? {} : namedFacts(this.#facts),
    };
  }
}

/** The cells that are not 0, by name. */
export function namedFacts(cells: Float64Array): Partial<Record<RowFact, number>> {
  const facts: Partial<Record<RowFact, number>> = {};
  ROW_FACTS.forEach((fact, i) => {
    if (cells[i]! > 0) facts[fact] = cells[i]!;
  });
  return facts;
}

import type { EpochMicros, LossReason, MarketInfo } from "@ssmd/core";

/** How much of a market's trading the data show. */
export interface MarketCoverage {
  /** The market's ticker. */
  readonly ticker: string;
  /** The time within the data's span in which the market traded. */
  readonly tradingTime: EpochMicros;
  /** How much of that its book was stale, the time before its first snapshot included. */
  readonly staleTime: EpochMicros;
}

/** What the data lack. */
export interface Coverage {
  /**
   * Gaps in the data by reason, each counted once however many markets it names; that the recorder
   * stopped watching a market on purpose is none.
   */
  readonly gaps: Readonly<Record<LossReason, number>>;
  /** The markets that have data and information, in the order in which they were given. */
  readonly markets: readonly MarketCoverage[];
  /** Deltas that were dropped because their book had no snapshot yet. */
  readonly deltasBeforeSnapshot: number;
  /** Book rows that did not fit their book, and left it stale. */
  readonly inconsistencies: number;
  /** Book rows that named no market, and left every book stale. */
  readonly unattributed: number;
}

/**
 * Follows whether one market's book can be trusted while the market trades. From the close on
 * nothing changes any more: what the book was last then, it stays.
 */
export class BookWatch {
  readonly #ticker: string;
  readonly #start: EpochMicros;
  readonly #end: EpochMicros;
  #stale = true;
  #since: EpochMicros;
  #staleTime: EpochMicros = 0;

  /** Watches from the open, or from `dataStart` when that is later; so far the book is stale. */
  constructor(info: MarketInfo, dataStart: EpochMicros) {
    this.#ticker = info.ticker;
    this.#start = Math.max(info.openTime ?? dataStart, dataStart);
    this.#end = info.closeTime ?? Infinity;
    this.#since = this.#start;
  }

  /** Notes at `time` whether the book is stale. */
  observe(stale: boolean, time: EpochMicros): void {
    if (stale === this.#stale || time >= this.#end) return;
    if (this.#stale) this.#staleTime += this.#elapsed(time);
    this.#stale = stale;
    this.#since = time;
  }

  /** Whether the book was stale at any time from `time`, when it was observed last, to now. */
  staleAfter(time: EpochMicros): boolean {
    return this.#stale || this.#since > time;
  }

  /** The market's share, when the data end at `dataEnd`. */
  summary(dataEnd: EpochMicros): MarketCoverage {
    const end = Math.min(this.#end, dataEnd);
    return {
      ticker: this.#ticker,
      tradingTime: Math.max(0, end - this.#start),
      staleTime: this.#staleTime + (this.#stale ? this.#elapsed(end) : 0),
    };
  }

  #elapsed(until: EpochMicros): EpochMicros {
    return Math.max(0, until - Math.max(this.#since, this.#start));
  }
}

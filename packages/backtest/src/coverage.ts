import type { EpochMicros, LossReason, MarketInfo } from "@ssmd/core";

/** How much of a market's trading the data show. */
export interface MarketCoverage {
  /** The market's ticker. */
  readonly ticker: string;
  /** The time within the data's span in which the market traded. */
  readonly tradingTime: EpochMicros;
  /**
   * How much of that its book was stale, the time before its first snapshot included; where the data
   * have tickers instead of a book, its quote.
   */
  readonly staleTime: EpochMicros;
}

/** What the data lack. */
export interface Coverage {
  /**
   * Gaps in the data by reason, each counted once however many markets it names; that the recorder
   * stopped watching a market on purpose is none.
   */
  readonly gaps: Readonly<Record<LossReason, number>>;
  /**
   * The markets that were given and have data, in the order in which they were given; in a run
   * without given markets all of the data, in the order in which they came up.
   */
  readonly markets: readonly MarketCoverage[];
  /** Deltas that were dropped because their book had no snapshot yet. */
  readonly deltasBeforeSnapshot: number;
  /** Book rows that did not fit their book, and left it stale. */
  readonly inconsistencies: number;
  /** Book rows that named no market, and left every book stale. */
  readonly unattributed: number;
}

/** A {@link BookWatch} as plain data. */
export interface SavedWatch {
  /** From when the market counts. */
  readonly start: EpochMicros;
  /** Whether what is known of it may be wrong. */
  readonly stale: boolean;
  /** Since when. */
  readonly since: EpochMicros;
  /** How long it was stale before that. */
  readonly staleTime: EpochMicros;
  /** When a gap last concerned it; absent without one. */
  readonly lastGap?: EpochMicros;
}

/**
 * Follows whether one market's book or quote can be trusted while the market trades. From the close
 * on nothing changes any more: what it was last then, it stays.
 */
export class BookWatch {
  readonly #ticker: string;
  readonly #end: EpochMicros;
  #start: EpochMicros;
  #stale = true;
  #since: EpochMicros;
  #staleTime: EpochMicros = 0;
  #lastGap: EpochMicros = -Infinity;

  /** Watches from the open, or from `dataStart` when that is later; so far nothing is known. */
  constructor(info: MarketInfo, dataStart: EpochMicros) {
    this.#ticker = info.ticker;
    this.#start = Math.max(info.openTime ?? dataStart, dataStart);
    this.#end = info.closeTime ?? Infinity;
    this.#since = this.#start;
  }

  /** Notes at `time` whether what is known of the market may be wrong. */
  observe(stale: boolean, time: EpochMicros): void {
    if (stale === this.#stale || time >= this.#end) return;
    if (this.#stale) this.#staleTime += this.#elapsed(time);
    this.#stale = stale;
    this.#since = time;
  }

  /** Notes at `time` that something about the market is missing, whether or not that made it stale. */
  noteGap(time: EpochMicros): void {
    if (time < this.#end) this.#lastGap = time;
  }

  /**
   * Whether the market was stale at any time from `time`, when it was observed last, to now, or a gap
   * concerned it.
   */
  staleAfter(time: EpochMicros): boolean {
    return this.#stale || this.#since > time || this.#lastGap > time;
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

  /** What was seen so far, as plain data. */
  save(): SavedWatch {
    return {
      start: this.#start,
      stale: this.#stale,
      since: this.#since,
      staleTime: this.#staleTime,
      ...(this.#lastGap === -Infinity ? {} : { lastGap: this.#lastGap }),
    };
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedWatch): void {
    this.#start = saved.start;
    this.#stale = saved.stale;
    this.#since = saved.since;
    this.#staleTime = saved.staleTime;
    this.#lastGap = saved.lastGap ?? -Infinity;
  }

  #elapsed(until: EpochMicros): EpochMicros {
    return Math.max(0, until - Math.max(this.#since, this.#start));
  }
}

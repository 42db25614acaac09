import type { EpochMicros } from "../clock.ts";
import type { MarketInfo } from "../market_info.ts";
import type { ReplayRun } from "../replay/replay_plan.ts";
import type { UntrustedReason } from "./quality_report.ts";

/** What kind of rows a market's times and recordings are followed by. */
export const ROW_GROUP = { book: 0, trade: 1, quote: 2 } as const;

/** What is remembered of one market of a stream from row to row. */
export class MarketWatch {
  /** Its id in the decoder's table. */
  readonly id: number;
  /** Its ticker. */
  readonly ticker: string;
  /** Time of its first row. */
  readonly first: EpochMicros;
  /** Time of its last row. */
  last: EpochMicros;
  /** What an object says of it. */
  readonly info: MarketInfo | undefined;
  /** Whether a quote came since the last gap. */
  hasQuote = false;
  /** Whether there is a fresh book or a quote. */
  trusted = false;
  /** Since when {@link trusted} is what it is. */
  since: EpochMicros = -Infinity;
  /** Why it is not trusted. */
  reason: UntrustedReason = "no data yet";
  /** The last volume over its life; NaN before any. */
  volume: number = NaN;
  /** Since when its fresh book is crossed; NaN while it is not. */
  crossedSince: EpochMicros = NaN;
  /** The exchange's time of the last row, by {@link ROW_GROUP}. */
  readonly eventTimes: Float64Array = new Float64Array(3).fill(NaN);
  /** The recording of the last row, by {@link ROW_GROUP}. */
  readonly runs: (ReplayRun | undefined)[] = [undefined, undefined, undefined];

  /** A market whose first row has the time `first`. */
  constructor(id: number, ticker: string, first: EpochMicros, info: MarketInfo | undefined) {
    this.id = id;
    this.ticker = ticker;
    this.first = first;
    this.last = first;
    this.info = info;
  }

  /** When it began to trade, as far as is known. */
  get opens(): EpochMicros {
    return this.info === undefined ? this.first : this.info.openTime ?? -Infinity;
  }

  /** When it ended to trade, as far as is known by now. */
  get closes(): EpochMicros {
    return this.info === undefined ? this.last : this.info.closeTime ?? Infinity;
  }
}

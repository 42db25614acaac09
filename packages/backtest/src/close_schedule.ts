import { type EpochMicros, type KnownClose, type MarketInfo, MICROS_PER_SECOND } from "@ssmd/core";
import { TimeQueue } from "./time_queue.ts";

/** How long the close of a market that was only announced is kept when it has passed. */
const KEPT: EpochMicros = 24 * 3600 * MICROS_PER_SECOND;

/**
 * What a {@link CloseSchedule} has learnt, as plain data.
 * @internal
 */
export interface SavedClose {
  /** The market's ticker. */
  readonly ticker: string;
  /** When it closes, as far as that is known. */
  readonly closeTime: EpochMicros;
  /** Before that, its close may have become known only later; absent when nobody can tell. */
  readonly since?: EpochMicros;
  /** From when on nothing trades; absent when nobody can tell. */
  readonly end?: EpochMicros;
}

/** A market's close as of now. */
interface Close {
  /** As known by now. */
  closeTime: EpochMicros;
  /**
   * Before that, the one that counted may have become known only later: `Infinity` when nobody can
   * tell, 0 when none counted before it was announced.
   */
  since: EpochMicros;
  /** From when on nothing trades: the newest of what is known, or what was announced after that. */
  end: EpochMicros;
}

/** A close that becomes known beside the data. */
interface ComingClose extends KnownClose {
  readonly ticker: string;
}

/**
 * When markets close, as it was known at the time: from the dated closes of the markets' information
 * and from what the data announce, whichever came last. Before the first of them the oldest dated one
 * counts, for it is published with the market. All runs over the same data share one. Where no
 * markets are given, one that nobody needs is forgotten a day after its close.
 */
export class CloseSchedule {
  readonly #markets: ReadonlyMap<string, MarketInfo> | undefined;
  readonly #closes = new Map<string, Close>();
  readonly #coming: readonly ComingClose[];
  /** What was announced, by when it may be forgotten; a close that has moved comes up in vain. */
  readonly #passing = new TimeQueue<string>();
  readonly #isNeeded: (ticker: string, time: EpochMicros) => boolean;
  #next = 0;

  /**
   * Knows of `markets`, or without them of every market that is announced: those that `isNeeded` at
   * a day after their close stay known, by default all.
   */
  constructor(
    markets?: ReadonlyMap<string, MarketInfo>,
    isNeeded: (ticker: string, time: EpochMicros) => boolean = () => true,
  ) {
    this.#markets = markets;
    this.#isNeeded = isNeeded;
    const coming: ComingClose[] = [];
    for (const info of markets?.values() ?? []) {
      const { ticker, closes = [] } = info;
      const closeTime = closeAtStart(info);
      if (closeTime === undefined) continue;
      const since = closes[0]?.time ?? Infinity;
      this.#closes.set(ticker, { closeTime, since, end: info.closeTime ?? Infinity });
      for (const each of closes) coming.push({ ticker, ...each });
    }
    this.#coming = coming.sort((a, b) => a.time - b.time);
  }

  /** When something becomes known beside the data, or may be forgotten; `Infinity` for never. */
  get nextTime(): EpochMicros {
    return Math.min(this.#coming[this.#next]?.time ?? Infinity, this.#passing.nextTime);
  }

  /** Learns or forgets what comes next, and gives the market's ticker when its close has moved. */
  take(): string | undefined {
    const coming = this.#coming[this.#next];
    // Closes come up beside the data only of given markets, and only others are forgotten.
    if (coming === undefined) return this.#forget();
    this.#next++;
    const { ticker, closeTime } = coming;
    const close = this.#closes.get(ticker)!;
    if (close.closeTime === closeTime) return undefined;
    close.closeTime = closeTime;
    return ticker;
  }

  /** Learns what the data announce at `time`, and says whether the close has moved by that. */
  announce(ticker: string, closeTime: EpochMicros, time: EpochMicros): boolean {
    const info = this.#markets?.get(ticker);
    if (info === undefined && this.#markets !== undefined) return false;
    const close = this.#closes.get(ticker);
    if (close === undefined) {
      this.#closes.set(ticker, { closeTime, since: 0, end: closeTime });
      this.#keep(ticker, closeTime, time);
      return true;
    }
    close.since = Math.min(close.since, time);
    // The information may be older than what the data go on to tell.
    if (newestTime(info) < time) close.end = closeTime;
    if (close.closeTime === closeTime) return false;
    close.closeTime = closeTime;
    this.#keep(ticker, closeTime, time);
    return true;
  }

  /** When `ticker` closes, as far as that is known now. */
  closeTimeOf(ticker: string): EpochMicros | undefined {
    return this.#closes.get(ticker)?.closeTime;
  }

  /** From when on nothing trades in `ticker`, whoever may know that by now; `Infinity` for never. */
  endOf(ticker: string): EpochMicros {
    return this.#closes.get(ticker)?.end ?? Infinity;
  }

  /** Whether the close of `ticker` that counts at `time` may have become known only later. */
  isHindsight(ticker: string, time: EpochMicros): boolean {
    const close = this.#closes.get(ticker);
    return close !== undefined && time < close.since;
  }

  /** What is known, as plain data. */
  save(): readonly SavedClose[] {
    return [...this.#closes].map(([ticker, { closeTime, since, end }]) => ({
      ticker,
      closeTime,
      ...(since === Infinity ? {} : { since }),
      ...(end === Infinity ? {} : { end }),
    }));
  }

  /**
   * Takes over what {@link save} gave at `now`: what was known before that is not told again. The
   * markets' information may be newer than what was saved, and then has the last word.
   */
  restore(saved: readonly SavedClose[], now: EpochMicros): void {
    while (this.nextTime < now) this.take();
    for (const { ticker, closeTime, since = Infinity, end = Infinity } of saved) {
      const info = this.#markets?.get(ticker);
      const last = newestTime(info) < now ? end : info!.closeTime!;
      this.#closes.set(ticker, { closeTime, since, end: last });
      this.#keep(ticker, closeTime, now);
    }
  }

  /** Sets when the close that is known at `now` may be forgotten, unless that has passed. */
  #keep(ticker: string, closeTime: EpochMicros, now: EpochMicros): void {
    const until = closeTime + KEPT;
    if (this.#markets === undefined && until >= now) this.#passing.add(until, 0, ticker);
  }

  #forget(): undefined {
    const time = this.#passing.nextTime;
    const ticker = this.#passing.take();
    if (ticker === undefined || this.#closes.get(ticker)?.closeTime !== time - KEPT) return;
    if (!this.#isNeeded(ticker, time)) this.#closes.delete(ticker);
  }
}

/** The close that counts before anything else is known: the oldest one. */
export function closeAtStart({ closes, closeTime }: MarketInfo): EpochMicros | undefined {
  return closes?.[0]?.closeTime ?? closeTime;
}

/** When the information's last word about the close became known; without a date no one has a later. */
function newestTime(info: MarketInfo | undefined): EpochMicros {
  if (info?.closeTime === undefined) return -Infinity;
  return info.closes?.at(-1)?.time ?? Infinity;
}

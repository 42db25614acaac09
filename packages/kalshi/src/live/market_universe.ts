import {
  type Clock,
  type EpochMicros,
  messageOf,
  MICROS_PER_SECOND,
  SystemClock,
} from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import type { JsonObject } from "../wire/json_object.ts";
import type { MarketLifecycle } from "../wire/market_lifecycle.ts";
import { FollowedMarket, type FollowWindow } from "./followed_market.ts";
import {
  UniverseDiscovery,
  type UniverseRest,
  type UniverseSelection,
} from "./universe_discovery.ts";

/** How a {@link MarketUniverse} works. */
export interface MarketUniverseOptions {
  /**
   * Seconds before its opening from which a market is followed; default 60: time to subscribe a
   * whole hour's new markets and for clocks to differ, and few idle subscriptions.
   */
  readonly leadSeconds?: number;
  /** Seconds after its close until which a market is followed; default 60, for late frames. */
  readonly lagSeconds?: number;
  /** Markets that are held at most; more are left out and counted. Default 200,000. */
  readonly maxMarkets?: number;
  /** Our time; default the machine's. */
  readonly clock?: Clock;
}

/** What one refresh found. */
export interface UniverseReport {
  /** Markets held now, followed or not. */
  readonly markets: number;
  /** New ones. */
  readonly added: number;
  /** Held ones that were dropped since they closed long ago. */
  readonly dropped: number;
  /** Held ones that the exchange did not know by name three times in a row: closed from now on. */
  readonly vanished: number;
  /** Objects left out since their ticker could not be part of a path or a subject. */
  readonly illegal: number;
  /** Markets left out since as many as allowed are held. */
  readonly overflow: number;
  /** Passes that failed, one line each: what they would have found is missing, what was held stays. */
  readonly failures: readonly string[];
  /** Names that the exchange does not know, and fields that cannot be used, one line each. */
  readonly problems: readonly string[];
}

/** Closed markets are remembered this long, in case that they open again. */
const REMEMBERED: EpochMicros = 3600 * MICROS_PER_SECOND;
/** Events without a market are remembered this long. */
const EVENT_REMEMBERED: EpochMicros = 24 * 3600 * MICROS_PER_SECOND;
/** Markets that no pass showed and that are looked up by name, in one refresh. */
const MAX_LOOKUPS = 2000;
/** An exchange in trouble may answer with empty lists: only this often in a row means gone. */
const MAX_MISSES = 3;

/**
 * Which markets to follow at any time. {@link refresh} learns them from REST; between two refreshes
 * the answer depends on the clock alone, since markets open and close without a message. No market
 * at all is a normal answer, for example between two events of a series. Holds nothing open.
 */
export class MarketUniverse {
  readonly #rest: UniverseRest;
  readonly #discovery: UniverseDiscovery;
  readonly #explicit: ReadonlySet<string>;
  readonly #window: FollowWindow;
  readonly #maxMarkets: number;
  readonly #clock: Clock;
  readonly #markets = new Map<string, FollowedMarket>();
  readonly #events = new Map<string, EpochMicros>();
  #refreshes = 0;
  #running: Promise<UniverseReport> | undefined;
  #answer: readonly string[] = [];
  #answerFrom: EpochMicros = Infinity;
  #answerUntil: EpochMicros = -Infinity;
  #unplaced = 0;

  /** Knows no market yet. Throws `RangeError` for a time that is negative or no number. */
  constructor(
    rest: UniverseRest,
    selection: UniverseSelection,
    options: MarketUniverseOptions = {},
  ) {
    const { closeWithinHours } = selection;
    const lead = micros(options.leadSeconds ?? 60, "leadSeconds");
    const lag = micros(options.lagSeconds ?? 60, "lagSeconds");
    this.#rest = rest;
    this.#discovery = new UniverseDiscovery(rest, selection);
    this.#explicit = new Set(selection.tickers);
    this.#window = {
      lead,
      lag,
      ...(closeWithinHours !== undefined && {
        within: micros(closeWithinHours * 3600, "closeWithinHours"),
      }),
    };
    this.#maxMarkets = options.maxMarkets ?? 200_000;
    this.#clock = options.clock ?? new SystemClock();
  }

  /**
   * Asks the exchange again. Markets that a failed pass did not show stay as they were. A call
   * during another gets that one's report. Rejects only with the reason of `signal`.
   */
  refresh(signal?: AbortSignal): Promise<UniverseReport> {
    this.#running ??= this.#refresh(signal).finally(() => this.#running = undefined);
    return this.#running;
  }

  /**
   * The markets to follow at `now`, in no special order: the same array as before while nothing
   * changed, so that a caller can compare by identity.
   */
  tickersAt(now: EpochMicros): readonly string[] {
    if (now >= this.#answerFrom && now < this.#answerUntil) return this.#answer;
    const tickers: string[] = [];
    let until = Infinity;
    for (const [ticker, market] of this.#markets) {
      const start = market.startsAt(this.#window);
      const end = market.endsAt(this.#window);
      if (now < start) {
        if (start < end && start < until) until = start;
      } else if (now < end) {
        tickers.push(ticker);
        if (end < until) until = end;
      }
    }
    this.#answerFrom = now;
    this.#answerUntil = until;
    if (!sameTickers(tickers, this.#answer)) this.#answer = tickers;
    return this.#answer;
  }

  /** When {@link tickersAt} changes next if nothing is learned until then; `Infinity` for never. */
  nextChange(now: EpochMicros): EpochMicros {
    this.tickersAt(now);
    return this.#answerUntil;
  }

  /**
   * Takes over a market's lifecycle frame: `created` adds a market at once when its event is known to
   * be selected (else the next refresh finds it, counted in {@link unplaced}), `close_date_updated`,
   * `activated`, `determined` and `settled` change when a held one ends. What is none of ours is
   * ignored.
   */
  note(ticker: string, lifecycle: MarketLifecycle): void {
    const now = this.#clock.now();
    let market = this.#markets.get(ticker);
    if (market === undefined) {
      if (lifecycle.event !== "created" || !isTicker(ticker)) return;
      const { eventTicker } = lifecycle;
      if (!this.#explicit.has(ticker) && !this.#events.has(eventTicker ?? "")) {
        this.#unplaced++;
        return;
      }
      market = this.#add(ticker);
      if (market === undefined) return;
    }
    market.readLifecycle(lifecycle, now);
    this.#changed();
  }

  /** Takes over an event's lifecycle frame: from now on its markets are known when created. */
  noteEvent(eventTicker: string, seriesTicker: string): void {
    if (this.#discovery.selects(seriesTicker)) this.#events.set(eventTicker, this.#clock.now());
  }

  /** Created markets so far whose event was not known to be selected or not. */
  get unplaced(): number {
    return this.#unplaced;
  }

  async #refresh(signal: AbortSignal | undefined): Promise<UniverseReport> {
    const seen = ++this.#refreshes;
    const before = this.#markets.size;
    const notes: RefreshNotes = { illegal: new Set(), overflow: 0, problems: [] };
    for await (const page of this.#discovery.run(signal)) {
      for (const object of page) this.#read(object, seen, notes);
    }
    const added = this.#markets.size - before;
    const { failures, problems } = this.#discovery;
    const lookUpFailures: string[] = [];
    const vanished = await this.#lookUpUnseen(seen, notes, lookUpFailures, signal);
    const dropped = this.#drop();
    this.#changed();
    return {
      markets: this.#markets.size,
      added,
      dropped,
      vanished,
      illegal: notes.illegal.size,
      overflow: notes.overflow,
      failures: [...failures, ...lookUpFailures],
      problems: [...problems, ...notes.problems],
    };
  }

  #read(object: JsonObject, seen: number, notes: RefreshNotes): void {
    const ticker = object["ticker"];
    if (typeof ticker !== "string" || !isTicker(ticker)) {
      notes.illegal.add(JSON.stringify(ticker) ?? "");
      return;
    }
    const market = this.#markets.get(ticker) ?? this.#add(ticker);
    if (market === undefined) {
      notes.overflow++;
      return;
    }
    const now = this.#clock.now();
    market.seenIn = seen;
    market.missed = 0;
    market.readObject(object, ticker, now, notes.problems);
    // Of a named market nothing follows for the others of its event.
    if (!market.explicit && market.eventTicker !== undefined) {
      this.#events.set(market.eventTicker, now);
    }
    this.#changed();
  }

  #add(ticker: string): FollowedMarket | undefined {
    if (this.#markets.size >= this.#maxMarkets) return undefined;
    const market = new FollowedMarket(this.#explicit.has(ticker));
    this.#markets.set(ticker, market);
    return market;
  }

  /** A market that no pass showed has closed early, or a pass failed: its own object tells. */
  async #lookUpUnseen(
    seen: number,
    notes: RefreshNotes,
    failures: string[],
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const unseen = new Set<string>();
    const now = this.#clock.now();
    for (const [ticker, market] of this.#markets) {
      if (unseen.size >= MAX_LOOKUPS) break;
      const open = market.seenIn !== seen && market.endsAt(this.#window) > now;
      if (open && !market.explicit) unseen.add(ticker);
    }
    if (unseen.size === 0) return 0;
    try {
      for await (const page of this.#rest.markets({ tickers: [...unseen] }, signal && { signal })) {
        for (const object of page) {
          unseen.delete(String(object["ticker"]));
          this.#read(object, seen, notes);
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(`Cannot look up ${unseen.size} markets: ${messageOf(error)}`);
      return 0;
    }
    let vanished = 0;
    for (const ticker of unseen) {
      const market = this.#markets.get(ticker);
      if (market === undefined || ++market.missed < MAX_MISSES) continue;
      market.end(this.#clock.now());
      vanished++;
    }
    return vanished;
  }

  #drop(): number {
    const now = this.#clock.now();
    let dropped = 0;
    for (const [ticker, market] of this.#markets) {
      if (market.explicit || market.endsAt(this.#window) + REMEMBERED > now) continue;
      this.#markets.delete(ticker);
      dropped++;
    }
    for (const [event, touched] of this.#events) {
      if (touched + EVENT_REMEMBERED <= now) this.#events.delete(event);
    }
    return dropped;
  }

  #changed(): void {
    this.#answerUntil = -Infinity;
  }
}

interface RefreshNotes {
  readonly illegal: Set<string>;
  overflow: number;
  readonly problems: string[];
}

function sameTickers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((ticker, i) => ticker === b[i]);
}

function micros(seconds: number, name: string): EpochMicros {
  if (!(seconds >= 0)) throw new RangeError(`Cannot use ${name} ${seconds}: expected 0 or more`);
  return seconds * MICROS_PER_SECOND;
}

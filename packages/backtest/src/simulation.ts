import type { EpochMicros, EventBatch, MarketInfo, SymbolTable } from "@ssmd/core";
import type { BacktestData, BacktestVariant, RowFollower } from "./backtest_options.ts";
import type { BacktestResult } from "./backtest_result.ts";
import { BacktestRun } from "./backtest_run.ts";
import { closeAtStart, CloseSchedule } from "./close_schedule.ts";
import { ObservedData } from "./observed_data.ts";
import type { SavedSimulation } from "./saved_simulation.ts";
import { SettlementSchedule } from "./settlement_schedule.ts";
import type { OpenMarket, StrategyContext } from "./strategy.ts";

/** The version of {@link SavedSimulation} that this code reads and writes. */
const SAVED_VERSION = 1;

/** What a {@link Simulation} knows beside its batches. */
export type SimulationData = Omit<BacktestData, "batches" | "signal">;

/** Where a {@link Simulation} goes on. */
export interface Resumption {
  /** What {@link Simulation.save} gave. */
  readonly saved: SavedSimulation;
  /** The symbols of the batches to come. */
  readonly symbols: SymbolTable;
}

/**
 * Runs strategies over batches that are handed to it, from history or from a live stream alike. It
 * does no I/O and has no clock but the data's. The data are applied once for all variants; what
 * happens in one run does not reach another.
 */
export class Simulation {
  readonly #clock: "receive" | "exchange";
  readonly #followers: readonly RowFollower[];
  readonly #markets: readonly OpenMarket[];
  readonly #given: ReadonlyMap<string, MarketInfo> | undefined;
  readonly #data: ObservedData;
  readonly #settlements: SettlementSchedule;
  readonly #closes: CloseSchedule;
  readonly #runs: readonly BacktestRun[];
  #now: EpochMicros = 0;
  #nextDue: EpochMicros = Infinity;
  #late = 0;
  #settlementsCameUp = false;
  /** The market whose close the current row has moved. */
  #moved: string | undefined;

  /**
   * Starts the strategies of `variants`, or goes on with strategies that were restored: `variants`
   * then have to be the ones of before. Throws `RangeError` for markets that are given twice,
   * impossible settlements and figures, and for a `from` of another version or number of variants.
   */
  constructor(data: SimulationData, variants: readonly BacktestVariant[], from?: Resumption) {
    this.#clock = data.clock ?? "receive";
    this.#followers = data.followers ?? [];
    this.#markets = (data.markets ?? []).map(openMarket);
    this.#given = data.markets === undefined ? undefined : byTicker(data.markets);
    this.#settlements = new SettlementSchedule(data.settlements);
    // What has data stays, as all else that is known of it, until it is paid.
    this.#closes = new CloseSchedule(
      this.#given,
      (ticker, time) =>
        this.#data.find(ticker) !== undefined && this.#settlements.timeOf(ticker) >= time,
    );
    this.#data = new ObservedData(this.#given, {
      met: (ticker, time) => {
        if (this.#given !== undefined) return;
        if (this.#settlements.add(ticker, time)) this.#settlementsCameUp = true;
      },
      closeAnnounced: (ticker, closeTime, time) => {
        if (this.#closes.announce(ticker, closeTime, time)) this.#moved = ticker;
      },
    });
    if (from === undefined) {
      for (const { ticker } of this.#markets) this.#settlements.add(ticker, 0);
    } else this.#resume(from, variants.length);
    const shared = {
      markets: this.#markets,
      given: this.#given === undefined ? undefined : byTicker(this.#markets),
      data: this.#data,
      settlements: this.#settlements,
      closes: this.#closes,
    };
    this.#runs = variants.map((variant, index) =>
      new BacktestRun(shared, variant, from?.saved.runs[index])
    );
    this.#lookAhead();
  }

  /** What the strategies see, in the order of the variants; for whoever shows a run while it lasts. */
  get contexts(): readonly StrategyContext[] {
    return this.#runs;
  }

  /** The time of the clock: that of the newest row, or of {@link advanceTo}. */
  get now(): EpochMicros {
    return this.#now;
  }

  /**
   * Applies the rows of `batch`, each after what was due before it. The batch may be reused. Throws
   * `TypeError` for another symbol table than before, and what strategies throw.
   */
  onBatch(batch: EventBatch): void {
    this.#data.open(batch.symbols);
    const data = this.#data;
    const followers = this.#followers;
    const runs = this.#runs;
    for (let row = 0; row < batch.length; row++) {
      const time = batch.tsRecv[row]!;
      if (time > this.#now) this.advanceTo(time);
      else if (time !== this.#now) this.#late++;
      const now = this.#now;
      data.apply(batch, row, now);
      if (this.#settlementsCameUp) this.#noticeSettlements();
      for (let each = 0; each < followers.length; each++) followers[each]!.apply(batch, row, now);
      if (this.#moved !== undefined) this.#tellMoved(now);
      for (let each = 0; each < runs.length; each++) {
        const run = runs[each]!;
        if (!run.needsRows) continue;
        run.onRow(batch, row, now);
        if (run.nextDue < this.#nextDue) this.#nextDue = run.nextDue;
      }
    }
  }

  /**
   * Moves the clock to `time` in silence: what is due before it happens, as if a row had come then.
   * Rows that were received earlier and come later count as late. An earlier time does nothing.
   */
  advanceTo(time: EpochMicros): void {
    if (!(time > this.#now)) return;
    if (this.#nextDue < time) {
      while (this.#closes.nextTime < time) this.#learnClose();
      for (const run of this.#runs) if (run.nextDue < time) run.advanceTo(time);
      this.#lookAhead();
    }
    this.#now = time;
  }

  /**
   * Asks anew what `ticker` paid; for settlements that become known while a stream lasts. One whose
   * time has passed is paid with the next row or {@link advanceTo}.
   */
  learnSettlement(ticker: string): void {
    if (this.#settlements.learn(ticker, this.#now)) this.#noticeSettlements();
  }

  /** The results so far, in the order of the variants. */
  results(): readonly BacktestResult[] {
    const { withData } = this.#data;
    const given = this.#given === undefined ? withData : this.#markets.length;
    const shared = {
      clock: this.#clock,
      data: this.#data.summary(this.#late),
      markets: {
        given,
        withData,
        withoutData: given - withData,
        settled: this.#settlements.size,
        notGiven: this.#data.notGiven,
      },
      coverage: this.#data.coverage(),
    };
    return this.#runs.map((run) => ({ ...run.result(), ...shared }));
  }

  /**
   * The data are over: lets happen what is still due, and gives the results. Settlements pay and timers
   * fire; orders that arrive later than {@link now} are refused.
   */
  finish(): readonly BacktestResult[] {
    for (const run of this.#runs) {
      run.advanceTo(this.#now);
      run.finish();
    }
    return this.results();
  }

  /** Everything but the strategies' and followers' own state, as plain data; between two batches. */
  save(): SavedSimulation {
    return {
      version: SAVED_VERSION,
      now: this.#now,
      late: this.#late,
      data: this.#data.save(),
      settlements: this.#settlements.save(),
      closes: this.#closes.save(),
      runs: this.#runs.map((run) => run.save()),
    };
  }

  #resume({ saved, symbols }: Resumption, variants: number): void {
    // Saved text comes from outside: it may be of another version than its type.
    const version: number = saved.version;
    if (version !== SAVED_VERSION) {
      throw new RangeError(`Cannot go on from version ${version}: expected ${SAVED_VERSION}`);
    }
    if (saved.runs.length !== variants) {
      throw new RangeError(
        `Cannot go on with ${variants} variants: ${saved.runs.length} were saved`,
      );
    }
    this.#now = saved.now;
    this.#late = saved.late;
    this.#settlements.restore(saved.settlements);
    this.#closes.restore(saved.closes, saved.now);
    this.#data.restore(saved.data, symbols);
  }

  /** What becomes known of a close at a time comes before everything else that is due then. */
  #learnClose(): void {
    const time = this.#closes.nextTime;
    for (const run of this.#runs) if (run.nextDue < time) run.advanceTo(time);
    this.#moved = this.#closes.take();
    if (this.#moved !== undefined) this.#tellMoved(time);
  }

  #tellMoved(time: EpochMicros): void {
    const ticker = this.#moved!;
    this.#moved = undefined;
    for (const run of this.#runs) run.hearClose(ticker, time);
    this.#lookAhead();
  }

  #noticeSettlements(): void {
    this.#settlementsCameUp = false;
    for (const run of this.#runs) run.noticeSettlement();
    this.#lookAhead();
  }

  #lookAhead(): void {
    this.#nextDue = this.#closes.nextTime;
    for (const run of this.#runs) this.#nextDue = Math.min(this.#nextDue, run.nextDue);
  }
}

function openMarket(info: MarketInfo): OpenMarket {
  const { settlement: _, closes: __, closeTime: ___, ...open } = info;
  const closeTime = closeAtStart(info);
  return { ...open, ...(closeTime === undefined ? {} : { closeTime }) };
}

function byTicker<T extends OpenMarket>(markets: readonly T[]): ReadonlyMap<string, T> {
  const given = new Map<string, T>();
  for (const market of markets) {
    if (given.has(market.ticker)) {
      throw new RangeError(`Cannot run with ${market.ticker} given twice`);
    }
    given.set(market.ticker, market);
  }
  return given;
}

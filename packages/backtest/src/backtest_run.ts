import {
  type BookView,
  type EpochMicros,
  type EventBatch,
  MICROS_PER_SECOND,
  type Money,
  NO_PRICE,
  type Price,
  type Settlement,
  type Side,
} from "@ssmd/core";
import type { BacktestVariant } from "./backtest_options.ts";
import type { BacktestResult, SkippedMarket } from "./backtest_result.ts";
import { EquityCurve } from "./equity_curve.ts";
import { UNKNOWN_QUOTE_SIZE, walkBook } from "./fill_model.ts";
import { followRow, type RowWatcher } from "./follow_row.ts";
import { queueMaker } from "./maker_model.ts";
import { MarketDisplay } from "./market_display.ts";
import type { NewOrder, OrderId } from "./order.ts";
import { OrderDesk } from "./order_desk.ts";
import { Portfolio, type Position } from "./portfolio.ts";
import { PositionMarks } from "./position_marks.ts";
import { type Arrival, RunAgenda } from "./run_agenda.ts";
import { openPositionOf, portfolioSummary } from "./run_summary.ts";
import type { SavedRun } from "./saved_simulation.ts";
import type { SharedData } from "./shared_data.ts";
import type { OpenMarket, StrategyContext, Timer } from "./strategy.ts";
import { type Trade, tradeOf } from "./trade.ts";
import { TradingGate } from "./trading_gate.ts";

const DEFAULT_BALANCE: Money = 10_000_000_000;
const DEFAULT_EQUITY_INTERVAL: EpochMicros = 300 * MICROS_PER_SECOND;
/** More timers or orders than this at one moment are a strategy that goes in a circle. */
const STEPS_AT_ONCE = 1_000_000;

/** The parts of a result that are a run's own. */
export type RunResult = Omit<BacktestResult, "clock" | "data" | "markets" | "coverage">;

/** One run: its clock, what is due on it, and the strategy's view of both ({@link StrategyContext}). */
export class BacktestRun implements StrategyContext {
  readonly #shared: SharedData;
  readonly #variant: BacktestVariant;
  readonly #hearsRows: boolean;
  readonly #latency: EpochMicros;
  readonly #equityInterval: EpochMicros;
  readonly #trusting: boolean;
  readonly #gate: TradingGate;
  readonly #agenda: RunAgenda;
  readonly #displays = new Map<string, MarketDisplay>();
  readonly #marks = new PositionMarks((ticker) => this.#displayOf(ticker));
  readonly #portfolio: Portfolio;
  readonly #desk: OrderDesk;
  readonly #equity: EquityCurve;
  readonly #trades: Trade[] = [];
  readonly #skipped = new Map<string, SkippedMarket>();
  /** What is sent without latency, until the strategy's callback has returned. */
  readonly #arrivals: Arrival[] = [];
  readonly #watcher: RowWatcher;
  #now: EpochMicros = 0;
  #stepsAtOnce = 0;
  #dataOver = false;

  /**
   * Starts the strategy, or goes on from `saved` with a strategy that was restored. Throws
   * `RangeError` for a latency or an interval that is none.
   */
  constructor(shared: SharedData, variant: BacktestVariant, saved?: SavedRun) {
    const { latency = 0, equityInterval = DEFAULT_EQUITY_INTERVAL, gaps = "halt" } = variant;
    if (!Number.isSafeInteger(latency) || latency < 0) {
      throw new RangeError(`Cannot run with a latency of ${latency}: expected microseconds from 0`);
    }
    if (!Number.isSafeInteger(equityInterval) || equityInterval <= 0) {
      throw new RangeError(`Cannot mark every ${equityInterval}: expected microseconds above 0`);
    }
    this.#shared = shared;
    this.#variant = variant;
    this.#hearsRows = variant.strategy.onEvent !== undefined;
    this.#latency = latency;
    this.#equityInterval = equityInterval;
    this.#trusting = gaps === "ignore";
    this.#gate = new TradingGate(shared, gaps, (ticker) => this.#displayOf(ticker));
    this.#agenda = new RunAgenda(shared.settlements);
    this.#portfolio = saved === undefined
      ? new Portfolio(variant.startingBalance ?? DEFAULT_BALANCE)
      : Portfolio.restore(saved.portfolio);
    this.#equity = new EquityCurve(this.#portfolio.startingBalance);
    this.#desk = this.#openDesk();
    this.#watcher = {
      now: () => this.#now,
      isTrading: (ticker) => this.#gate.isTrading(ticker, this.#now),
      isDoubtful: (ticker, gap) => !this.#trusting && (gap || this.isStale(ticker)),
    };
    if (saved !== undefined) {
      this.#restore(saved);
    } else if (variant.strategy.start !== undefined) {
      variant.strategy.start(this);
      this.#letArrive();
    }
  }

  /** When something happens to the run next; `Infinity` when only rows can bring that about. */
  get nextDue(): EpochMicros {
    return this.#agenda.nextTime;
  }

  /** Whether {@link onRow} would do anything. */
  get needsRows(): boolean {
    return this.#hearsRows || this.#desk.resting > 0;
  }

  get now(): EpochMicros {
    return this.#now;
  }

  get markets(): readonly OpenMarket[] {
    return this.#shared.markets;
  }

  get cash(): Money {
    return this.#desk.available;
  }

  get equity(): Money {
    const { positions } = this.#portfolio;
    return this.#portfolio.equity(this.#marks.worth(positions));
  }

  get positions(): readonly Position[] {
    return this.#portfolio.positions;
  }

  market(ticker: string): OpenMarket | undefined {
    return this.#shared.given?.get(ticker);
  }

  closeTime(ticker: string): EpochMicros | undefined {
    return this.#shared.closes.closeTimeOf(ticker);
  }

  book(ticker: string): BookView | undefined {
    return this.#displayOf(ticker);
  }

  bestBid(ticker: string, side: Side): Price | undefined {
    const price = this.#displayOf(ticker)?.bestPrice(side) ?? NO_PRICE;
    return price === NO_PRICE ? undefined : price;
  }

  isStale(ticker: string): boolean {
    return this.#displayOf(ticker)?.stale ?? true;
  }

  position(ticker: string, side: Side, group: string = ""): Position | undefined {
    return this.#portfolio.position({ ticker, side, group });
  }

  isOrdering(ticker: string): boolean {
    return this.#desk.isOrdering(ticker);
  }

  setTimer(at: EpochMicros, tag: string): void {
    if (!Number.isFinite(at)) throw new RangeError(`Cannot set a timer at ${at}: not a number`);
    this.#agenda.addTimer({ at, tag }, this.#now);
  }

  submit(order: NewOrder): OrderId {
    const id = this.#desk.submit(order, this.#now);
    this.#send({ kind: "order", id });
    return id;
  }

  cancel(id: OrderId): void {
    this.#desk.checkId(id);
    this.#send({ kind: "cancel", id });
  }

  markSkipped(ticker: string, reason: string): void {
    // The order is that in which the last words were said.
    this.#skipped.delete(ticker);
    this.#skipped.set(ticker, { ticker, reason, time: this.#now });
  }

  /** A row was applied at `time`: fills what it fills of resting orders, and tells the strategy. */
  onRow(batch: EventBatch, row: number, time: EpochMicros): void {
    if (time > this.#now) this.#moveTo(time);
    if (this.#desk.resting > 0) {
      followRow(this.#desk, batch, row, this.#watcher);
      this.#letArrive();
    }
    if (!this.#hearsRows) return;
    this.#variant.strategy.onEvent!(this, batch, row);
    if (this.#arrivals.length > 0) this.#letArrive();
  }

  /** Lets happen what is due before `time`, and moves the clock there. */
  advanceTo(time: EpochMicros): void {
    while (this.nextDue < time) this.#happenNext();
    this.#moveTo(Math.max(this.#now, time));
  }

  /** What is known of the close of `ticker` has changed at `time`. */
  hearClose(ticker: string, time: EpochMicros): void {
    if (time > this.#now) this.#moveTo(time);
    if (this.#desk.restingTickers.includes(ticker)) this.#expectClose(ticker);
    this.#variant.strategy.onCloseTime?.(this, ticker);
    this.#letArrive();
  }

  /** A settlement was added to the shared ones. */
  noticeSettlement(): void {
    this.#agenda.refresh();
  }

  /** The data are over: lets happen what is still due. */
  finish(): void {
    if (this.#portfolio.positions.length > 0) this.#recordEquity();
    this.#dataOver = true;
    this.#gate.dataEnd = this.#now;
    this.#agenda.setEquity(Infinity);
    // Timers that are set from here on fire only up to here: a strategy that always sets the next
    // one would never end.
    const { horizon } = this.#agenda;
    while (this.nextDue <= horizon) this.#happenNext();
    this.#desk.finish();
  }

  /** What the run knows of itself so far. */
  result(): RunResult {
    const { strategy, fills = walkBook, makers = queueMaker, fees, gaps = "halt" } = this.#variant;
    const { positions } = this.#portfolio;
    const prices = this.#marks.prices(positions);
    const open = positions.map((each, index) => openPositionOf(each, prices[index]));
    const entered = [...this.#trades, ...open];
    const traded = new Set(entered.map(({ ticker }) => ticker));
    const foreseen = entered.filter(({ ticker, entryTime }) =>
      this.#shared.closes.isHindsight(ticker, entryTime)
    );
    return {
      strategy: { name: strategy.name, parameters: { ...strategy.parameters } },
      models: {
        fills: fills.name,
        makers: makers.name,
        latency: this.#latency,
        gaps,
        fees: fees.name,
        settlements: this.#shared.settlements.name,
      },
      portfolio: portfolioSummary(this.#portfolio, open, this.equity),
      trades: [...this.#trades],
      equity: [...this.#equity.points],
      drawdown: this.#equity.drawdown,
      notes: { ...strategy.report?.() },
      open,
      orders: this.#desk.counts,
      skipped: [...this.#skipped.values()].filter(({ ticker }) => !traded.has(ticker)),
      hindsightCloses: [...new Set(foreseen.map(({ ticker }) => ticker))],
      timersDropped: this.#agenda.timers,
    };
  }

  /** The run as plain data, between two rows; its strategy has its own. */
  save(): SavedRun {
    return {
      now: this.#now,
      stepsAtOnce: this.#stepsAtOnce,
      agenda: this.#agenda.save(),
      portfolio: this.#portfolio.save(),
      marks: this.#marks.save(this.#portfolio.positions),
      desk: this.#desk.save(),
      equity: this.#equity.save(),
      trades: [...this.#trades],
      skipped: [...this.#skipped.values()],
    };
  }

  #restore(saved: SavedRun): void {
    this.#now = saved.now;
    this.#stepsAtOnce = saved.stepsAtOnce;
    this.#agenda.restore(saved.agenda);
    this.#marks.restore(this.#portfolio.positions, saved.marks);
    this.#desk.restore(saved.desk);
    this.#equity.restore(saved.equity);
    this.#trades.push(...saved.trades);
    for (const skipped of saved.skipped) this.#skipped.set(skipped.ticker, skipped);
  }

  #openDesk(): OrderDesk {
    const { strategy, fills = walkBook, makers = queueMaker, fees, onDecision } = this.#variant;
    return new OrderDesk(this.#portfolio, {
      fills,
      makers,
      fees,
      onDecision,
      barredFrom: (order, time) => this.#gate.barredFrom(order, time),
      displayOf: (ticker) => this.#displayOf(ticker),
      onReport: (report) => {
        if (report.status === "resting") this.#expectClose(report.order.ticker);
        strategy.onOrder?.(this, report);
      },
      onLedger: (closed) => {
        if (closed !== undefined) this.#close(closed.position, closed.reason);
        this.#recordEquity();
      },
    });
  }

  #displayOf(ticker: string): MarketDisplay | undefined {
    let display = this.#displays.get(ticker);
    if (display === undefined) {
      const market = this.#shared.data.find(ticker);
      if (market === undefined) return undefined;
      const { unknownQuoteSize = UNKNOWN_QUOTE_SIZE } = this.#variant.fills ?? walkBook;
      display = new MarketDisplay(market, unknownQuoteSize, this.#trusting);
      this.#displays.set(ticker, display);
    }
    return display.source === undefined ? undefined : display;
  }

  #expectClose(ticker: string): void {
    const end = this.#shared.closes.endOf(ticker);
    if (end < Infinity) this.#agenda.addClose(ticker, end);
  }

  /** A close that was announced and has moved since is none. */
  #closeMarket(ticker: string): void {
    if (!this.#gate.isTrading(ticker, this.#now)) this.#desk.cancelAll(ticker, this.#now);
  }

  /** Latency 0 means once the current callback has returned, otherwise as for timers. */
  #send(arrival: Arrival): void {
    if (this.#latency === 0) this.#arrivals.push(arrival);
    else this.#agenda.addArrival(arrival, this.#now + this.#latency);
  }

  #letArrive(): void {
    for (let index = 0; index < this.#arrivals.length; index++) {
      this.#arrive(this.#arrivals[index]!);
    }
    this.#arrivals.length = 0;
  }

  #arrive({ kind, id }: Arrival): void {
    if (kind === "cancel") return this.#desk.cancel(id, this.#now);
    this.#countStep(`order ${id}`);
    this.#desk.arrive(id, this.#now);
  }

  #happenNext(): void {
    this.#moveTo(Math.max(this.#now, this.nextDue));
    const due = this.#agenda.take();
    if (due === undefined) return;
    if (due.kind === "settlement") this.#settle(due.ticker, due.settlement);
    else if (due.kind === "close") this.#closeMarket(due.ticker);
    else if (due.kind === "timer") this.#fire(due.timer);
    else if (due.kind === "equity") this.#recordEquity();
    else this.#arrive(due);
    this.#letArrive();
  }

  #moveTo(time: EpochMicros): void {
    if (time > this.#now) this.#stepsAtOnce = 0;
    this.#now = time;
  }

  #fire(timer: Timer): void {
    this.#countStep(`timer "${timer.tag}"`);
    this.#variant.strategy.onTimer?.(this, timer);
  }

  #countStep(what: string): void {
    if (++this.#stepsAtOnce <= STEPS_AT_ONCE) return;
    throw new RangeError(
      `Cannot move on from ${this.#now}: ${STEPS_AT_ONCE} timers and orders came there, the last ${what}`,
    );
  }

  #settle(ticker: string, { yesValue }: Settlement): void {
    this.#desk.cancelAll(ticker, this.#now);
    const closed = this.#portfolio.settle(ticker, yesValue, this.#now);
    if (closed.length === 0) return;
    for (const position of closed) this.#close(position, "settlement");
    this.#recordEquity();
    this.#variant.strategy.onSettled?.(this, ticker);
  }

  #close(position: Position, reason: string): void {
    const market = this.#shared.data.find(position.ticker);
    const touchedGap = market?.watch?.staleAfter(position.fills[0]!.time) ?? true;
    this.#trades.push(tradeOf(position, reason, touchedGap));
  }

  #recordEquity(): void {
    const { positions, cash, openCost } = this.#portfolio;
    const equity = this.#portfolio.equity(this.#marks.remember(positions));
    this.#equity.add(this.#now, cash, equity, openCost);
    const interval = this.#equityInterval;
    const next = (Math.floor(this.#now / interval) + 1) * interval;
    this.#agenda.setEquity(positions.length > 0 && !this.#dataOver ? next : Infinity);
  }
}

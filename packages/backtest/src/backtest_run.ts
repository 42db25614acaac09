import type {
  BookView,
  EpochMicros,
  EventBatch,
  MarketInfo,
  Money,
  Quantity,
  Settlement,
  Side,
} from "@ssmd/core";
import type { BacktestOptions } from "./backtest_options.ts";
import type { BacktestResult, PortfolioSummary, SkippedMarket } from "./backtest_result.ts";
import { walkBook } from "./fill_model.ts";
import { ObservedData } from "./observed_data.ts";
import { OrderDesk } from "./order_desk.ts";
import { Portfolio, type Position } from "./portfolio.ts";
import { checkedSettlement } from "./settlement.ts";
import type {
  OpenMarket,
  OrderOptions,
  OrderResult,
  Strategy,
  StrategyContext,
  Timer,
} from "./strategy.ts";
import { TimeQueue } from "./time_queue.ts";
import { type Trade, tradeOf } from "./trade.ts";

const DEFAULT_BALANCE: Money = 10_000_000_000;
/** More timers than this at one moment are a strategy that sets them in a circle. */
const TIMERS_AT_ONCE = 1_000_000;

/** At the same time a settlement comes before a timer, whose strategy then sees what was paid. */
const SETTLEMENT_RANK = 0;
const TIMER_RANK = 1;

type Due =
  | { readonly kind: "timer"; readonly timer: Timer }
  | { readonly kind: "settlement"; readonly ticker: string; readonly settlement: Settlement };

/** One run: the clock, what is due on it, and the strategy's view of both ({@link StrategyContext}). */
export class BacktestRun implements StrategyContext {
  readonly markets: readonly OpenMarket[];
  readonly #options: BacktestOptions;
  readonly #strategy: Strategy;
  readonly #given = new Map<string, OpenMarket>();
  readonly #settlements = new Map<string, Settlement>();
  readonly #queue = new TimeQueue<Due>();
  readonly #data: ObservedData;
  readonly #portfolio: Portfolio;
  readonly #desk: OrderDesk;
  readonly #trades: Trade[] = [];
  readonly #skipped: SkippedMarket[] = [];
  #now: EpochMicros = 0;
  #late = 0;
  #timersAtOnce = 0;

  /** Starts the strategy. Throws `RangeError` for markets given twice and impossible settlements. */
  constructor(options: BacktestOptions) {
    this.#options = options;
    this.#strategy = options.strategy;
    this.markets = options.markets.map(withoutSettlement);
    for (const market of this.markets) {
      if (this.#given.has(market.ticker)) {
        throw new RangeError(`Cannot run with ${market.ticker} given twice`);
      }
      this.#given.set(market.ticker, market);
      this.#scheduleSettlement(market.ticker);
    }
    this.#data = new ObservedData(this.#given);
    this.#portfolio = new Portfolio(options.startingBalance ?? DEFAULT_BALANCE);
    this.#desk = new OrderDesk(this.#portfolio, options.fills ?? walkBook, options.fees);
    this.#strategy.start?.(this);
  }

  get now(): EpochMicros {
    return this.#now;
  }

  get cash(): Money {
    return this.#portfolio.cash;
  }

  get positions(): readonly Position[] {
    return this.#portfolio.positions;
  }

  market(ticker: string): OpenMarket | undefined {
    return this.#given.get(ticker);
  }

  book(ticker: string): BookView | undefined {
    return this.#data.book(ticker);
  }

  position(ticker: string, side: Side): Position | undefined {
    return this.#portfolio.position(ticker, side);
  }

  setTimer(at: EpochMicros, tag: string): void {
    if (!Number.isFinite(at)) throw new RangeError(`Cannot set a timer at ${at}: not a number`);
    this.#queue.add(Math.max(at, this.#now), TIMER_RANK, { kind: "timer", timer: { at, tag } });
  }

  buy(ticker: string, side: Side, quantity: Quantity, options?: OrderOptions): OrderResult {
    return this.#trade("buy", ticker, side, quantity, options);
  }

  sell(ticker: string, side: Side, quantity: Quantity, options?: OrderOptions): OrderResult {
    const position = this.#portfolio.position(ticker, side);
    const result = this.#trade("sell", ticker, side, quantity, options);
    if (position?.quantity === 0) this.#close(position, options?.reason ?? "sell");
    return result;
  }

  markSkipped(ticker: string, reason: string): void {
    this.#skipped.push({ ticker, reason, time: this.#now });
  }

  /** Applies the rows of `batch`, each after what was due before it. */
  replay(batch: EventBatch): void {
    const strategy = this.#strategy;
    for (let row = 0; row < batch.length; row++) {
      const time = batch.tsRecv[row]!;
      if (time > this.#now) {
        while (this.#queue.nextTime < time) this.#happenNext();
        this.#moveTo(time);
      } else if (time !== this.#now) {
        this.#late++;
      }
      this.#data.apply(batch, row, this.#now);
      if (strategy.onEvent !== undefined) strategy.onEvent(this, batch, row);
    }
  }

  /** Lets happen what is still due after the last record, and sums up. */
  finish(): BacktestResult {
    // Timers that are set from here on fire only up to here: a strategy that always sets the next
    // one would never end.
    const horizon = this.#queue.lastTime;
    while (this.#queue.nextTime <= horizon) this.#happenNext();
    const { strategy, fills = walkBook, fees, settlements, clock = "receive" } = this.#options;
    return {
      strategy: { name: strategy.name, parameters: { ...strategy.parameters } },
      models: { fills: fills.name, fees: fees.name, settlements: settlements.name },
      clock,
      data: this.#data.summary(this.#late),
      markets: {
        given: this.markets.length,
        withData: this.#data.withData,
        withoutData: this.markets.length - this.#data.withData,
        settled: this.#settlements.size,
        notGiven: this.#data.notGiven,
      },
      portfolio: summaryOf(this.#portfolio),
      trades: this.#trades,
      open: this.#portfolio.positions.map(({ ticker, side, quantity, cost, fills }) => ({
        ticker,
        side,
        contracts: quantity,
        cost,
        entryTime: fills[0]!.time,
      })),
      orders: this.#desk.counts,
      skipped: this.#skipped,
      timersDropped: this.#queue.size,
      coverage: this.#data.coverage(),
    };
  }

  #scheduleSettlement(ticker: string): void {
    const settlement = this.#options.settlements.settlementOf(ticker);
    if (settlement === undefined) return;
    this.#settlements.set(ticker, checkedSettlement(ticker, settlement));
    this.#queue.add(settlement.time, SETTLEMENT_RANK, { kind: "settlement", ticker, settlement });
  }

  #happenNext(): void {
    this.#moveTo(Math.max(this.#now, this.#queue.nextTime));
    const due = this.#queue.take();
    if (due?.kind === "settlement") this.#settle(due.ticker, due.settlement);
    else if (due?.kind === "timer") this.#fire(due.timer);
  }

  #moveTo(time: EpochMicros): void {
    if (time > this.#now) this.#timersAtOnce = 0;
    this.#now = time;
  }

  #fire(timer: Timer): void {
    if (++this.#timersAtOnce > TIMERS_AT_ONCE) {
      throw new RangeError(
        `Cannot move on from ${this.#now}: ${TIMERS_AT_ONCE} timers fired there, the last "${timer.tag}"`,
      );
    }
    this.#strategy.onTimer?.(this, timer);
  }

  #settle(ticker: string, { yesValue }: Settlement): void {
    for (const position of this.#portfolio.settle(ticker, yesValue, this.#now)) {
      this.#close(position, "settlement");
    }
  }

  #close(position: Position, reason: string): void {
    const touchedGap = this.#data.staleAfter(position.ticker, position.fills[0]!.time);
    this.#trades.push(tradeOf(position, reason, touchedGap));
  }

  #trade(
    action: "buy" | "sell",
    ticker: string,
    side: Side,
    quantity: Quantity,
    options: OrderOptions | undefined,
  ): OrderResult {
    const desk = this.#desk;
    const order = desk.orderOf(action, side, quantity, options);
    const market = this.#given.get(ticker);
    if (market === undefined) return desk.refuse("unknown market");
    if (!this.#isTrading(market)) return desk.refuse("closed");
    const book = this.#data.book(ticker);
    if (book === undefined) return desk.refuse("no book");
    return desk.execute(ticker, book, order, this.#now);
  }

  #isTrading({ ticker, openTime = -Infinity, closeTime = Infinity }: OpenMarket): boolean {
    const end = Math.min(closeTime, this.#settlements.get(ticker)?.time ?? Infinity);
    return openTime <= this.#now && this.#now < end;
  }
}

/** A strategy must not be able to look up what a market will pay. */
function withoutSettlement(market: MarketInfo): OpenMarket {
  const { settlement: _, ...open } = market;
  return open;
}

function summaryOf(portfolio: Portfolio): PortfolioSummary {
  const { startingBalance, cash, realised, fees, positions } = portfolio;
  return {
    startingBalance,
    balance: cash,
    ...(positions.length === 0 ? { equity: cash } : {}),
    openCost: positions.reduce((sum, { cost }) => sum + cost, 0),
    realised,
    fees,
    totalPnl: realised - fees,
  };
}

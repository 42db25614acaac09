import type { EpochMicros, Settlement } from "@ssmd/core";
import type { OrderId } from "./order.ts";
import type { SettlementSchedule } from "./settlement_schedule.ts";
import type { Timer } from "./strategy.ts";
import { TimeQueue } from "./time_queue.ts";

/** At the same time an order arrives before a timer, whose strategy then sees what became of it. */
const ORDER_RANK = 1;
const TIMER_RANK = 2;

/** An order or a cancellation that reaches the market. */
export type Arrival = { readonly kind: "order" | "cancel"; readonly id: OrderId };

type Queued = Arrival | { readonly kind: "timer"; readonly timer: Timer };

/** Something that happens to a run at its time. */
export type Happening =
  | Queued
  | { readonly kind: "settlement"; readonly ticker: string; readonly settlement: Settlement }
  | { readonly kind: "close"; readonly ticker: string }
  | { readonly kind: "equity" };

/**
 * A {@link RunAgenda} as plain data.
 * @internal
 */
export interface SavedAgenda {
  /** Timers, orders and cancellations, in the order in which they come. */
  readonly queue: readonly {
    readonly at: EpochMicros;
    readonly rank: number;
    readonly item: Queued;
  }[];
  /** Closes of markets, in the order in which they come. */
  readonly closes: readonly { readonly at: EpochMicros; readonly item: string }[];
  /** How many settlements have happened. */
  readonly settled: number;
  /** When equity is recorded next; absent when it is not. */
  readonly equityAt?: EpochMicros;
}

/**
 * What is still to happen to a run. At the same time a settlement comes first, then a market's close,
 * orders, timers, and last the record of the equity.
 */
export class RunAgenda {
  /** When the next thing is due; `Infinity` when nothing is. */
  nextTime: EpochMicros = Infinity;
  readonly #settlements: SettlementSchedule;
  readonly #queue = new TimeQueue<Queued>();
  readonly #closes = new TimeQueue<string>();
  readonly #closing = new Map<string, EpochMicros>();
  #settled = 0;
  #equityAt: EpochMicros = Infinity;

  /** Begins with the first of `settlements`. */
  constructor(settlements: SettlementSchedule) {
    this.#settlements = settlements;
    this.refresh();
  }

  /**
   * When the last settlement, order or timer is due; `-Infinity` without any. Closes do not count:
   * nothing happens there to a strategy that has nothing else to do.
   */
  get horizon(): EpochMicros {
    return Math.max(this.#queue.lastTime, this.#settlements.lastTime);
  }

  /** How many timers are left. */
  get timers(): number {
    return this.#queue.entries.filter(({ item }) => item.kind === "timer").length;
  }

  /** Adds a timer that fires at `at`, or at `now` when that is later. */
  addTimer(timer: Timer, now: EpochMicros): void {
    this.#add(Math.max(timer.at, now), TIMER_RANK, { kind: "timer", timer });
  }

  /** Adds what reaches the market at `at`. */
  addArrival(arrival: Arrival, at: EpochMicros): void {
    this.#add(at, ORDER_RANK, arrival);
  }

  /** Adds a close of a market, which may have been added for other times; nothing when it is the last. */
  addClose(ticker: string, at: EpochMicros): void {
    if (this.#closing.get(ticker) === at) return;
    this.#closing.set(ticker, at);
    this.#closes.add(at, 0, ticker);
    this.refresh();
  }

  /** Sets when equity is recorded next; `Infinity` for never. */
  setEquity(at: EpochMicros): void {
    this.#equityAt = at;
    this.refresh();
  }

  /** Takes out what comes next. */
  take(): Happening | undefined {
    const happening = this.#takeAt(this.nextTime);
    this.refresh();
    return happening;
  }

  /** Looks anew when something is due; called when a settlement was added to the shared ones. */
  refresh(): void {
    this.nextTime = Math.min(
      this.#settlements.timeAt(this.#settled),
      this.#closes.nextTime,
      this.#queue.nextTime,
      this.#equityAt,
    );
  }

  /** The agenda as plain data. */
  save(): SavedAgenda {
    return {
      queue: this.#queue.entries,
      closes: this.#closes.entries,
      settled: this.#settled,
      ...(this.#equityAt === Infinity ? {} : { equityAt: this.#equityAt }),
    };
  }

  /** Takes over what {@link save} gave. */
  restore(saved: SavedAgenda): void {
    for (const { at, rank, item } of saved.queue) this.#queue.add(at, rank, item);
    for (const { at, item } of saved.closes) {
      this.#closes.add(at, 0, item);
      this.#closing.set(item, at);
    }
    this.#settled = saved.settled;
    this.#equityAt = saved.equityAt ?? Infinity;
    this.refresh();
  }

  #add(at: EpochMicros, rank: number, item: Queued): void {
    this.#queue.add(at, rank, item);
    if (at < this.nextTime) this.nextTime = at;
  }

  #takeAt(time: EpochMicros): Happening | undefined {
    if (this.#settlements.timeAt(this.#settled) === time) {
      const due = this.#settlements.at(this.#settled++);
      return due && { kind: "settlement", ...due };
    }
    if (this.#closes.nextTime === time) {
      const ticker = this.#closes.take();
      return ticker === undefined ? undefined : { kind: "close", ticker };
    }
    if (this.#queue.nextTime === time) return this.#queue.take();
    this.#equityAt = Infinity;
    return { kind: "equity" };
  }
}

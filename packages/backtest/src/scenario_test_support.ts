/** What the tests of this package replay: a tape written by hand. It has no tests of its own. */
import {
  EventBatch,
  EventKind,
  type FeeModel,
  type Gap,
  type GapReason,
  type KnownClose,
  type MarketInfo,
  MICROS_PER_SECOND,
  NO_PRICE,
  QUOTE_FIELDS,
  type Settlement,
  type Side,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
  SymbolTable,
} from "@ssmd/core";
import { runBacktest } from "./backtest.ts";
import type { BacktestOptions } from "./backtest_options.ts";
import type { BacktestResult } from "./backtest_result.ts";
import type { NewOrder, OrderReport } from "./order.ts";
import { settlementsOf } from "./settlement.ts";
import type { Strategy } from "./strategy.ts";

/** Price in cents and size in whole contracts. */
type Level = readonly [cents: number, contracts: number];

/** A tape; times are in seconds, prices in cents, sizes in whole contracts. */
export class Scenario {
  readonly #batch: EventBatch;

  constructor(symbols: SymbolTable = new SymbolTable()) {
    this.#batch = new EventBatch(symbols);
  }

  snapshot(at: number, ticker: string, yes: readonly Level[], no: readonly Level[]): this {
    const market = this.#batch.symbols.intern(ticker);
    const time = at * MICROS_PER_SECOND;
    this.#batch.push(EventKind.snapshot, market, NaN, time, SIDE_NONE, NO_PRICE, NaN);
    for (const [side, levels] of [[SIDE_YES, yes], [SIDE_NO, no]] as const) {
      for (const [cents, contracts] of levels) {
        this.#batch.push(EventKind.level, market, NaN, time, side, cents * 100, contracts * 100);
      }
    }
    this.#batch.markLast();
    return this;
  }

  delta(at: number, ticker: string, side: Side, cents: number, contracts: number): this {
    const market = this.#batch.symbols.intern(ticker);
    const time = at * MICROS_PER_SECOND;
    const ladder = side === "yes" ? SIDE_YES : SIDE_NO;
    this.#batch.push(EventKind.delta, market, time, time, ladder, cents * 100, contracts * 100);
    this.#batch.markLast();
    return this;
  }

  gap(at: number, reason: GapReason, markets?: readonly string[], books?: false): this {
    const tsRecv = at * MICROS_PER_SECOND;
    const where = { feed: "test", session: "s", reason, from: 1, to: 2, tsRecv };
    const gap: Gap = markets === undefined ? where : { ...where, markets };
    this.#batch.pushGap(books === undefined ? gap : { ...gap, books });
    return this;
  }

  /** A ticker: bid and ask of YES, and their sizes where they are given. */
  ticker(
    at: number,
    ticker: string,
    yes: readonly [bid: number, ask: number],
    ...sizes: number[]
  ): this {
    const market = this.#batch.symbols.intern(ticker);
    const time = at * MICROS_PER_SECOND;
    const row = this.#batch.push(EventKind.ticker, market, time, time, SIDE_NONE, NO_PRICE, NaN);
    const { quotes } = this.#batch;
    const quote = quotes.push();
    this.#batch.ref[row] = quote;
    const cells = [["yesBid", yes[0] * 100], ["yesAsk", yes[1] * 100]] as const;
    for (const [field, value] of cells) quotes.set(quote, QUOTE_FIELDS.indexOf(field), value);
    for (const [index, field] of (["yesBidSize", "yesAskSize"] as const).entries()) {
      const size = sizes[index];
      if (size !== undefined) quotes.set(quote, QUOTE_FIELDS.indexOf(field), size * 100);
    }
    this.#batch.markLast();
    return this;
  }

  /** A trade at a YES price whose taker bought `taker`. */
  trade(
    at: number,
    ticker: string,
    taker: Side,
    cents: number,
    contracts: number,
    flags = 0,
  ): this {
    const market = this.#batch.symbols.intern(ticker);
    const time = at * MICROS_PER_SECOND;
    const side = taker === "yes" ? SIDE_YES : SIDE_NO;
    const row = this.#batch.push(
      EventKind.trade,
      market,
      time,
      time,
      side,
      cents * 100,
      contracts * 100,
    );
    this.#batch.markLast();
    this.#batch.flags[row]! |= flags;
    return this;
  }

  /** An announcement, and when the market closes where it says so. */
  lifecycle(at: number, ticker: string, close?: number): this {
    const time = at * MICROS_PER_SECOND;
    const market = this.#batch.symbols.intern(ticker);
    const detail = close === undefined ? {} : { closeTime: close * MICROS_PER_SECOND };
    this.#batch.pushDetail(EventKind.lifecycle, market, NaN, time, detail);
    this.#batch.markLast();
    return this;
  }

  /** A row that concerns no market. */
  other(at: number): this {
    const time = at * MICROS_PER_SECOND;
    this.#batch.push(EventKind.other, 0xffff_ffff, NaN, time, SIDE_NONE, NO_PRICE, NaN);
    this.#batch.markLast();
    return this;
  }

  /** The one batch of the tape. */
  get batch(): EventBatch {
    return this.#batch;
  }

  async *batches(): AsyncGenerator<EventBatch> {
    yield this.#batch;
  }
}

/** Closes as they were known: each from a second on, in seconds. */
export function closesOf(...known: readonly (readonly [time: number, close: number])[]): {
  readonly closes: readonly KnownClose[];
} {
  const closes = known.map(([time, close]) => ({
    time: time * MICROS_PER_SECOND,
    closeTime: close * MICROS_PER_SECOND,
  }));
  return { closes };
}

/** A market that trades until `close` and pays `yesDollars` at `settled`, in seconds. */
export function market(
  ticker: string,
  close: number,
  settled?: number,
  yesDollars = 0,
): MarketInfo {
  const info = { ticker, closeTime: close * MICROS_PER_SECOND };
  if (settled === undefined) return info;
  const settlement: Settlement = {
    yesValue: yesDollars * 10_000,
    time: settled * MICROS_PER_SECOND,
    timeSource: "settlement_ts",
  };
  return { ...info, settlement };
}

export const noFees: FeeModel = { name: "none", order: () => ({ charge: () => 0 }) };

/** 7 % of price × (1 − price) a contract, each fill rounded up to a cent. */
export const centFees: FeeModel = {
  name: "quadratic, up to a cent",
  order: () => ({
    charge: (price, quantity) => Math.ceil(7 * quantity * price * (10_000 - price) / 1e10) * 10_000,
  }),
};

/** As {@link centFees}, but the sum of an order's fills is rounded up. */
export const centFeesPerOrder: FeeModel = {
  name: "quadratic, up to a cent an order",
  order: () => {
    let exact = 0;
    let charged = 0;
    return {
      charge(price, quantity) {
        exact += 7 * quantity * price * (10_000 - price);
        const fee = Math.ceil(exact / 1e10) * 10_000 - charged;
        charged += fee;
        return fee;
      },
    };
  },
};

/** Runs `strategy` over `scenario` without fees, unless `more` says otherwise. */
export function replay(
  scenario: Scenario,
  strategy: Strategy,
  markets: readonly MarketInfo[] | undefined,
  more: Partial<BacktestOptions> = {},
): Promise<BacktestResult> {
  return runBacktest({
    batches: scenario.batches(),
    strategy,
    ...(markets === undefined ? {} : { markets }),
    settlements: settlementsOf(markets ?? []),
    fees: noFees,
    ...more,
  });
}

/** A strategy that does `action` at `at` seconds. */
export function once(at: number, action: NonNullable<Strategy["start"]>): Strategy {
  return {
    name: "once",
    start: (context) => context.setTimer(at * MICROS_PER_SECOND, "now"),
    onTimer: action,
  };
}

/** A strategy that sends an order at each of some times in seconds, and writes down its reports. */
export function sending(
  orders: readonly (readonly [at: number, order: NewOrder])[],
): { readonly strategy: Strategy; readonly reports: OrderReport[] } {
  const reports: OrderReport[] = [];
  const strategy: Strategy = {
    name: "sending",
    start: (context) => {
      for (const [index, [at]] of orders.entries()) {
        context.setTimer(at * MICROS_PER_SECOND, String(index));
      }
    },
    onTimer: (context, { tag }) => {
      context.submit(orders[Number(tag)]![1]);
    },
    onOrder: (_context, report) => {
      reports.push(report);
    },
  };
  return { strategy, reports };
}

/** An order to buy, of whole contracts and at cents. */
export function buying(ticker: string, side: Side, contracts: number, cents?: number): NewOrder {
  const order = { ticker, action: "buy", side, quantity: contracts * 100 } as const;
  return cents === undefined ? order : { ...order, limit: cents * 100 };
}

/** An order to sell, of whole contracts and at cents. */
export function selling(ticker: string, side: Side, contracts: number, cents?: number): NewOrder {
  return { ...buying(ticker, side, contracts, cents), action: "sell" };
}

/** The same order as one that rests. */
export function resting(order: NewOrder): NewOrder {
  return { ...order, liquidity: "maker" };
}

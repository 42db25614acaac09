/** What the tests of this package replay: a tape written by hand. It has no tests of its own. */
import {
  EventBatch,
  EventKind,
  type FeeModel,
  type Gap,
  type GapReason,
  type MarketInfo,
  MICROS_PER_SECOND,
  NO_PRICE,
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
import { settlementsOf } from "./settlement.ts";
import type { Strategy } from "./strategy.ts";

/** Price in cents and size in whole contracts. */
type Level = readonly [cents: number, contracts: number];

/** A tape; times are in seconds, prices in cents, sizes in whole contracts. */
export class Scenario {
  readonly #batch = new EventBatch(new SymbolTable());

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

  gap(at: number, reason: GapReason, markets?: readonly string[]): this {
    const tsRecv = at * MICROS_PER_SECOND;
    const where = { feed: "test", session: "s", reason, from: 1, to: 2, tsRecv };
    const gap: Gap = markets === undefined ? where : { ...where, markets };
    this.#batch.pushGap(gap);
    return this;
  }

  lifecycle(at: number, ticker: string): this {
    const time = at * MICROS_PER_SECOND;
    const market = this.#batch.symbols.intern(ticker);
    this.#batch.push(EventKind.lifecycle, market, NaN, time, SIDE_NONE, NO_PRICE, NaN);
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

  async *batches(): AsyncGenerator<EventBatch> {
    yield this.#batch;
  }
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

/** Runs `strategy` over `scenario` without fees, unless `more` says otherwise. */
export function replay(
  scenario: Scenario,
  strategy: Strategy,
  markets: readonly MarketInfo[],
  more: Partial<BacktestOptions> = {},
): Promise<BacktestResult> {
  return runBacktest({
    batches: scenario.batches(),
    strategy,
    markets,
    settlements: settlementsOf(markets),
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

/** Random tapes and a strategy that trades at random; it has no tests of its own. */
import fc from "fast-check";
import {
  EventBatch,
  type EventKind,
  FLAG_BLOCK_TRADE,
  type Gap,
  type GapReason,
  type KnownClose,
  type MarketInfo,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  type SymbolTable,
} from "@ssmd/core";
import type { NewOrder, OrderReport } from "./order.ts";
import type { Strategy, StrategyContext } from "./strategy.ts";

/** One frame of a random tape; times are microseconds after the frame before. */
export type Frame =
  & { readonly after: number }
  & (
    | { readonly kind: "snapshot"; readonly ticker: string; readonly levels: readonly Level[] }
    | { readonly kind: "delta"; readonly ticker: string; readonly level: Level }
    | { readonly kind: "ticker"; readonly ticker: string; readonly cells: readonly number[] }
    | {
      readonly kind: "trade";
      readonly ticker: string;
      /** What the taker bought. */
      readonly side: number;
      /** The price of the bid that it hit. */
      readonly price: number;
      readonly size: number;
      readonly block: boolean;
    }
    | { readonly kind: "gap"; readonly reason: GapReason; readonly markets?: readonly string[] }
    | { readonly kind: "close"; readonly ticker: string; readonly closeTime: number }
  );
type Level = readonly [side: number, price: number, size: number];

const LIFECYCLE: typeof EventKind.lifecycle = 6;

/** A has a book and trades, B tickers and trades, C all of them. */
export const TICKERS = ["A", "B", "C"] as const;

// Few prices near each other, so that orders, quotes and trades meet.
const bid = fc.integer({ min: 42, max: 49 }).map((cents) => cents * 100);
const side = fc.constantFrom(1, 2);
const size = fc.integer({ min: 1, max: 2000 });
const after = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(0, 1, 1000, 100_000, 1_000_000, 4_000_000) },
  { weight: 1, arbitrary: fc.constant(60_000_000) },
  // A row that was received before the clock.
  { weight: 1, arbitrary: fc.constant(-500_000) },
);
const withBook = fc.constantFrom("A", "C");
const withTicker = fc.constantFrom("B", "C");
const maybe = (value: fc.Arbitrary<number>) => fc.oneof(fc.constant(NaN), value);
const level = fc.tuple(side, bid, size);

/** When the first frame comes. */
export const START = 1_000_000_000;

/** Closes within the usual length of a tape and after it. */
export const close: fc.Arbitrary<number> = fc.integer({ min: 1, max: 200 })
  .map((seconds) => START + seconds * 1_000_000);

/** One random frame. */
export const frame: fc.Arbitrary<Frame> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("snapshot" as const),
      after,
      ticker: withBook,
      levels: fc.array(level, { maxLength: 6 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("delta" as const),
      after,
      ticker: withBook,
      level: fc.tuple(side, bid, fc.integer({ min: -1500, max: 2000 })),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("ticker" as const),
      after,
      ticker: withTicker,
      cells: fc.tuple(bid, bid.map((price) => 10_000 - price), maybe(size), maybe(size)),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("trade" as const),
      after,
      ticker: fc.constantFrom(...TICKERS),
      side,
      price: bid,
      size,
      block: fc.nat(9).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("gap" as const),
      after,
      reason: fc.constantFrom<GapReason>("sequence", "disconnect", "unsubscribed"),
      markets: fc.array(fc.constantFrom(...TICKERS), { minLength: 1, maxLength: 2 }),
    }, { requiredKeys: ["kind", "after", "reason"] }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("close" as const),
      after,
      ticker: fc.constantFrom(...TICKERS),
      closeTime: close,
    }),
  },
);

/** A random tape. */
export const frames: fc.Arbitrary<Frame[]> = fc.array(frame, { minLength: 10, maxLength: 100 });

/** The frames as one batch. */
export function batchOf(frames: readonly Frame[], symbols: SymbolTable): EventBatch {
  const batch = new EventBatch(symbols);
  let time = START;
  for (const each of frames) {
    time += each.after;
    if (each.kind === "gap") {
      const where = { feed: "f", session: "s", reason: each.reason, from: 1, to: 2, tsRecv: time };
      const gap: Gap = each.markets === undefined ? where : { ...where, markets: each.markets };
      batch.pushGap(gap);
      continue;
    }
    const market = symbols.intern(each.ticker);
    const push = (kind: EventKind, side = SIDE_NONE, price = NO_PRICE, size = NaN) =>
      batch.push(kind, market, time, time, side, price, size);
    if (each.kind === "close") {
      const { closeTime } = each;
      batch.pushDetail(LIFECYCLE, market, time, time, { event: "close_date_updated", closeTime });
    } else if (each.kind === "snapshot") {
      push(1);
      for (const [side, price, size] of each.levels) push(2, side, price, size);
    } else if (each.kind === "delta") {
      push(3, ...each.level);
    } else if (each.kind === "ticker") {
      const row = push(5);
      batch.ref[row] = batch.quotes.push();
      const [yesBid = NaN, yesAsk = NaN, bidSize = NaN, askSize = NaN] = each.cells;
      for (
        const [field, value] of [[0, yesBid], [1, yesAsk], [4, bidSize], [5, askSize]] as const
      ) {
        batch.quotes.set(batch.ref[row]!, field, value);
      }
    } else {
      const hit = each.side === SIDE_NO ? each.price : 10_000 - each.price;
      const row = push(4, each.side, hit, each.size);
      if (each.block) batch.flags[row]! |= FLAG_BLOCK_TRADE;
    }
    batch.markLast();
  }
  return batch;
}

/** The rows `[from, to)` of `batch` as a batch of their own. */
export function rowsOf(batch: EventBatch, from: number, to: number): EventBatch {
  const part = new EventBatch(batch.symbols);
  for (let row = from; row < to; row++) {
    const copy = part.push(
      batch.kind[row] as EventKind,
      batch.market[row]!,
      batch.tsEvent[row]!,
      batch.tsRecv[row]!,
      batch.side[row]!,
      batch.price[row]!,
      batch.size[row]!,
    );
    part.flags[copy] = batch.flags[row]!;
    const ref = batch.ref[row]!;
    if (batch.kind[row] === 5) {
      part.ref[copy] = part.quotes.push();
      for (let field = 0; field < 11; field++) {
        part.quotes.set(part.ref[copy]!, field, batch.quotes.get(ref, field));
      }
    } else if (batch.kind[row] === 8 || batch.kind[row] === LIFECYCLE) {
      part.ref[copy] = part.details.push(batch.details[ref]) - 1;
    }
  }
  return part;
}

/** The same batches as an asynchronous sequence. */
export async function* sequence(batches: readonly EventBatch[]): AsyncGenerator<EventBatch> {
  yield* batches;
}

/**
 * Markets that close two minutes after the start, or as `closes` say of each, and are settled a minute
 * later; C has no result.
 */
export function markets(
  yesValues: readonly number[],
  closes: readonly (readonly KnownClose[])[] = [],
): MarketInfo[] {
  return TICKERS.map((ticker, index) => {
    const known = closes[index];
    const info = known === undefined
      ? { ticker, closeTime: START + 120_000_000 }
      : { ticker, closeTime: known.at(-1)!.closeTime, closes: known };
    const yesValue = yesValues[index];
    if (yesValue === undefined) return info;
    return {
      ...info,
      settlement: { yesValue, time: START + 180_000_000, timeSource: "settlement_ts" },
    };
  });
}

/** What of a strategy has to survive. */
export interface WandererState {
  /** Of its generator. */
  seed: number;
  /** The ids of its orders that may still rest. */
  open: number[];
}

/** What happened, and when; the rest differs. */
export type LogEntry = readonly [what: string, time: number, ...details: unknown[]];

/** Trades at random, by a seed and by what it sees; writes down all that reaches it. */
export class Wanderer implements Strategy {
  readonly name = "wanderer";
  readonly log: LogEntry[] = [];
  state: WandererState;

  constructor(seed: number) {
    this.state = { seed, open: [] };
  }

  start(context: StrategyContext): void {
    context.setTimer(START + 5_000_000, "first");
  }

  onEvent(context: StrategyContext, batch: EventBatch, row: number): void {
    const event = batch.at(row);
    const closes = TICKERS.map((ticker) => context.closeTime(ticker));
    this.log.push(["row", context.now, event.kind, event.price, event.size, closes]);
    this.#act(context);
  }

  onTimer(context: StrategyContext, { at, tag }: { at: number; tag: string }): void {
    this.log.push(["timer", context.now, at, tag]);
    this.#act(context);
    if (this.#chance(2)) context.setTimer(context.now + this.#below(20) * 1_000_000, "again");
  }

  onCloseTime(context: StrategyContext, ticker: string): void {
    this.log.push(["close", context.now, ticker, context.closeTime(ticker)]);
    if (this.#chance(2)) this.#act(context);
    if (this.#chance(2)) {
      context.setTimer(context.closeTime(ticker)! - 10_000_000, "near the close");
    }
  }

  onOrder(context: StrategyContext, report: OrderReport): void {
    this.log.push(["order", context.now, report, context.cash, context.equity]);
    if (report.status === "resting") this.state.open.push(report.id);
    if (this.#chance(8)) this.#act(context);
  }

  onSettled(context: StrategyContext, ticker: string): void {
    this.log.push(["settled", context.now, ticker, context.cash]);
  }

  #act(context: StrategyContext): void {
    if (this.#chance(3)) return;
    const { open } = this.state;
    if (open.length > 0 && this.#chance(12)) {
      return context.cancel(open.splice(this.#below(open.length), 1)[0]!);
    }
    const held = context.positions[this.#below(Math.max(1, context.positions.length))];
    context.submit(
      held !== undefined && this.#chance(2)
        ? this.#order(held.ticker, "sell", held.side, 1 + this.#below(held.quantity), held.group)
        : this.#order(TICKERS[this.#below(3)]!, "buy", this.#chance(2) ? "yes" : "no", 100),
    );
  }

  #order(
    ticker: string,
    action: "buy" | "sell",
    side: "yes" | "no",
    quantity: number,
    group = this.#chance(2) ? "" : "g",
  ): NewOrder {
    const order = { ticker, action, side, quantity: quantity + this.#below(500), group };
    const because = { seed: this.state.seed };
    if (this.#chance(3)) return { ...order, because };
    const limit = (44 + this.#below(8)) * 100;
    return { ...order, because, limit, liquidity: this.#chance(3) ? "taker" : "maker" };
  }

  #chance(n: number): boolean {
    return this.#below(n) === 0;
  }

  #below(n: number): number {
    // Numerical Recipes' generator, of which the high bits are the better ones.
    this.state.seed = (Math.imul(this.state.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(this.state.seed / 2 ** 32 * n);
  }
}

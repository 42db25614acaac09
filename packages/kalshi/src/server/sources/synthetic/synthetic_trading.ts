import { type EpochMicros, ONE_DOLLAR, type Price, type Quantity } from "@ssmd/core";
import type { SeededRandom } from "../../../generator/seeded_random.ts";
import type { ExchangeEvent } from "../../exchange_event.ts";
import { NO, type SideIndex, SIDES, SyntheticBook, YES } from "./synthetic_book.ts";
import type { SyntheticMarket } from "./synthetic_market.ts";

/** Levels of a ladder beyond which its lowest bids are cancelled. */
const MAX_LEVELS = 24;
/** How far below the best price people still bid. */
const DEPTH: Price = 1500;
/** How far the best bid may stay below the highest reasonable one. */
const MAX_LAG: Price = 300;
/** Levels with which a side begins, and how far they are apart. */
const FIRST_LEVELS = 6;
const FIRST_SPACING: Price = 200;
/** A level with more, 10,000,000 contracts, is cancelled rather than added to. */
const FULL_LEVEL: Quantity = 1_000_000_000;

/**
 * What people do in the markets: quote around the fair price, cancel, trade. Bids never reach the
 * fair price of the moment and those that it passes go first, so that no book is ever crossed.
 */
export class SyntheticTrading {
  readonly #random: SeededRandom;
  /** Books to use again, by their tick. */
  readonly #spare = new Map<Price, SyntheticBook[]>();
  // What is being acted on.
  #market!: SyntheticMarket;
  #book!: SyntheticBook;
  #time: EpochMicros = 0;
  #out: ExchangeEvent[] = [];

  /** Draws everything from `random`. */
  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** One moment in `market` when it is worth `fair`. What happens is added to `out`. */
  act(market: SyntheticMarket, time: EpochMicros, fair: number, out: ExchangeEvent[]): void {
    const { tick } = market.event.series;
    const yesTop = topBid(fair, tick);
    const noTop = topBid(ONE_DOLLAR - fair, tick);
    this.#market = market;
    this.#time = time;
    this.#out = out;
    if (market.book === undefined) {
      this.#book = market.book = this.#takeBook(tick);
      this.#begin(yesTop, noTop);
      this.#showTicker();
      return;
    }
    const book = this.#book = market.book;
    const bid = book.best[YES];
    const ask = book.best[NO];
    const bidSize = book.size(YES, bid);
    const askSize = book.size(NO, ask);
    const volume = market.volume;
    this.#retreat(YES, yesTop);
    this.#retreat(NO, noTop);
    this.#follow(YES, yesTop);
    this.#follow(NO, noTop);
    const side = this.#random.below(2) === 0 ? YES : NO;
    const what = this.#random.fraction();
    if (what < 0.08) this.#take(side, this.#drawSize());
    else if (what < 0.35) this.#cancel(side);
    else this.#bid(side, side === YES ? yesTop : noTop);
    if (
      book.best[YES] !== bid || book.best[NO] !== ask || volume !== market.volume ||
      book.size(YES, bid) !== bidSize || book.size(NO, ask) !== askSize
    ) this.#showTicker();
  }

  /** Empties the book of a closed `market`, for those who follow it. */
  close(market: SyntheticMarket, time: EpochMicros, out: ExchangeEvent[]): void {
    const { book } = market;
    if (book === undefined) return;
    book.clear();
    out.push(market.snapshot(time));
    this.#spare.get(book.tick)?.push(book);
    market.book = undefined;
  }

  #takeBook(tick: Price): SyntheticBook {
    const spare = this.#spare.get(tick);
    if (spare === undefined) this.#spare.set(tick, []);
    return spare?.pop() ?? new SyntheticBook(tick);
  }

  /** The first bids: most books grow by changes, every fourth one is there at once. */
  #begin(yesTop: number, noTop: number): void {
    const whole = this.#market.index % 4 === 3;
    for (const side of [YES, NO] as const) {
      const top = side === YES ? yesTop : noTop;
      for (let level = 0; level < FIRST_LEVELS; level++) {
        const step = top - level * FIRST_SPACING / this.#book.tick;
        if (step <= 0) break;
        if (whole) this.#book.change(side, step, this.#drawSize());
        else this.#change(side, step, this.#drawSize());
      }
    }
    this.#market.changes++;
    if (whole) this.#out.push(this.#market.snapshot(this.#time));
  }

  /** Bids that the fair price has passed are hit by a taker or cancelled. */
  #retreat(side: SideIndex, top: number): void {
    const book = this.#book;
    while (book.best[side] > top) {
      const step = book.best[side];
      const size = book.size(side, step);
      if (this.#random.below(4) === 0) this.#fill(side, step, size);
      else this.#change(side, step, -size);
    }
  }

  /** A side that the fair price has left behind gets a new best bid. */
  #follow(side: SideIndex, top: number): void {
    const lag = (top - this.#book.best[side]) * this.#book.tick;
    if (lag > MAX_LAG) this.#change(side, top, this.#drawSize());
  }

  #bid(side: SideIndex, top: number): void {
    const book = this.#book;
    const improves = book.best[side] < top && this.#random.below(2) === 0;
    // The product of two crowds the bids near the top.
    const depth = improves ? 0 : DEPTH * this.#random.fraction() * this.#random.fraction();
    const step = top - Math.floor(depth / book.tick);
    if (step <= 0) return;
    const size = book.size(side, step);
    this.#change(side, step, size > FULL_LEVEL ? -size : this.#drawSize());
    if (book.levels[side] <= MAX_LEVELS) return;
    const lowest = book.atOrAbove(side, 1);
    this.#change(side, lowest, -book.size(side, lowest));
  }

  #cancel(side: SideIndex): void {
    const book = this.#book;
    const best = book.best[side];
    if (best === 0) return;
    const from = Math.max(1, best - this.#random.below(DEPTH / book.tick));
    const step = book.atOrAbove(side, from);
    const size = book.size(side, step);
    const part = 1 + this.#random.below(size);
    this.#change(side, step, this.#random.below(2) === 0 ? -size : -part);
  }

  /** A taker buys `outcome` and walks up to three levels of the other side's bids. */
  #take(outcome: SideIndex, quantity: Quantity): void {
    const maker = outcome === YES ? NO : YES;
    let left = quantity;
    for (let walked = 0; walked < 3 && left > 0; walked++) {
      const step = this.#book.best[maker];
      if (step === 0) return;
      const filled = Math.min(left, this.#book.size(maker, step));
      this.#fill(maker, step, filled);
      left -= filled;
    }
  }

  /** A trade against the bid of `maker`. */
  #fill(maker: SideIndex, step: number, count: Quantity): void {
    const market = this.#market;
    const price = step * this.#book.tick;
    market.lastPrice = maker === YES ? price : ONE_DOLLAR - price;
    market.lastSize = count;
    market.volume += count;
    // Some trades open positions on both sides, some close them.
    const opens = this.#random.below(3) > 0;
    market.openInterest += opens ? count : -Math.min(count, market.openInterest);
    this.#out.push({
      kind: "trade",
      time: this.#time,
      ticker: market.ticker,
      yesPrice: market.lastPrice,
      count,
      takerSide: SIDES[maker === YES ? NO : YES],
      tradeId: this.#random.uuid(),
    });
    this.#change(maker, step, -count);
  }

  #change(side: SideIndex, step: number, change: Quantity): void {
    this.#book.change(side, step, change);
    this.#market.changes++;
    this.#out.push({
      kind: "delta",
      time: this.#time,
      ticker: this.#market.ticker,
      side: SIDES[side],
      price: step * this.#book.tick,
      change,
    });
  }

  #showTicker(): void {
    const market = this.#market;
    const { best, tick } = this.#book;
    this.#out.push({
      kind: "ticker",
      time: this.#time,
      ticker: market.ticker,
      ...(market.volume > 0 ? { lastPrice: market.lastPrice } : {}),
      yesBid: best[YES] * tick,
      yesAsk: ONE_DOLLAR - best[NO] * tick,
      yesBidSize: this.#book.size(YES, best[YES]),
      yesAskSize: this.#book.size(NO, best[NO]),
      lastTradeSize: market.lastSize,
      volume: market.volume,
      openInterest: market.openInterest,
    });
  }

  /** Mostly whole contracts, sometimes with hundredths. */
  #drawSize(): Quantity {
    const whole = 1 + this.#random.below(1 + this.#random.below(400));
    return 100 * whole + (this.#random.below(5) === 0 ? this.#random.below(100) : 0);
  }
}

/** The highest step that leaves the value half a step; 0 when there is no room for a bid. */
function topBid(value: number, tick: Price): number {
  return Math.max(0, Math.floor((value - tick / 2) / tick));
}

import { type EpochMicros, ONE_DOLLAR, type Price, type Quantity, type Side } from "@ssmd/core";
import type { FrameWriter, TradedSummary } from "./frame_writer.ts";
import { GeneratedBook } from "./generated_book.ts";
import type { GeneratedMarket } from "./generated_market.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** Levels of a ladder beyond which its lowest bids are cancelled. */
const MAX_LEVELS = 24;

/** How far below the best price people still bid. */
const DEPTH: Price = 1500;

/** How far the best bid may stay below the highest reasonable one. */
const MAX_LAG: Price = 300;

/** What people do in one market: quote around the fair price, cancel, trade. */
export class MarketActivity {
  /** The market. */
  readonly market: GeneratedMarket;
  /** Its book after everything done so far. */
  readonly book: GeneratedBook = new GeneratedBook();
  readonly #random: SeededRandom;
  readonly #writer: FrameWriter;
  #traded: TradedSummary = { lastPrice: 0, lastSize: 0, volume: 0, openInterest: 0 };
  #shown = "";

  /** Acts in `market` and reports every act to `writer`. */
  constructor(market: GeneratedMarket, random: SeededRandom, writer: FrameWriter) {
    this.market = market;
    this.#random = random;
    this.#writer = writer;
  }

  /** What was traded so far. */
  get traded(): TradedSummary {
    return this.#traded;
  }

  /** Opens at `time`: a book around `fair`, its snapshot, and a first trade each way. */
  open(time: EpochMicros, fair: number): void {
    for (const side of ["yes", "no"] as const) {
      const top = this.#topBid(side, fair);
      for (let below = 0; below < DEPTH; below += DEPTH / 15) {
        if (top > below) this.book.change(side, top - below, this.#drawSize());
      }
    }
    this.#writer.snapshot(time, this.market, this.book);
    this.#take(time, "yes", 100);
    this.#take(time, "no", 100);
    this.#showTicker(time);
  }

  /** One moment at `time`, when the contract is worth `fair`. */
  act(time: EpochMicros, fair: number): void {
    const tops = { yes: this.#topBid("yes", fair), no: this.#topBid("no", fair) };
    this.#retreat(time, "yes", tops.yes);
    this.#retreat(time, "no", tops.no);
    this.#follow(time, "yes", tops.yes);
    this.#follow(time, "no", tops.no);
    const side = this.#random.below(2) === 0 ? "yes" : "no";
    const what = this.#random.fraction();
    if (what < 0.08) this.#take(time, side, this.#drawSize());
    else if (what < 0.35) this.#cancel(time, side);
    else this.#bid(time, side, tops[side]);
    this.#showTicker(time);
  }

  /** Adds a best bid for the likelier outcome: a change that is always possible. */
  quote(time: EpochMicros, fair: number): void {
    const side = 2 * fair >= ONE_DOLLAR ? "yes" : "no";
    this.#change(time, side, this.#topBid(side, fair), this.#drawSize());
  }

  /** The highest bid that leaves the fair price half a step; 0 when there is no room for one. */
  #topBid(side: Side, fair: number): Price {
    const { tick } = this.market.series;
    const value = side === "yes" ? fair : ONE_DOLLAR - fair;
    return Math.max(0, Math.floor((value - tick / 2) / tick) * tick);
  }

  /** Bids that the fair price has passed are hit by a taker or cancelled. */
  #retreat(time: EpochMicros, side: Side, top: Price): void {
    for (let price = this.book.best(side); price > top; price = this.book.best(side)) {
      if (this.#random.below(4) === 0) this.#fill(time, side, price, this.book.size(side, price));
      else this.#change(time, side, price, -this.book.size(side, price));
    }
  }

  /** A side that the fair price has left behind gets a new best bid. */
  #follow(time: EpochMicros, side: Side, top: Price): void {
    if (top - this.book.best(side) > MAX_LAG) this.#change(time, side, top, this.#drawSize());
  }

  #bid(time: EpochMicros, side: Side, top: Price): void {
    const { tick } = this.market.series;
    const improves = this.book.best(side) < top && this.#random.below(2) === 0;
    // The product of two crowds the bids near the top.
    const depth = improves ? 0 : DEPTH * this.#random.fraction() * this.#random.fraction();
    const price = top - Math.floor(depth / tick) * tick;
    if (price <= 0) return;
    this.#change(time, side, price, this.#drawSize());
    const levels = this.book.levels(side);
    const [lowest] = levels;
    if (levels.length > MAX_LEVELS) this.#change(time, side, lowest![0], -lowest![1]);
  }

  #cancel(time: EpochMicros, side: Side): void {
    const levels = this.book.levels(side);
    const level = levels[this.#random.below(levels.length)];
    if (level === undefined) return;
    const [price, size] = level;
    const part = 1 + this.#random.below(size);
    this.#change(time, side, price, this.#random.below(2) === 0 ? -size : -part);
  }

  /** A taker buys `outcome` and walks up to three levels of the other side's bids. */
  #take(time: EpochMicros, outcome: Side, quantity: Quantity): void {
    const maker = outcome === "yes" ? "no" : "yes";
    let left = quantity;
    for (let walked = 0; walked < 3 && left > 0; walked++) {
      const price = this.book.best(maker);
      if (price === 0) return;
      const filled = Math.min(left, this.book.size(maker, price));
      this.#fill(time, maker, price, filled);
      left -= filled;
    }
  }

  /** A trade against the bid of `maker` at `price`. */
  #fill(time: EpochMicros, maker: Side, price: Price, quantity: Quantity): void {
    const yesPrice = maker === "yes" ? price : ONE_DOLLAR - price;
    const { volume, openInterest } = this.#traded;
    // Some trades open positions on both sides, some close them.
    const opened = this.#random.below(3) > 0 ? quantity : -Math.min(quantity, openInterest);
    this.#traded = {
      lastPrice: yesPrice,
      lastSize: quantity,
      volume: volume + quantity,
      openInterest: openInterest + opened,
    };
    this.#writer.trade(time, this.market, maker === "yes" ? "no" : "yes", yesPrice, quantity);
    this.#change(time, maker, price, -quantity);
  }

  #change(time: EpochMicros, side: Side, price: Price, change: Quantity): void {
    this.book.change(side, price, change);
    this.#writer.delta(time, this.market, side, price, change);
  }

  #showTicker(time: EpochMicros): void {
    const yes = this.book.best("yes");
    const no = this.book.best("no");
    const sizes = [this.book.size("yes", yes), this.book.size("no", no)];
    const shown = [yes, no, ...sizes, this.#traded.volume].join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#writer.ticker(time, this.market, this.book, this.#traded);
  }

  /** Mostly whole contracts, sometimes with hundredths. */
  #drawSize(): Quantity {
    const whole = 1 + this.#random.below(1 + this.#random.below(400));
    return 100 * whole + (this.#random.below(5) === 0 ? this.#random.below(100) : 0);
  }
}

import type { MarketUnits } from "./market_units.ts";
import type { MarketView, QuoteWindow, TradeFlow } from "./market_view.ts";
import { QuoteSamples } from "./quote_samples.ts";
import { RollingWindow } from "./rolling_window.ts";

// SIDE_YES and SIDE_NO of core, and the codes of CentRecords.
const YES = 1;
const NO = 2;
// Columns of the volumes.
const CONTRACTS = 0;
const DOLLARS = 1;

/**
 * What {@link MarketState.save} gives: plain data.
 * @internal
 */
export interface SavedMarketState {
  /** The last event's time, the last price, the four quotes, and what the squares are taken from. */
  readonly values: readonly number[];
  /** The totals of the last ticker, when there was one. */
  readonly totals?: readonly [number, number];
  /** The samples of prices, quotes, volumes and trades. */
  readonly samples: readonly (readonly (readonly number[])[])[];
}

/**
 * One market as signals see it, brought up to date event by event. A value that an event does not
 * give is NaN; amounts are in whatever unit the caller uses throughout.
 */
export class MarketState implements MarketView {
  /** The market's ticker. */
  readonly ticker: string;
  /** In what times and prices are given. */
  readonly units: MarketUnits;
  /** Time of the last event, even when it lies before that of another. */
  lastTime: number = 0;
  /** YES price of the last trade or ticker that gave one above 0; 0 before. */
  lastPrice: number = 0;
  /** Best YES bid; 0 when not known. */
  yesBid: number = 0;
  /** Best YES ask; 0 when not known. */
  yesAsk: number = 0;
  /** Best NO bid; 0 when not known. */
  noBid: number = 0;
  /** Best NO ask; 0 when not known. */
  noAsk: number = 0;
  /** Changes whenever the volume in a window may have grown; until then it stays or falls. */
  volumeChanges: number = 0;
  readonly #retention: number;
  readonly #prices: RollingWindow;
  readonly #quotes: RollingWindow;
  readonly #volumes: RollingWindow;
  readonly #trades: RollingWindow;
  readonly #quoteWindows: QuoteSamples[] = [];
  // Whether times have gone back, and samples are still kept that show it.
  #isDisordered = false;
  // A midpoint near the kept ones: distances from it have small squares.
  #reference = 0;
  #hasTotals = false;
  #volume = 0;
  #dollars = 0;

  /**
   * A market of which nothing is known. `retention` is how long before the last event a sample may
   * lie, in units of time: at least as long as the longest window.
   */
  constructor(ticker: string, units: MarketUnits, retention: number) {
    this.ticker = ticker;
    this.units = units;
    this.#retention = retention;
    this.#prices = new RollingWindow(1, retention);
    this.#quotes = new RollingWindow(3, retention);
    this.#volumes = new RollingWindow(2, retention);
    this.#trades = new RollingWindow(2, retention);
  }

  /**
   * Takes a ticker. Quotes that it does not give stay as they were. `volume` and `dollars` are totals
   * over the market's life: counting begins with the first ones, an absent one is 0, and a fall
   * counts as nothing traded.
   */
  onTicker(
    time: number,
    price: number,
    yesBid: number,
    yesAsk: number,
    noBid: number,
    noAsk: number,
    volume: number,
    dollars: number,
  ): void {
    this.#moveTo(time);
    // NaN compares as false, and is the one value that does not equal itself.
    if (yesBid === yesBid) this.yesBid = yesBid;
    if (yesAsk === yesAsk) this.yesAsk = yesAsk;
    if (noBid === noBid) this.noBid = noBid;
    if (noAsk === noAsk) this.noAsk = noAsk;
    if (this.yesBid > 0 && this.yesAsk > 0) this.#pushQuote(time);
    if (price > 0) {
      this.lastPrice = price;
      this.#prices.push(time, price);
    }
    this.#countTotals(time, volume === volume ? volume : 0, dollars === dollars ? dollars : 0);
    if (this.#isDisordered) this.#tidyUp();
  }

  /** Takes a trade of `count` contracts; `side` is what the taker bought: 1 YES, 2 NO, else unknown. */
  onTrade(time: number, price: number, side: number, count: number): void {
    this.#moveTo(time);
    if (price > 0) this.lastPrice = price;
    const contracts = count === count ? count : 0;
    if (side === YES) this.#trades.push(time, contracts, 0);
    else if (side === NO) this.#trades.push(time, 0, contracts);
    if (this.#isDisordered) this.#tidyUp();
  }

  /** Takes an event that moves the time and nothing else. */
  onOther(time: number): void {
    this.#moveTo(time);
    if (this.#isDisordered) this.#tidyUp();
  }

  /** Begins anew after a gap: samples, quotes and totals go; the last time and price stay. */
  reset(): void {
    this.#prices.clear();
    this.#quotes.clear();
    this.#volumes.clear();
    this.#trades.clear();
    this.yesBid =
      this.yesAsk =
      this.noBid =
      this.noAsk =
        0;
    this.#hasTotals = false;
  }

  /** See {@link MarketView.priceChange}. */
  priceChange(window: number): number {
    const range = this.#prices.range(this.#kept(window), this.lastTime);
    const last = range.count - 1;
    return last < 1 ? 0 : range.value(last, 0) - range.value(0, 0);
  }

  /** See {@link MarketView.priceRatePerMinute}. */
  priceRatePerMinute(window: number): number {
    const range = this.#prices.range(this.#kept(window), this.lastTime);
    const last = range.count - 1;
    if (last < 1) return 0;
    const minutes = (range.time(last) - range.time(0)) / (60 * this.units.second);
    return minutes > 0 ? (range.value(last, 0) - range.value(0, 0)) / minutes : 0;
  }

  /** See {@link MarketView.volume}. */
  volume(window: number): number {
    return this.#volumes.range(this.#kept(window), this.lastTime).sum(CONTRACTS);
  }

  /** See {@link MarketView.dollarVolume}. */
  dollarVolume(window: number): number {
    return this.#volumes.range(this.#kept(window), this.lastTime).sum(DOLLARS);
  }

  /** See {@link MarketView.tradeFlow}. */
  tradeFlow(window: number): TradeFlow {
    const range = this.#trades.range(this.#kept(window), this.lastTime);
    const yes = range.sum(0);
    const no = range.sum(1);
    const total = yes + no;
    return {
      yes,
      no,
      dominantSide: yes >= no ? "yes" : "no",
      dominance: total > 0 ? Math.max(yes, no) / total : 0.5,
      trades: range.count,
    };
  }

  /** See {@link MarketView.quotes}. */
  quotes(window: number): QuoteWindow {
    const duration = this.#kept(window);
    const windows = this.#quoteWindows;
    for (let index = 0; index < windows.length; index++) {
      const samples = windows[index]!;
      if (samples.duration === duration) return samples.lookUp(this.lastTime, this.#reference);
    }
    const samples = new QuoteSamples(this.#quotes, duration);
    windows.push(samples);
    return samples.lookUp(this.lastTime, this.#reference);
  }

  /** Everything that later answers depend on. */
  save(): SavedMarketState {
    this.#retain();
    const { lastTime, lastPrice, yesBid, yesAsk, noBid, noAsk } = this;
    return {
      values: [lastTime, lastPrice, yesBid, yesAsk, noBid, noAsk, this.#reference],
      ...(this.#hasTotals ? { totals: [this.#volume, this.#dollars] } : {}),
      samples: [this.#prices, this.#quotes, this.#volumes, this.#trades].map((it) => it.save()),
    };
  }

  /** Takes over what {@link save} gave, in place of everything here but ticker, units and retention. */
  restore(saved: SavedMarketState): void {
    const [lastTime, lastPrice, yesBid, yesAsk, noBid, noAsk, reference] = saved.values;
    this.lastTime = lastTime!;
    this.lastPrice = lastPrice!;
    this.yesBid = yesBid!;
    this.yesAsk = yesAsk!;
    this.noBid = noBid!;
    this.noAsk = noAsk!;
    this.#reference = reference!;
    this.#hasTotals = saved.totals !== undefined;
    [this.#volume, this.#dollars] = saved.totals ?? [0, 0];
    [this.#prices, this.#quotes, this.#volumes, this.#trades].forEach((samples, index) => {
      samples.restore(saved.samples[index]!);
    });
    this.#isDisordered = true;
    this.volumeChanges++;
  }

  #pushQuote(time: number): void {
    const midpoint = (this.yesAsk + this.yesBid) / 2;
    // What a state is must not depend on when old samples were dropped: a saved one has none.
    this.#quotes.retain(this.lastTime - this.#retention);
    if (this.#quotes.length === 0) this.#reference = midpoint;
    const distance = midpoint - this.#reference;
    this.#quotes.push(time, this.yesAsk - this.yesBid, midpoint, distance * distance);
  }

  #countTotals(time: number, volume: number, dollars: number): void {
    if (this.#hasTotals) {
      const contracts = volume - this.#volume;
      const spent = dollars - this.#dollars;
      if (contracts > 0 || spent > 0) {
        this.volumeChanges++;
        this.#volumes.push(time, contracts > 0 ? contracts : 0, spent > 0 ? spent : 0);
      }
    }
    this.#hasTotals = true;
    this.#volume = volume;
    this.#dollars = dollars;
  }

  // While times ascend, samples past the retention need not be dropped at once: windows end there too.
  #kept(window: number): number {
    return window < this.#retention ? window : this.#retention;
  }

  #moveTo(time: number): void {
    if (time < this.lastTime) {
      this.#retain();
      this.#isDisordered = true;
      this.volumeChanges++;
    }
    this.lastTime = time;
  }

  // A time that went back may lie past the retention before older samples do.
  #tidyUp(): void {
    this.#retain();
    this.#isDisordered = this.#prices.isDisordered || this.#quotes.isDisordered ||
      this.#volumes.isDisordered || this.#trades.isDisordered;
  }

  #retain(): void {
    const bound = this.lastTime - this.#retention;
    this.#prices.retain(bound);
    this.#quotes.retain(bound);
    this.#volumes.retain(bound);
    this.#trades.retain(bound);
  }
}

import type { MarketState } from "./market_state.ts";
import type { MarketView, QuoteWindow, TradeFlow } from "./market_view.ts";
import { CENT_UNITS, type MarketUnits } from "./market_units.ts";

/** What happens to a market; NaN where it does not say. */
export type MarketEvent =
  | {
    readonly kind: "ticker";
    readonly time: number;
    readonly price: number;
    /** YES bid and ask, NO bid and ask. */
    readonly quotes: readonly [number, number, number, number];
    readonly volume: number;
    readonly dollars: number;
  }
  | {
    readonly kind: "trade";
    readonly time: number;
    readonly price: number;
    readonly side: number;
    readonly count: number;
  }
  | { readonly kind: "other"; readonly time: number };

/** Applies an event to a state under test. */
export function apply(state: MarketState, event: MarketEvent): void {
  if (event.kind === "ticker") {
    const { time, price, quotes, volume, dollars } = event;
    state.onTicker(time, price, ...quotes, volume, dollars);
  } else if (event.kind === "trade") {
    state.onTrade(event.time, event.price, event.side, event.count);
  } else state.onOther(event.time);
}

interface Sample {
  readonly time: number;
  readonly values: readonly number[];
}

/** A market kept as plain arrays, filtered for every question: what {@link MarketState} has to equal. */
export class PlainMarket implements MarketView {
  readonly ticker = "KXPLAIN-1";
  readonly units: MarketUnits = CENT_UNITS;
  lastTime = 0;
  lastPrice = 0;
  yesBid = 0;
  yesAsk = 0;
  noBid = 0;
  noAsk = 0;
  #totals: readonly [number, number] | undefined;
  #prices: Sample[] = [];
  #quotes: Sample[] = [];
  #volumes: Sample[] = [];
  #trades: Sample[] = [];
  readonly #retention: number;

  constructor(retention: number) {
    this.#retention = retention;
  }

  apply(event: MarketEvent): void {
    const { time } = event;
    this.lastTime = time;
    if (event.kind !== "other" && event.price > 0) this.lastPrice = event.price;
    if (event.kind === "ticker") this.#ticker(event);
    if (event.kind === "trade" && (event.side === 1 || event.side === 2)) {
      this.#trades.push({ time, values: [event.side, orZero(event.count)] });
    }
    const isKept = (sample: Sample) => sample.time >= time - this.#retention;
    this.#prices = this.#prices.filter(isKept);
    this.#quotes = this.#quotes.filter(isKept);
    this.#volumes = this.#volumes.filter(isKept);
    this.#trades = this.#trades.filter(isKept);
  }

  #ticker({ time, price, quotes, volume, dollars }: MarketEvent & { kind: "ticker" }): void {
    const [yesBid, yesAsk, noBid, noAsk] = quotes;
    if (!Number.isNaN(yesBid)) this.yesBid = yesBid;
    if (!Number.isNaN(yesAsk)) this.yesAsk = yesAsk;
    if (!Number.isNaN(noBid)) this.noBid = noBid;
    if (!Number.isNaN(noAsk)) this.noAsk = noAsk;
    if (this.yesBid > 0 && this.yesAsk > 0) {
      const values = [this.yesAsk - this.yesBid, (this.yesAsk + this.yesBid) / 2];
      this.#quotes.push({ time, values });
    }
    if (price > 0) this.#prices.push({ time, values: [price] });
    const totals = [orZero(volume), orZero(dollars)] as const;
    if (this.#totals !== undefined) {
      const traded = totals.map((total, index) => total - this.#totals![index]!);
      if (traded.some((it) => it > 0)) {
        this.#volumes.push({ time, values: traded.map((it) => Math.max(0, it)) });
      }
    }
    this.#totals = totals;
  }

  priceChange(window: number): number {
    const prices = this.#within(this.#prices, window);
    return prices.length < 2 ? 0 : prices.at(-1)!.values[0]! - prices[0]!.values[0]!;
  }

  priceRatePerMinute(window: number): number {
    const prices = this.#within(this.#prices, window);
    if (prices.length < 2) return 0;
    const minutes = (prices.at(-1)!.time - prices[0]!.time) / 60;
    return minutes > 0 ? this.priceChange(window) / minutes : 0;
  }

  volume(window: number): number {
    return total(this.#within(this.#volumes, window).map(({ values }) => values[0]!));
  }

  dollarVolume(window: number): number {
    return total(this.#within(this.#volumes, window).map(({ values }) => values[1]!));
  }

  tradeFlow(window: number): TradeFlow {
    const trades = this.#within(this.#trades, window);
    const of = (side: number) =>
      total(trades.filter(({ values }) => values[0] === side).map(({ values }) => values[1]!));
    const [yes, no] = [of(1), of(2)];
    return {
      yes,
      no,
      dominantSide: yes >= no ? "yes" : "no",
      dominance: yes + no > 0 ? Math.max(yes, no) / (yes + no) : 0.5,
      trades: trades.length,
    };
  }

  quotes(window: number): QuoteWindow {
    const quotes = this.#within(this.#quotes, window);
    const mean = (column: number, from: number, to: number) =>
      total(quotes.slice(from, to).map(({ values }) => values[column]!)) / (to - from);
    const deviation = (from: number, to: number) => {
      if (to - from < 2) return 0;
      const middle = mean(1, from, to);
      const squares = quotes.slice(from, to).map(({ values }) => (values[1]! - middle) ** 2);
      return Math.sqrt(total(squares) / (to - from - 1));
    };
    return {
      length: quotes.length,
      meanSpread: (from, to) => mean(0, from, to),
      meanMidpoint: (from, to) => mean(1, from, to),
      deviation,
      nearDeviation: deviation,
    };
  }

  #within(samples: readonly Sample[], window: number): readonly Sample[] {
    return samples.filter(({ time }) => time >= this.lastTime - window);
  }
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

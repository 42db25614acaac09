/** A record as the original reads it. */
export interface OracleRecord {
  type: unknown;
  ticker: string;
  ts: number;
  price?: number | undefined;
  side: unknown;
  volume?: number | undefined;
  dollars?: number | undefined;
  yesBid?: number | undefined;
  yesAsk?: number | undefined;
  noBid?: number | undefined;
  noAsk?: number | undefined;
  count?: number | undefined;
}

/** A market, as arrays of samples in arrival order. */
export class OracleMarket {
  lastTs = 0;
  lastPrice = 0;
  yesBid = 0;
  yesAsk = 0;
  noBid = 0;
  noAsk = 0;
  baseline: { volume: number; dollars: number } | undefined;
  quotes: { ts: number; spread: number; midpoint: number }[] = [];
  prices: { ts: number; price: number }[] = [];
  deltas: { ts: number; volume: number; dollars: number }[] = [];
  trades: { ts: number; side: "yes" | "no"; count: number }[] = [];

  update(record: OracleRecord): void {
    this.lastTs = record.ts;
    if (record.type === "ticker") this.#ticker(record);
    if (record.type === "trade") this.#trade(record);
    const isKept = (sample: { ts: number }) => !(sample.ts < this.lastTs - 1800);
    this.quotes = this.quotes.filter(isKept);
    this.prices = this.prices.filter(isKept);
    this.deltas = this.deltas.filter(isKept);
    this.trades = this.trades.filter(isKept);
  }

  #ticker({ ts, price = 0, volume = 0, dollars = 0, ...quotes }: OracleRecord): void {
    if (price > 0) this.lastPrice = price;
    this.yesBid = quotes.yesBid ?? this.yesBid;
    this.yesAsk = quotes.yesAsk ?? this.yesAsk;
    this.noBid = quotes.noBid ?? this.noBid;
    this.noAsk = quotes.noAsk ?? this.noAsk;
    if (this.yesBid > 0 && this.yesAsk > 0) {
      const spread = this.yesAsk - this.yesBid;
      this.quotes.push({ ts, spread, midpoint: (this.yesAsk + this.yesBid) / 2 });
    }
    if (price > 0) this.prices.push({ ts, price });
    if (this.baseline !== undefined) {
      const more = volume - this.baseline.volume;
      const paid = dollars - this.baseline.dollars;
      if (more > 0 || paid > 0) {
        this.deltas.push({ ts, volume: Math.max(0, more), dollars: Math.max(0, paid) });
      }
    }
    this.baseline = { volume, dollars };
  }

  #trade({ ts, price = 0, side, count = 0 }: OracleRecord): void {
    if (price > 0) this.lastPrice = price;
    if (side === "yes" || side === "no") this.trades.push({ ts, side, count });
  }

  within<T extends { ts: number }>(samples: T[], window: number): T[] {
    return samples.filter(({ ts }) => ts >= this.lastTs - window);
  }

  dollars(window: number): number {
    return sum(this.within(this.deltas, window).map(({ dollars }) => dollars));
  }

  priceChange(window: number): number {
    const prices = this.within(this.prices, window);
    return prices.length < 2 ? 0 : prices.at(-1)!.price - prices[0]!.price;
  }

  rate(window: number): number {
    const prices = this.within(this.prices, window);
    if (prices.length < 2) return 0;
    const minutes = (prices.at(-1)!.ts - prices[0]!.ts) / 60;
    return minutes <= 0 ? 0 : (prices.at(-1)!.price - prices[0]!.price) / minutes;
  }

  flow(window: number): { total: number; side: "yes" | "no"; dominance: number; trades: number } {
    const trades = this.within(this.trades, window);
    const of = (wanted: string) =>
      sum(trades.filter(({ side }) => side === wanted).map(({ count }) => count));
    const [yes, no] = [of("yes"), of("no")];
    const total = yes + no;
    return {
      total,
      side: yes >= no ? "yes" : "no",
      dominance: total === 0 ? 0.5 : Math.max(yes, no) / total,
      trades: trades.length,
    };
  }
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function mean(numbers: number[]): number {
  return sum(numbers) / numbers.length;
}

export function deviation(numbers: number[]): number {
  if (numbers.length < 2) return 0;
  const middle = mean(numbers);
  return Math.sqrt(sum(numbers.map((n) => (n - middle) ** 2)) / (numbers.length - 1));
}

/** One ticker or trade of a made-up market, in cents and contracts. */
export interface Record {
  readonly kind: "ticker" | "trade";
  readonly ticker: string;
  readonly id: string;
  /** Seconds since 1970, with fractions. */
  readonly time: number;
  readonly price: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly volume: number;
  readonly dollars: number;
  readonly interest: number;
  readonly count: number;
  readonly side: "yes" | "no";
  readonly seq: number;
  readonly clock: number;
  readonly tradeId: string;
}

interface Market {
  readonly ticker: string;
  readonly id: string;
  price: number;
  spread: number;
  drift: number;
  volume: number;
  dollars: number;
  interest: number;
}

const TRADE_SHARE = 0.2;

/**
 * Markets whose prices walk, whose spreads breathe and whose volume comes in bursts: enough that
 * every signal fires now and then. A few markets have most of the records.
 */
export class RecordSource {
  readonly #markets: Market[] = [];
  #state: number;
  #seq = 0;

  constructor(seed: number, markets: number) {
    this.#state = seed >>> 0;
    for (let index = 0; index < markets; index++) {
      const series = ["KXNBAGAME", "KXNFLGAME", "KXBTCD", "KXINXD"][index % 4]!;
      this.#markets.push({
        ticker: `${series}-26JAN20${String.fromCharCode(65 + index % 26)}${index}-T${
          40 + index % 50
        }`,
        id: this.#uuid(),
        price: 25 + Math.floor(this.#random() * 50),
        spread: 2,
        drift: 0,
        volume: Math.floor(this.#random() * 1e5),
        dollars: Math.floor(this.#random() * 5e4),
        interest: 1000 + Math.floor(this.#random() * 1e5),
      });
    }
  }

  /** The record of `time`. */
  next(time: number): Record {
    // The square puts about a third of the records on a tenth of the markets.
    const pick = Math.floor(this.#random() ** 2 * this.#markets.length);
    const market = this.#markets[pick]!;
    this.#move(market);
    const { price, spread } = market;
    const kind = this.#random() < TRADE_SHARE ? "trade" : "ticker";
    const count = 1 + Math.floor(this.#random() ** 3 * 200);
    if (kind === "trade") {
      market.volume += count;
      market.dollars += Math.round(count * price / 100);
      market.interest += count >> 1;
    }
    const half = spread >> 1;
    return {
      kind,
      ticker: market.ticker,
      id: market.id,
      time,
      price,
      bid: Math.max(1, price - half),
      ask: Math.min(99, price + spread - half),
      bidSize: 1 + Math.floor(this.#random() * 500),
      askSize: 1 + Math.floor(this.#random() * 500),
      volume: market.volume,
      dollars: market.dollars,
      interest: market.interest,
      count,
      side: this.#random() < 0.5 + market.drift / 4 ? "yes" : "no",
      seq: ++this.#seq,
      clock: 6_598_272_994 + this.#seq,
      tradeId: kind === "trade" ? this.#uuid() : "",
    };
  }

  #move(market: Market): void {
    const roll = this.#random();
    if (roll < 0.002) market.drift = this.#random() * 1.6 - 0.8;
    if (roll > 0.995) market.spread = 2 + Math.floor(this.#random() * 8);
    else if (roll > 0.95 && market.spread > 2) market.spread--;
    if (this.#random() > 0.3) return;
    const step = this.#random() < 0.5 + market.drift / 2 ? 1 : -1;
    market.price = Math.min(95, Math.max(5, market.price + step));
    if (market.price <= 6 || market.price >= 94) market.drift = -market.drift;
  }

  #uuid(): string {
    const hex = () => Math.floor(this.#random() * 0x1_0000_0000).toString(16).padStart(8, "0");
    const [a, b, c, d] = [hex(), hex(), hex(), hex()];
    return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
  }

  // mulberry32 (public domain, Tommy Ettinger): small, seeded, the same everywhere.
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}

import type { EpochMicros } from "../clock.ts";
import type { EventBatch } from "../events/event_batch.ts";
import { FLAG_BLOCK_TRADE } from "../events/event_kind.ts";
import { ExactSum } from "./exact_sum.ts";
import type { Money, Price, Quantity } from "../fixed_point.ts";
import { visitTrades } from "./trade_rows.ts";

/** The trades of one market within one interval, in YES prices. */
export interface Candle {
  /** Where the interval begins; a multiple of its length since 1970. The end is not part of it. */
  readonly start: EpochMicros;
  /** The first trade's price, in the order of the archive. */
  readonly open: Price;
  /** The highest price. */
  readonly high: Price;
  /** The lowest price. */
  readonly low: Price;
  /** The last trade's price, in the order of the archive. */
  readonly close: Price;
  /** Contracts traded, block trades included. */
  readonly volume: Quantity;
  /** Sum of price × size, block trades included. */
  readonly notional: Money;
  /** Number of trades, block trades included. */
  readonly trades: number;
  /** How many of the trades were block trades, negotiated off the book. */
  readonly blockTrades: number;
  /** How much of the volume was block trades. */
  readonly blockVolume: Quantity;
}

/** What {@link CandleBuilder} builds. */
export interface CandleOptions {
  /** The market's ticker. */
  readonly market: string;
  /** The length of a candle in microseconds, for example `60 * MICROS_PER_SECOND`. */
  readonly interval: EpochMicros;
}

interface OpenCandle {
  readonly start: EpochMicros;
  readonly open: Price;
  high: Price;
  low: Price;
  close: Price;
  readonly volume: ExactSum;
  readonly notional: ExactSum;
  trades: number;
  blockTrades: number;
  readonly blockVolume: ExactSum;
}

/**
 * Sorts trades into candles by the exchange's time. A trade that comes late still goes to its own
 * interval; an interval without trades has no candle.
 */
export class CandleBuilder {
  readonly #market: string;
  readonly #interval: EpochMicros;
  readonly #candles = new Map<EpochMicros, OpenCandle>();
  #byReceiveTime = 0;
  #skipped = 0;

  /** Throws `RangeError` for an interval that is not a positive integer. */
  constructor(options: CandleOptions) {
    const { market, interval } = options;
    if (!(Number.isSafeInteger(interval) && interval > 0)) {
      throw new RangeError(`Cannot build candles of ${interval} µs: must be a positive integer`);
    }
    this.#market = market;
    this.#interval = interval;
  }

  /** Trades that gave no exchange time and were sorted by our receive time instead. */
  get byReceiveTime(): number {
    return this.#byReceiveTime;
  }

  /** Trades that were left out: without a price or without a size above zero. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Adds the market's trades in `batch`; nothing of it is kept. */
  add(batch: EventBatch): void {
    this.#skipped += visitTrades(batch, this.#market, (row) => this.#addTrade(batch, row));
  }

  /**
   * The candles so far, sorted by start. Throws `RangeError` when a volume or notional leaves the
   * exact integers (about nine billion dollars in one candle).
   */
  candles(): Candle[] {
    const sorted = [...this.#candles.values()].sort((a, b) => a.start - b.start);
    return sorted.map((candle) => ({
      ...candle,
      volume: candle.volume.toNumber(),
      notional: candle.notional.toNumber(),
      blockVolume: candle.blockVolume.toNumber(),
    }));
  }

  #addTrade(batch: EventBatch, row: number): void {
    let time = batch.tsEvent[row]!;
    if (Number.isNaN(time)) {
      time = batch.tsRecv[row]!;
      this.#byReceiveTime++;
    }
    const price = batch.price[row]!;
    const size = batch.size[row]!;
    const candle = this.#candleAt(time, price);
    candle.high = Math.max(candle.high, price);
    candle.low = Math.min(candle.low, price);
    candle.close = price;
    candle.volume.add(size);
    candle.notional.addProduct(price, size);
    candle.trades++;
    if (batch.flags[row]! & FLAG_BLOCK_TRADE) {
      candle.blockTrades++;
      candle.blockVolume.add(size);
    }
  }

  #candleAt(time: EpochMicros, price: Price): OpenCandle {
    const offset = time % this.#interval;
    const start = time - (offset < 0 ? offset + this.#interval : offset);
    let candle = this.#candles.get(start);
    if (candle === undefined) {
      candle = {
        start,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: new ExactSum(),
        notional: new ExactSum(),
        trades: 0,
        blockTrades: 0,
        blockVolume: new ExactSum(),
      };
      this.#candles.set(start, candle);
    }
    return candle;
  }
}

/** The candles of one market over all `batches`, sorted by start; see {@link CandleBuilder}. */
export async function candles(
  batches: AsyncIterable<EventBatch>,
  options: CandleOptions,
): Promise<Candle[]> {
  const builder = new CandleBuilder(options);
  for await (const batch of batches) builder.add(batch);
  return builder.candles();
}

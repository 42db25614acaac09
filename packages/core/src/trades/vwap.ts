import type { EventBatch } from "../events/event_batch.ts";
import { ExactSum } from "./exact_sum.ts";
import { divideHalfEven, type Money } from "../fixed_point.ts";
import { visitTrades } from "./trade_rows.ts";

/** Which trades {@link VwapBuilder} averages. */
export interface VwapOptions {
  /** The market's ticker. */
  readonly market: string;
}

/** The average YES price of a market's trades, weighted by size; block trades count like others. */
export class VwapBuilder {
  readonly #market: string;
  readonly #notional = new ExactSum();
  readonly #volume = new ExactSum();
  #skipped = 0;

  /** Starts without trades. */
  constructor(options: VwapOptions) {
    this.#market = options.market;
  }

  /** Trades that were left out: without a price or without a size above zero. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Adds the market's trades in `batch`; nothing of it is kept. */
  add(batch: EventBatch): void {
    this.#skipped += visitTrades(batch, this.#market, (row) => {
      this.#notional.addProduct(batch.price[row]!, batch.size[row]!);
      this.#volume.add(batch.size[row]!);
    });
  }

  /**
   * What one contract cost on average, computed exactly and rounded once, half to even, to the unit
   * of {@link Money} ($0.000001); `undefined` without trades.
   */
  value(): Money | undefined {
    const volume = this.#volume.value;
    if (volume === 0n) return undefined;
    // Notional is price × size in Money units; a whole contract is 100 units of size.
    return Number(divideHalfEven(this.#notional.value * 100n, volume));
  }
}

/** The volume-weighted average price of one market over all `batches`; see {@link VwapBuilder}. */
export async function vwap(
  batches: AsyncIterable<EventBatch>,
  options: VwapOptions,
): Promise<Money | undefined> {
  const builder = new VwapBuilder(options);
  for await (const batch of batches) builder.add(batch);
  return builder.value();
}

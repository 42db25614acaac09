/** One market's {@link RunningTotals} as plain data: last and sum of contracts, last and sum of money. */
export type SavedTotals = readonly [number | null, number, number | null, number];

const STRIDE = 4;

/**
 * The totals of tickers made to run: what was added from one that gives a total to the next that
 * does. An absent total adds nothing, and neither does one that shrinks.
 */
export class RunningTotals {
  // By market id: last contracts, their sum, last money, its sum; a last one of NaN is not known.
  #cells = new Float64Array(64 * STRIDE);

  /** Takes the totals of a ticker, NaN where absent. */
  add(market: number, volume: number, dollars: number): void {
    const at = market * STRIDE;
    if (at >= this.#cells.length) this.#grow(at);
    this.#addOne(at, volume);
    this.#addOne(at + 2, dollars);
  }

  /** Contracts so far. */
  volume(market: number): number {
    return this.#cells[market * STRIDE + 1]!;
  }

  /** Money so far. */
  dollars(market: number): number {
    return this.#cells[market * STRIDE + 3]!;
  }

  /** Begins a market anew: its next totals add nothing. */
  begin(market: number): void {
    const at = market * STRIDE;
    if (at >= this.#cells.length) this.#grow(at);
    this.#cells[at] = NaN;
    this.#cells[at + 2] = NaN;
  }

  /** Plain data for {@link restore}; the market must have begun. */
  save(market: number): SavedTotals {
    const cells = this.#cells.subarray(market * STRIDE, (market + 1) * STRIDE);
    const [volume, volumes, dollars, money] = cells;
    return [known(volume!), volumes!, known(dollars!), money!];
  }

  /** Goes on from what {@link save} gave. */
  restore(market: number, [volume, volumes, dollars, money]: SavedTotals): void {
    this.begin(market);
    this.#cells.set([volume ?? NaN, volumes, dollars ?? NaN, money], market * STRIDE);
  }

  #addOne(at: number, total: number): void {
    const cells = this.#cells;
    const change = total - cells[at]!;
    // False for NaN, on either side.
    if (change > 0) cells[at + 1]! += change;
    if (total === total) cells[at] = total;
  }

  #grow(at: number): void {
    const larger = new Float64Array(Math.max(at + STRIDE, this.#cells.length * 2));
    larger.set(this.#cells);
    this.#cells = larger;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

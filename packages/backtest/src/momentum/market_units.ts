/**
 * The units of a market state. Signals compute in ratios of them, so that the same code serves
 * profile `original` (seconds and cents, as doubles) and everything else (integers).
 */
export interface MarketUnits {
  /** Units of time in a second. */
  readonly second: number;
  /** Units of price in a cent. */
  readonly cent: number;
}

/** {@link EpochMicros} and {@link Price}. */
export const EXACT_UNITS: MarketUnits = { second: 1_000_000, cent: 100 };

/** Whole seconds and cents, as the original engine has them. */
export const CENT_UNITS: MarketUnits = { second: 1, cent: 1 };

import { formatPrice, ONE_DOLLAR, type Price } from "@ssmd/core";

/** A made-up series whose markets ask where a value stands at the end of each quarter hour. */
export interface SyntheticSeries {
  /** The series' ticker. */
  readonly ticker: string;
  /** What the value is, for people. */
  readonly title: string;
  /** REST's category. */
  readonly category: string;
  /** REST's fee type. */
  readonly feeType: string;
  /** REST's factor on the fee. */
  readonly feeMultiplier: number;
  /** Kalshi's name for the grid of prices. */
  readonly structure: string;
  /** The grid's step. */
  readonly tick: Price;
  /** Where the value starts, in its own smallest unit, and what it tends back to. */
  readonly base: number;
  /** How far the value typically moves in a quarter hour, in the same unit. */
  readonly volatility: number;
  /** Decimals of the unit: 2 for cents. */
  readonly decimals: number;
}

const LINEAR = { structure: "linear_cent", tick: 100 } as const;
const FINE = { structure: "deci_cent", tick: 10 } as const;
const TAKER = { feeType: "quadratic", feeMultiplier: 1 } as const;
const MAKER = { feeType: "quadratic_with_maker_fees", feeMultiplier: 1 } as const;
const CRYPTO = { category: "Crypto" } as const;
const METALS = { category: "Commodities" } as const;

/** The series there are, in the order in which they are taken. */
export const SYNTHETIC_SERIES: readonly SyntheticSeries[] = [
  {
    ticker: "KXBTC15M",
    title: "Bitcoin",
    ...CRYPTO,
    ...TAKER,
    ...LINEAR,
    base: 6_400_000,
    volatility: 15_000,
    decimals: 2,
  },
  {
    ticker: "KXGOLD15M",
    title: "Gold",
    ...METALS,
    ...MAKER,
    ...LINEAR,
    base: 461_000,
    volatility: 600,
    decimals: 2,
  },
  {
    ticker: "KXETH15M",
    title: "Ether",
    ...CRYPTO,
    ...TAKER,
    ...LINEAR,
    base: 240_000,
    volatility: 900,
    decimals: 2,
  },
  {
    ticker: "KXSOL15M",
    title: "Solana",
    ...CRYPTO,
    ...TAKER,
    ...FINE,
    base: 1_450_000,
    volatility: 6_000,
    decimals: 4,
  },
  {
    ticker: "KXSILVER15M",
    title: "Silver",
    ...METALS,
    ...MAKER,
    ...LINEAR,
    base: 520_000,
    volatility: 1_500,
    decimals: 4,
  },
  {
    ticker: "KXXRP15M",
    title: "XRP",
    ...CRYPTO,
    feeType: "quadratic",
    feeMultiplier: 0.5,
    ...LINEAR,
    base: 210_000,
    volatility: 900,
    decimals: 5,
  },
];

/** The grid of prices in the words of REST and of lifecycle messages. */
export function priceRangesOf({ tick }: SyntheticSeries): object[] {
  return [{ start: formatPrice(0), end: formatPrice(ONE_DOLLAR), step: formatPrice(tick) }];
}

/** `value`, in the series' smallest unit, as people write it. */
export function valueText({ decimals }: SyntheticSeries, value: number): string {
  return (value / 10 ** decimals).toFixed(decimals);
}

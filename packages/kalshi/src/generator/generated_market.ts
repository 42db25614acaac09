import { type EpochMicros, formatIsoTime, type Price } from "@ssmd/core";
import type { SeededRandom } from "./seeded_random.ts";

/** A series of the generated session. */
export interface GeneratedSeries {
  /** The series' ticker. */
  readonly ticker: string;
  /** For people. */
  readonly title: string;
  /** REST's category. */
  readonly category: string;
  /** REST's fee type. */
  readonly feeType: string;
  /** Kalshi's name for the grid of prices. */
  readonly structure: string;
  /** The grid's step. */
  readonly tick: Price;
  /** Where the series' value starts. */
  readonly start: number;
  /** How far the value typically moves until the close. */
  readonly volatility: number;
  /** Decimals of a strike. */
  readonly decimals: number;
}

/** A market of the generated session: does the series' value end at or above the strike? */
export interface GeneratedMarket {
  /** The market's ticker. */
  readonly ticker: string;
  /** The event's ticker. */
  readonly eventTicker: string;
  /** Its series. */
  readonly series: GeneratedSeries;
  /** The exchange's id for the market. */
  readonly id: string;
  /** The strike. */
  readonly strike: number;
  /** For people. */
  readonly title: string;
}

/** The two series that markets alternate between: one on whole cents, one on tenths of a cent. */
export const GENERATED_SERIES: readonly GeneratedSeries[] = [
  {
    ticker: "KXDEMOBTC15M",
    title: "Bitcoin price in 15 minutes (generated)",
    category: "Crypto",
    feeType: "quadratic",
    structure: "linear_cent",
    tick: 100,
    start: 64_000,
    volatility: 150,
    decimals: 0,
  },
  {
    ticker: "KXDEMORAIN",
    title: "Millimetres of rain (generated)",
    category: "Climate and Weather",
    feeType: "quadratic_with_maker_fees",
    structure: "deci_cent",
    tick: 10,
    start: 12,
    volatility: 4,
    decimals: 1,
  },
];

/** Makes `count` markets that close at `close`, their strikes spread around the start. */
export function generateMarkets(
  random: SeededRandom,
  count: number,
  close: EpochMicros,
): GeneratedMarket[] {
  return Array.from({ length: count }, (_, index) => {
    const series = GENERATED_SERIES[index % GENERATED_SERIES.length]!;
    const place = Math.floor(index / GENERATED_SERIES.length);
    // 0, +1, −1, +2, −2, … steps away from the start.
    const away = (place % 2 === 0 ? -1 : 1) * Math.ceil(place / 2);
    const strike = (series.start + 0.4 * series.volatility * away).toFixed(series.decimals);
    const eventTicker = `${series.ticker}-${tickerTime(close)}`;
    return {
      ticker: `${eventTicker}-T${strike}`,
      eventTicker,
      series,
      id: random.uuid(),
      strike: Number(strike),
      title: `${series.title}: ${strike} or more?`,
    };
  });
}

/** `26AUG110300` in UTC. The exchange writes Eastern time; nothing reads it back. */
function tickerTime(time: EpochMicros): string {
  const iso = formatIsoTime(time);
  const months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  const month = 3 * (Number(iso.slice(5, 7)) - 1);
  const hourAndMinute = iso.slice(11, 13) + iso.slice(14, 16);
  return iso.slice(2, 4) + months.slice(month, month + 3) + iso.slice(8, 10) + hourAndMinute;
}

import { type EpochMicros, formatIsoTime, MICROS_PER_SECOND } from "@ssmd/core";
import type { SyntheticEvent } from "./synthetic_event.ts";
import { SyntheticMarket } from "./synthetic_market.ts";
import { type SyntheticSeries, valueText } from "./synthetic_series.ts";

/** How long markets trade; they open when the clock shows a multiple of it. */
export const WINDOW_MICROS: EpochMicros = 900 * MICROS_PER_SECOND;

/** A step in the life of every market that the exchange tells about, one market after the other. */
export type LifeStep = "created" | "cleared" | "determined" | "settled";

interface StepTimes {
  /** When it comes for the first market, counted from the close. */
  readonly after: EpochMicros;
  /** How much later it comes for the last. */
  readonly spread: EpochMicros;
}

/** In the order in which a market goes through them. */
const STEPS: Readonly<Record<LifeStep, StepTimes>> = {
  created: { after: -1200 * MICROS_PER_SECOND, spread: 60 * MICROS_PER_SECOND },
  cleared: { after: 100_000, spread: MICROS_PER_SECOND },
  determined: { after: 5 * MICROS_PER_SECOND, spread: 3 * MICROS_PER_SECOND },
  settled: { after: 65 * MICROS_PER_SECOND, spread: 3 * MICROS_PER_SECOND },
};
const ORDER = Object.keys(STEPS) as readonly LifeStep[];

/** What a window's markets are made of. */
export interface WindowSeries {
  /** The series. */
  readonly series: SyntheticSeries;
  /** How many markets. */
  readonly count: number;
  /** The value around which their strikes lie. */
  readonly centre: number;
}

/** The markets that trade during one quarter hour, and when what happens to them. */
export class SyntheticWindow {
  /** When trading opens. */
  readonly open: EpochMicros;
  /** When it closes. */
  readonly close: EpochMicros;
  /** The events, in the order of the series. */
  readonly events: readonly SyntheticEvent[];
  /** All markets: the events' one after the other, by ascending strike. */
  readonly markets: readonly SyntheticMarket[];
  /** For each event the place of its first market, and at the end the number of markets. */
  readonly firsts: readonly number[];
  #step = 0;
  #index = 0;

  /** The markets that open at `open`; nothing has happened to them yet. */
  constructor(open: EpochMicros, contents: readonly WindowSeries[]) {
    this.open = open;
    this.close = open + WINDOW_MICROS;
    const markets: SyntheticMarket[] = [];
    const firsts = [0];
    this.events = contents.map(({ series, count, centre }) => {
      const ticker = `${series.ticker}-${closeText(this.close)}`;
      const event: SyntheticEvent = { ticker, series, open, close: this.close, end: undefined };
      addLadder(event, count, centre, markets);
      firsts.push(markets.length);
      return event;
    });
    this.markets = markets;
    this.firsts = firsts;
  }

  /** When `step` comes for `market`. */
  timeOf(step: LifeStep, market: SyntheticMarket): EpochMicros {
    return this.#timeAt(step, market.index);
  }

  /** When the last market is settled. */
  get settled(): EpochMicros {
    return this.#timeAt("settled", this.markets.length - 1);
  }

  /** When the next step comes; Infinity when all are done. */
  get nextTime(): EpochMicros {
    const step = ORDER[this.#step];
    return step === undefined ? Infinity : this.#timeAt(step, this.#index);
  }

  /** The step that is due at {@link nextTime}, and its market; goes on to the next. */
  take(): readonly [LifeStep, SyntheticMarket] {
    const taken = [ORDER[this.#step]!, this.markets[this.#index]!] as const;
    this.#index++;
    if (this.#index === this.markets.length) {
      this.#index = 0;
      this.#step++;
    }
    return taken;
  }

  #timeAt(step: LifeStep, index: number): EpochMicros {
    const { after, spread } = STEPS[step];
    return this.close + after + Math.floor(spread * index / this.markets.length);
  }
}

/** Adds an event's markets, their strikes evenly spaced, the middle one named by the minute. */
function addLadder(
  event: SyntheticEvent,
  count: number,
  centre: number,
  markets: SyntheticMarket[],
): void {
  const { series } = event;
  // A ladder of many strikes spans six times what the value typically moves, a short one less.
  const spacing = Math.max(1, Math.round(series.volatility * Math.min(0.4, 6 / count)));
  const middle = count >> 1;
  const first = (Math.round(centre / spacing) - middle) * spacing;
  for (let i = 0; i < count; i++) {
    const strike = first + i * spacing;
    const suffix = i === middle ? event.ticker.slice(-2) : `T${valueText(series, strike)}`;
    markets.push(new SyntheticMarket(`${event.ticker}-${suffix}`, event, markets.length, strike));
  }
}

/**
 * `26JUL191145`, five hours behind UTC. The exchange follows New York's clock; here the summer does
 * not count, so that no ticker comes twice when that clock is set back.
 */
function closeText(time: EpochMicros): string {
  const iso = formatIsoTime(time - 5 * 3600 * MICROS_PER_SECOND);
  const months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
  const month = 3 * (Number(iso.slice(5, 7)) - 1);
  const hourAndMinute = iso.slice(11, 13) + iso.slice(14, 16);
  return iso.slice(2, 4) + months.slice(month, month + 3) + iso.slice(8, 10) + hourAndMinute;
}

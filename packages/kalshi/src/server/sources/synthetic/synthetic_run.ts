import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import { SeededRandom } from "../../../generator/seeded_random.ts";
import type { BookSnapshotEvent, ExchangeEvent } from "../../exchange_event.ts";
import {
  createdMessage,
  determinedMessage,
  eventMessage,
  settledMessage,
} from "./synthetic_messages.ts";
import { SYNTHETIC_SERIES } from "./synthetic_series.ts";
import { SyntheticTrading } from "./synthetic_trading.ts";
import { MEAN_WEIGHT, SyntheticValue } from "./synthetic_value.ts";
import { SyntheticWindow, WINDOW_MICROS } from "./synthetic_window.ts";

/** How often the values move. */
const MOMENT_MICROS: EpochMicros = 250_000;
/** How long, in events, it takes when nothing came of it. */
const IDLE_COST = 0.25;

/** What decides a run; see `SyntheticOptions`. */
export interface SyntheticSettings {
  /** Chooses the run. */
  readonly seed: number;
  /** When it begins. */
  readonly start: EpochMicros;
  /** How many markets are open at a time. */
  readonly markets: number;
  /** How many series they belong to; not more than there are markets. */
  readonly series: number;
  /** How many events there are in a second, on average. */
  readonly framesPerSecond: number;
  /** How long settled markets are remembered. */
  readonly retain: EpochMicros;
}

/**
 * The made-up exchange in motion, one step after the other. It holds the markets of the current
 * window, of the next one, and of those not yet forgotten, and nothing else that grows.
 */
export class SyntheticRun {
  readonly #settings: SyntheticSettings;
  readonly #random: SeededRandom;
  readonly #trading: SyntheticTrading;
  readonly #values: readonly SyntheticValue[];
  readonly #windows: SyntheticWindow[] = [];
  #current: SyntheticWindow;
  #nextMoment: EpochMicros;
  #nextAct: EpochMicros;
  #nextLife: EpochMicros;
  /** Microseconds between two events, at present. */
  #pace = 0;
  #weight = 0;

  /** The markets of the window in which the run starts are open already, their books empty. */
  constructor(settings: SyntheticSettings) {
    const { seed, start } = settings;
    this.#settings = settings;
    this.#random = new SeededRandom(seed);
    this.#trading = new SyntheticTrading(this.#random);
    const open = Math.floor(start / WINDOW_MICROS) * WINDOW_MICROS;
    this.#nextMoment = (Math.floor(start / MOMENT_MICROS) + 1) * MOMENT_MICROS;
    const moments = (open + WINDOW_MICROS - this.#nextMoment) / MOMENT_MICROS + 1;
    this.#values = SYNTHETIC_SERIES.slice(0, settings.series)
      .map((series) => new SyntheticValue(series, this.#random, moments));
    this.#current = this.#addWindow(open, (value) => value.series.base);
    this.#addWindow(open + WINDOW_MICROS, (value) => value.end);
    // What happened before the start is not told.
    for (const window of this.#windows) while (window.nextTime < start) window.take();
    this.#nextLife = this.#findNextLife();
    this.#setPace(start);
    this.#nextAct = start + this.#delay(1);
  }

  /** The windows that are remembered, oldest first. */
  get windows(): readonly SyntheticWindow[] {
    return this.#windows;
  }

  /** When the next step comes. */
  get nextTime(): EpochMicros {
    return Math.min(this.#nextMoment, this.#nextLife, this.#nextAct);
  }

  /** Does what comes next and adds its events, often none, to `out`. */
  step(out: ExchangeEvent[]): void {
    const time = this.nextTime;
    if (time === this.#nextMoment) this.#move(time);
    else if (time === this.#nextLife) this.#live(time, out);
    else this.#act(time, out);
  }

  /** Every book that exists, as of `time`. */
  snapshots(time: EpochMicros): BookSnapshotEvent[] {
    return this.#windows.flatMap(({ markets }) => markets)
      .filter(({ book }) => book !== undefined)
      .map((market) => market.snapshot(time));
  }

  #move(time: EpochMicros): void {
    for (const value of this.#values) value.advance();
    this.#nextMoment = time + MOMENT_MICROS;
    if (time === this.#current.close) this.#turn(time);
    this.#setPace(time);
  }

  /** One window's markets close and the next one's open: nobody tells, the clock says it. */
  #turn(time: EpochMicros): void {
    this.#current.events.forEach((event, index) => event.end = this.#values[index]!.end);
    for (const value of this.#values) value.begin(WINDOW_MICROS / MOMENT_MICROS);
    this.#current = this.#windows.at(-1)!;
    this.#addWindow(this.#current.close, (value) => value.end);
    while (this.#windows[0]!.settled + this.#settings.retain < time) this.#windows.shift();
    this.#nextLife = this.#findNextLife();
  }

  #live(time: EpochMicros, out: ExchangeEvent[]): void {
    const window = this.#windows.find(({ nextTime }) => nextTime === time)!;
    const [step, market] = window.take();
    switch (step) {
      case "created":
        if (window.firsts.includes(market.index)) out.push(eventMessage(market.event, time));
        out.push(createdMessage(market, time));
        break;
      case "cleared":
        this.#trading.close(market, time, out);
        break;
      case "determined":
        out.push(determinedMessage(market, time));
        break;
      case "settled":
        out.push(settledMessage(market, time));
        break;
    }
    this.#nextLife = this.#findNextLife();
  }

  #act(time: EpochMicros, out: ExchangeEvent[]): void {
    const series = this.#pickSeries();
    const { markets, firsts } = this.#current;
    const first = firsts[series]!;
    const count = firsts[series + 1]! - first;
    // Half of what happens is about the middle of the ladder.
    const place = this.#random.below(2) === 0
      ? this.#random.fraction()
      : (this.#random.fraction() + this.#random.fraction()) / 2;
    const market = markets[first + Math.floor(count * place)]!;
    const before = out.length;
    this.#trading.act(market, time, this.#values[series]!.fairPrice(market.strike), out);
    this.#nextAct = time + this.#delay(Math.max(IDLE_COST, out.length - before));
  }

  #pickSeries(): number {
    let left = this.#random.below(this.#weight);
    let series = 0;
    while (left >= this.#values[series]!.weight) left -= this.#values[series++]!.weight;
    return series;
  }

  /** How long nothing happens after `events` events. */
  #delay(events: number): EpochMicros {
    return Math.max(1, Math.floor(2 * this.#random.fraction() * events * this.#pace));
  }

  /** Bursts make it faster, and so does the nearing close. */
  #setPace(time: EpochMicros): void {
    this.#weight = this.#values.reduce((sum, { weight }) => sum + weight, 0);
    const activity = this.#weight / this.#values.length / MEAN_WEIGHT;
    const nearness = 0.75 + 0.5 * (time - this.#current.open) / WINDOW_MICROS;
    this.#pace = MICROS_PER_SECOND / (this.#settings.framesPerSecond * activity * nearness);
  }

  #addWindow(
    open: EpochMicros,
    centreOf: (value: SyntheticValue) => number,
  ): SyntheticWindow {
    const { markets } = this.#settings;
    const count = this.#values.length;
    const contents = this.#values.map((value, index) => ({
      series: value.series,
      count: Math.floor((markets + count - 1 - index) / count),
      centre: centreOf(value),
    }));
    const window = new SyntheticWindow(open, contents);
    this.#windows.push(window);
    return window;
  }

  #findNextLife(): EpochMicros {
    let next = Infinity;
    for (const { nextTime } of this.#windows) if (nextTime < next) next = nextTime;
    return next;
  }
}

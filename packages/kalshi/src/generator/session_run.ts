import { type EpochMicros, formatPrice, MICROS_PER_SECOND, ONE_DOLLAR } from "@ssmd/core";
import { FrameWriter, type GeneratedGap } from "./frame_writer.ts";
import type { GeneratedLevels } from "./generated_book.ts";
import { GENERATED_SERIES, generateMarkets } from "./generated_market.ts";
import { MarketActivity } from "./market_activity.ts";
import { PricePath } from "./price_path.ts";
import { priceRanges, restAnswers, type SessionTimes } from "./rest_answers.ts";
import { SeededRandom } from "./seeded_random.ts";

/** A market's book. */
export interface GeneratedLadders {
  /** Bids for YES. */
  readonly yes: GeneratedLevels;
  /** Bids for NO. */
  readonly no: GeneratedLevels;
}

/** What is in a generated tape, known from making it. */
export interface SessionFacts {
  /** Lines of the tape, one frame each. */
  readonly frames: number;
  /** Frames by type. */
  readonly framesByType: ReadonlyMap<string, number>;
  /** The one missing frame, a delta. */
  readonly gap: GeneratedGap;
  /** The one loss of the connection: the receive times of the frames around it. */
  readonly reconnect: { readonly lastRecvMs: number; readonly firstRecvMs: number };
  /** Each market's book after the last frame. */
  readonly finalBooks: ReadonlyMap<string, GeneratedLadders>;
  /** Each market's result. */
  readonly results: ReadonlyMap<string, "yes" | "no">;
}

/** What decides a session, see `SessionOptions`. */
export interface SessionSettings {
  /** Chooses the session. */
  readonly seed: number;
  /** When trading opens. */
  readonly start: EpochMicros;
  /** How many markets. */
  readonly markets: number;
  /** How long trading lasts. */
  readonly minutes: number;
  /** Steps per minute. */
  readonly pace: number;
}

/** One pass through a session; what it holds afterwards is known once its lines were read. */
export class SessionRun {
  readonly #times: SessionTimes;
  readonly #steps: number;
  readonly #stepMicros: number;
  readonly #random: SeededRandom;
  readonly #writer: FrameWriter;
  readonly #paths: Map<string, PricePath>;
  readonly #activities: MarketActivity[];
  #frames = 0;
  #reconnect: SessionFacts["reconnect"] | undefined;

  /** Draws the markets and their ends; nothing has happened yet. */
  constructor({ seed, start, markets, minutes, pace }: SessionSettings) {
    const close = start + minutes * 60 * MICROS_PER_SECOND;
    const determined = close + 5 * MICROS_PER_SECOND + 210_000;
    this.#times = { open: start, close, determined, settled: determined + 1_249_574 };
    this.#steps = minutes * pace;
    this.#stepMicros = 60 * MICROS_PER_SECOND / pace;
    this.#random = new SeededRandom(seed);
    this.#writer = new FrameWriter(this.#random);
    this.#paths = new Map(GENERATED_SERIES.map((series) => [
      series.ticker,
      new PricePath(this.#random, series.start, series.volatility, this.#steps),
    ]));
    this.#activities = generateMarkets(this.#random, markets, close)
      .map((market) => new MarketActivity(market, this.#random, this.#writer));
  }

  /** The markets' tickers. */
  get tickers(): string[] {
    return this.#activities.map(({ market }) => market.ticker);
  }

  /** Makes the tape; once only. */
  *lines(): Generator<string, void, undefined> {
    this.#announce();
    for (const activity of this.#activities) activity.open(this.#times.open, this.#fair(activity));
    yield* this.#take();
    const lose = Math.floor(this.#steps / 3);
    const refresh = lose + Math.ceil(2 * MICROS_PER_SECOND / this.#stepMicros);
    const disconnect = Math.floor(this.#steps / 2);
    const connect = disconnect + Math.min(
      Math.floor(5 * MICROS_PER_SECOND / this.#stepMicros),
      Math.floor(this.#steps / 6),
    );
    for (let step = 0; step < this.#steps; step++) {
      const time = this.#times.open + Math.floor(step * this.#stepMicros);
      if (step === lose) this.#loseDelta(time);
      if (step === refresh) this.#snapshots(time, true);
      if (step === disconnect) this.#writer.disconnect();
      if (step === connect) this.#reconnectAt(time);
      this.#step(time);
      yield* this.#take();
    }
    this.#settle();
    yield* this.#take();
  }

  /** What REST answers after the session. */
  rest(): unknown[] {
    return restAnswers(this.#activities, this.#times, (activity) => this.#isYes(activity));
  }

  /** What the tape contained. Throws `RangeError` before it was read to its end. */
  facts(): SessionFacts {
    const { gap, framesByType } = this.#writer;
    if (gap === undefined || this.#reconnect === undefined) {
      throw new RangeError("Cannot tell the facts of a session before it is over");
    }
    const finalBooks = this.#activities.map(({ market, book }) =>
      [market.ticker, { yes: book.levels("yes"), no: book.levels("no") }] as const
    );
    const results = this.#activities.map((activity) =>
      [activity.market.ticker, this.#isYes(activity) ? "yes" : "no"] as const
    );
    return {
      frames: this.#frames,
      framesByType,
      gap,
      reconnect: this.#reconnect,
      finalBooks: new Map(finalBooks),
      results: new Map(results),
    };
  }

  /** Connects just before the markets open and sees them being created. */
  #announce(): void {
    const { open, close } = this.#times;
    this.#writer.connect(open - 3 * MICROS_PER_SECOND);
    const time = open - 2 * MICROS_PER_SECOND;
    const seen = new Set<string>();
    for (const { market } of this.#activities) {
      const { series } = market;
      if (!seen.has(market.eventTicker)) {
        seen.add(market.eventTicker);
        this.#writer.lifecycle(time, "event_lifecycle", {
          event_ticker: market.eventTicker,
          title: series.title,
          subtitle: "",
          collateral_return_type: "",
          series_ticker: series.ticker,
        });
      }
      this.#writer.lifecycle(time, "market_lifecycle_v2", {
        market_ticker: market.ticker,
        event_type: "created",
        open_ts: open / MICROS_PER_SECOND,
        close_ts: close / MICROS_PER_SECOND,
        price_level_structure: series.structure,
        price_ranges: priceRanges(series),
        additional_metadata: { title: market.title, event_ticker: market.eventTicker },
      });
    }
  }

  /** Every path moves, then every market acts at its own moment within the step. */
  #step(time: EpochMicros): void {
    for (const path of this.#paths.values()) path.advance();
    const share = this.#stepMicros / this.#activities.length;
    this.#activities.forEach((activity, index) => {
      const moment = time + Math.floor(share * (index + this.#random.fraction()));
      activity.act(moment, this.#fair(activity));
    });
  }

  #loseDelta(time: EpochMicros): void {
    const [activity] = this.#activities;
    this.#writer.loseNextDelta();
    activity!.quote(time, this.#fair(activity!));
  }

  #reconnectAt(time: EpochMicros): void {
    const lastRecvMs = this.#writer.recvMs;
    this.#reconnect = { lastRecvMs, firstRecvMs: this.#writer.connect(time) };
    this.#snapshots(time, false);
  }

  #snapshots(time: EpochMicros, requested: boolean): void {
    for (const { market, book } of this.#activities) {
      this.#writer.snapshot(time, market, book, requested);
    }
  }

  #settle(): void {
    const { determined, settled } = this.#times;
    for (const activity of this.#activities) {
      const isYes = this.#isYes(activity);
      this.#writer.lifecycle(determined, "market_lifecycle_v2", {
        market_ticker: activity.market.ticker,
        determination_ts: Math.floor(determined / MICROS_PER_SECOND),
        result: isYes ? "yes" : "no",
        settlement_value: formatPrice(isYes ? ONE_DOLLAR : 0),
        event_type: "determined",
      });
    }
    for (const { market } of this.#activities) {
      this.#writer.lifecycle(settled, "market_lifecycle_v2", {
        market_ticker: market.ticker,
        settled_ts: Math.floor(settled / MICROS_PER_SECOND),
        event_type: "settled",
      });
    }
  }

  #fair({ market }: MarketActivity): number {
    return this.#paths.get(market.series.ticker)!.fairPrice(market.strike);
  }

  #isYes({ market }: MarketActivity): boolean {
    return this.#paths.get(market.series.ticker)!.end >= market.strike;
  }

  #take(): string[] {
    const lines = this.#writer.lines.splice(0);
    this.#frames += lines.length;
    return lines;
  }
}

import type { MarketView } from "./market_view.ts";

/** What a signal says of a market. */
export interface SignalResult {
  /** −1 to 1: above 0 for YES, below for NO, 0 for nothing. */
  readonly score: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * Says whether a market is about to move. Pure: the same view gives the same result, unless the
 * signal has a `save` and says what it remembers.
 */
export interface Signal {
  /** Names the signal in models and results, such as `volume-onset`. */
  readonly name: string;
  /** How much it counts against others. */
  readonly weight: number;
  /** What it says of the market as of its last event. */
  evaluate(market: MarketView): SignalResult;
  /** The values that {@link evaluate} looked at, by name, for people; nothing is decided with them. */
  inputs(market: MarketView): Readonly<Record<string, number>>;
  /**
   * Only for a signal that remembers markets between calls, which must not be shared between engines:
   * what it remembers, as plain data that JSON keeps.
   */
  save?(): unknown;
  /** Takes over what `save` of a signal with the same parameters gave, in place of everything. */
  restore?(saved: unknown): void;
  /** Forgets a market, as after a gap. */
  forget?(ticker: string): void;
}

/** The parameters of a user's own signal, as its configuration gives them. */
export type SignalParameters = Readonly<Record<string, string | number | boolean>>;

/**
 * A user's own signal: the default export of a module that a configuration names. It must be pure,
 * otherwise runs cannot be repeated. It may be called several times for one event, or not at all.
 */
export type SignalFunction = (market: MarketView, parameters: SignalParameters) => SignalResult;

/** Says nothing. */
export const SILENT: SignalResult = { score: 0, confidence: 0 };

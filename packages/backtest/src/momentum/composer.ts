import type { ComposerConfig } from "./momentum_config.ts";
import type { SignalResult } from "./signal.ts";

/** What signals that agree add up to. */
export interface Composition {
  /** What to enter. */
  readonly side: "yes" | "no";
  /** The sum of |score| × confidence × weight over the signals that agree. */
  readonly strength: number;
  /** The names of the signals that agree, in their order. */
  readonly agreeing: readonly string[];
  /** The names joined by "+". */
  readonly model: string;
}

/** What a composer knows of a signal. */
export interface ComposedSignal {
  /** Its name in models. */
  readonly name: string;
  /** How much it counts. */
  readonly weight: number;
}

type Agreement = Pick<Composition, "agreeing" | "model">;

// A set of signals is a number with a bit for each.
const MAX_SIGNALS = 52;

/**
 * Turns what signals say into an entry or none: those that say nothing drop out, the direction that
 * more of them say wins, YES when as many say NO. Pure.
 */
export class Composer {
  readonly #signals: readonly ComposedSignal[];
  readonly #entryThreshold: number;
  readonly #minSignals: number;
  // Few sets of signals ever agree; their names are made once.
  readonly #agreements = new Map<number, Agreement>();

  /** Throws `RangeError` for more than 52 signals. */
  constructor(signals: readonly ComposedSignal[], config: ComposerConfig) {
    if (signals.length > MAX_SIGNALS) {
      throw new RangeError(
        `Cannot compose ${signals.length} signals: expected at most ${MAX_SIGNALS}`,
      );
    }
    this.#signals = signals;
    this.#entryThreshold = config.entryThreshold;
    this.#minSignals = config.minSignals;
  }

  /**
   * The entry that the results are worth, or `undefined`. There is one result for each signal, in
   * their order. What a price must be like is not asked here.
   */
  compose(results: readonly SignalResult[]): Composition | undefined {
    let positive = 0;
    let negative = 0;
    for (let index = 0; index < results.length; index++) {
      const { score } = results[index]!;
      if (score > 0) positive++;
      else if (score < 0) negative++;
    }
    if (positive + negative === 0) return undefined;
    const isYes = positive >= negative;
    if ((isYes ? positive : negative) < this.#minSignals) return undefined;
    let strength = 0;
    let key = 0;
    for (let index = 0; index < results.length; index++) {
      const { score, confidence } = results[index]!;
      const agrees = isYes ? score > 0 : score < 0;
      key = key * 2 + (agrees ? 1 : 0);
      if (agrees) strength += Math.abs(score) * confidence * this.#signals[index]!.weight;
    }
    // A signal whose confidence is 0/0 (no trades where none are needed) leaves nothing to fall below.
    if (strength < this.#entryThreshold) return undefined;
    const { agreeing, model } = this.#agreements.get(key) ?? this.#agree(key, results, isYes);
    return { side: isYes ? "yes" : "no", strength, agreeing, model };
  }

  #agree(key: number, results: readonly SignalResult[], isYes: boolean): Agreement {
    const agreeing = this.#signals
      .filter((_, index) => isYes ? results[index]!.score > 0 : results[index]!.score < 0)
      .map(({ name }) => name);
    const agreement = { agreeing, model: agreeing.join("+") };
    this.#agreements.set(key, agreement);
    return agreement;
  }
}

/**
 * Whether a price to be paid lies near enough to the last one, both of the same side: not further
 * away than `limit`, in either direction. A price of 0 is not known, and no reason against an entry.
 */
export function isWithinSlippage(price: number, lastPrice: number, limit: number): boolean {
  return !(price > 0 && Math.abs(price - lastPrice) > limit);
}

import { Composer, type Composition } from "./composer.ts";
import type { MarketUnits } from "./market_units.ts";
import type { MarketView } from "./market_view.ts";
import type { ComposerConfig, SignalsConfig, SignalSwitch } from "./momentum_config.ts";
import { type Signal, type SignalResult, SILENT } from "./signal.ts";
import { signalsOf } from "./signals/signals_of.ts";

/**
 * Evaluates signals for any number of engines that follow the same markets: a signal of the same
 * parameters is looked at once an event, and so is what a composer of the same parameters makes of it.
 * Nothing is looked at before someone asks.
 * @internal
 */
export class SignalBoard {
  readonly #units: MarketUnits;
  readonly #signals = new Map<string, BoardSignal>();
  readonly #rules = new Map<string, EntryRule>();
  readonly #event = { count: 0 };

  /** For market views in these units. */
  constructor(units: MarketUnits) {
    this.#units = units;
  }

  /** Says that a market has changed: what was looked at before does not hold any more. */
  next(): void {
    this.#event.count++;
  }

  /**
   * The rule by which the enabled signals, and then those of the user in `custom`, become entries.
   * Equal configurations share it, unless one of its signals remembers markets or is the user's:
   * when such a signal is asked is the engine's own business.
   */
  rule(
    signals: SignalsConfig,
    composer: ComposerConfig,
    custom: readonly Signal[] = [],
  ): EntryRule {
    const made = [...signalsOf(signals, this.#units), ...custom];
    const pure = made.filter((signal) => !remembers(signal) && !custom.includes(signal));
    const base = this.#sharedRule(pure, signals, composer);
    if (pure.length === made.length) return base;
    const own = new Map(
      made.filter((signal) => !pure.includes(signal))
        .map((signal) => [signal, new BoardSignal(signal)]),
    );
    const asked = made.map((signal) => own.get(signal) ?? this.#share(signal, signals));
    const others = { rule: base, own: [...own.values()] };
    return new EntryRule(made, asked, composer, this.#event, others);
  }

  #sharedRule(
    signals: readonly Signal[],
    config: SignalsConfig,
    composer: ComposerConfig,
  ): EntryRule {
    const sections = signals.map((signal) => [signal.name, sectionOf(signal, config)]);
    const key = JSON.stringify([sections, composer.entryThreshold, composer.minSignals]);
    let rule = this.#rules.get(key);
    if (rule === undefined) {
      const asked = signals.map((signal) => this.#share(signal, config));
      rule = new EntryRule(signals, asked, composer, this.#event);
      this.#rules.set(key, rule);
    }
    return rule;
  }

  #share(signal: Signal, config: SignalsConfig): BoardSignal {
    // The weight is the composer's.
    const section = { ...sectionOf(signal, config), weight: 0 };
    const key = JSON.stringify([signal.name, section]);
    let shared = this.#signals.get(key);
    if (shared === undefined) this.#signals.set(key, shared = new BoardSignal(signal));
    return shared;
  }
}

/** The signals of a rule that it shares with no one, and the rule of the others, which is shared. */
interface OwnSignals {
  readonly rule: EntryRule;
  readonly own: readonly BoardSignal[];
}

/** What a rule asks, and what it was last told. */
export class EntryRule {
  /** The signals, in the order of {@link results}. */
  readonly signals: readonly Signal[];
  readonly #asked: readonly BoardSignal[];
  readonly #composer: Composer;
  readonly #event: { readonly count: number };
  readonly #others: OwnSignals | undefined;
  readonly #results: SignalResult[] = [];
  #composedAt = -1;
  #composition: Composition | undefined;

  /** A rule is made by its board. */
  constructor(
    signals: readonly Signal[],
    asked: readonly BoardSignal[],
    composer: ComposerConfig,
    event: { readonly count: number },
    others?: OwnSignals,
  ) {
    this.signals = signals;
    this.#asked = asked;
    this.#composer = new Composer(signals, composer);
    this.#event = event;
    this.#others = others;
  }

  /** What the signals said when {@link compose} was last asked, until the board moves on. */
  get results(): readonly SignalResult[] {
    return this.#results;
  }

  /** The entry in this market as of its last event, or `undefined`. */
  compose(market: MarketView): Composition | undefined {
    const { count } = this.#event;
    if (count !== this.#composedAt) {
      this.#composedAt = count;
      this.#composition = this.#compose(market, count);
    }
    return this.#composition;
  }

  #compose(market: MarketView, event: number): Composition | undefined {
    // Signals that say nothing drop out: then the rule of the others, which is asked once for all
    // engines, comes to the same.
    const others = this.#others;
    const isShared = others !== undefined && areSilent(others.own, market, event);
    const shared = isShared ? others.rule.compose(market) : undefined;
    for (let index = 0; index < this.#asked.length; index++) {
      this.#results[index] = this.#asked[index]!.evaluate(market, event);
    }
    return isShared ? shared : this.#composer.compose(this.#results);
  }
}

class BoardSignal {
  readonly #signal: Signal;
  result: SignalResult = SILENT;
  #event = -1;

  constructor(signal: Signal) {
    this.#signal = signal;
  }

  evaluate(market: MarketView, event: number): SignalResult {
    if (event !== this.#event) {
      this.#event = event;
      this.result = this.#signal.evaluate(market);
    }
    return this.result;
  }
}

// Every one is asked, since it may have something to remember.
function areSilent(signals: readonly BoardSignal[], market: MarketView, event: number): boolean {
  let silent = true;
  for (let index = 0; index < signals.length; index++) {
    if (signals[index]!.evaluate(market, event).score !== 0) silent = false;
  }
  return silent;
}

function remembers(signal: Signal): boolean {
  return signal.save !== undefined;
}

function sectionOf(signal: Signal, config: SignalsConfig): SignalSwitch {
  switch (signal.name) {
    case "spread-tightening":
      return config.spreadTightening;
    case "volume-onset":
      return config.volumeOnset;
    case "mean-reversion":
      return config.meanReversion;
    case "price-momentum":
      return config.priceMomentum;
    default:
      // Another's section would make engines share what they must not.
      throw new TypeError(`Cannot share the signal ${signal.name}: nobody knows its parameters`);
  }
}

import {
  type EventBatch,
  type EventKind,
  FLAG_LAST,
  NO_MARKET,
  ONE_DOLLAR,
  type SymbolTable,
} from "@ssmd/core";
import type { OrderReport } from "../order.ts";
import type { Strategy, StrategyContext, StrategyParameters, Timer } from "../strategy.ts";
import type { Composition } from "./composer.ts";
import { customSignals } from "./custom_signals.ts";
import { type ActiveMarket, newActiveMarket } from "./active_market.ts";
import { DrawdownHalt } from "./drawdown_halt.ts";
import { count, type EngineNotes, newNotes } from "./engine_notes.ts";
import { type EntryPlan, type EntryRules, planEntry } from "./entry_rules.ts";
import { type ExactSettings, exactSettings } from "./exact_settings.ts";
import { HoldingDesk } from "./holding_desk.ts";
import type { MarketState } from "./market_state.ts";
import { MarketStates } from "./market_states.ts";
import type { MomentumConfig } from "./momentum_config.ts";
import { flatParameters } from "./momentum_parameters.ts";
import { retentionOf } from "./retention.ts";
import type { SavedEngine } from "./saved_engine.ts";
import { SeededRandom } from "./seeded_random.ts";
import type { SignalFunction } from "./signal.ts";
import type { EntryRule } from "./signal_board.ts";
import { sizingOf } from "./sizing.ts";

export type { SavedEngine } from "./saved_engine.ts";

/** What a {@link MomentumEngine} may share with others. */
export interface MomentumEngineOptions {
  /**
   * The states of the markets, kept by the caller: then they must be among the run's followers, so
   * that each row reaches them before any engine. By default the engine keeps its own.
   */
  readonly states?: MarketStates;
  /** The functions of `signals.custom`, by name. Default none. */
  readonly functions?: ReadonlyMap<string, SignalFunction>;
  /** Whether entries say what they rest on, which costs a look at every signal. Default true. */
  readonly explains?: boolean;
}

// Literals that the type checks: bundled code reads an exported constant anew for every row.
const TRADE: typeof EventKind.trade = 4;
const GAP: typeof EventKind.gap = 8;

/**
 * The momentum strategy of the original, honest: it trades against what is displayed, exits on time
 * in silent markets too, keeps clear of the close as it is known, guards NO entries in NO prices and
 * halts on equity, peak to trough. A market that has once had the dollars of `activation` within its
 * window is active; entries are made while the window still holds them. No I/O, no clock; what is
 * random comes from `portfolio.seed`.
 */
export class MomentumEngine implements Strategy {
  /** `momentum`. */
  readonly name = "momentum";
  /** What of the configuration decides, by dotted path. */
  readonly parameters: StrategyParameters;
  readonly #config: MomentumConfig;
  readonly #settings: ExactSettings;
  readonly #states: MarketStates;
  readonly #ownsStates: boolean;
  readonly #rule: EntryRule;
  readonly #random: SeededRandom;
  readonly #rules: EntryRules;
  readonly #halt: DrawdownHalt;
  readonly #desk: HoldingDesk;
  readonly #notes: EngineNotes;
  /** How often each signal said something. */
  readonly #spoken: number[];
  readonly #explains: boolean;
  // By market id: null for one that is left alone, undefined for one that is not active. Starting with
  // an element keeps V8 from compiling for an array of integers first.
  readonly #markets: (ActiveMarket | null | undefined)[] = [undefined];
  readonly #byTicker = new Map<string, ActiveMarket>();
  // By market id: as of which change of its volume it had too little, and so has until the next.
  readonly #lowAt: number[] = [];

  /**
   * Throws `SsmdError` `invalid_input` for figures that are no exact amounts, and for a custom signal
   * without a function; `RangeError` when `states` keep less than the windows of `config` need, or
   * treat gaps in another way.
   */
  constructor(config: MomentumConfig, options: MomentumEngineOptions = {}) {
    const settings = exactSettings(config);
    const { gapPolicy } = config.execution;
    const retention = retentionOf(config);
    const states = options.states ?? new MarketStates({ retention, gaps: gapPolicy });
    if (states.retention < retention) {
      throw new RangeError(
        `Cannot use states that keep ${states.retention} µs: the windows need ${retention}`,
      );
    }
    if ((states.gaps === "ignore") !== (gapPolicy === "ignore")) {
      throw new RangeError(`Cannot use states for gap policy ${states.gaps} with ${gapPolicy}`);
    }
    this.parameters = flatParameters(config);
    this.#config = config;
    this.#settings = settings;
    this.#states = states;
    this.#ownsStates = options.states === undefined;
    const custom = customSignals(config.signals.custom, options.functions ?? new Map());
    this.#rule = states.board.rule(config.signals, config.composer, custom);
    this.#random = new SeededRandom(config.portfolio.seed);
    const sizing = sizingOf(config.portfolio.sizing, settings, () => this.#random.next());
    this.#rules = { settings, execution: config.execution, sizing };
    this.#halt = new DrawdownHalt(config.portfolio.drawdownHaltPercent);
    this.#notes = newNotes(this.#rule.signals.map(({ name }) => name));
    this.#spoken = this.#rule.signals.map(() => 0);
    this.#explains = options.explains ?? true;
    this.#desk = new HoldingDesk(settings, config.execution, {
      notEntered: (market, reason) => {
        count(this.#notes.notEntered, reason);
        if (reason === "excluded") this.#byTicker.get(market.ticker)!.excluded = true;
      },
      entered: () => this.#notes.entered++,
      closed: (reason) => count(this.#notes.closed, reason),
    });
  }

  /** The states that the engine decides on; its own, or those it was given. */
  get states(): MarketStates {
    return this.#states;
  }

  /** Begins to watch the equity. */
  start(context: StrategyContext): void {
    this.#halt.observe(context.equity, context.now);
  }

  /** Decides on what row `row` has changed. */
  onEvent(context: StrategyContext, batch: EventBatch, row: number): void {
    const states = this.#states;
    if (this.#ownsStates) states.apply(batch, row, context.now);
    const market = batch.market[row]!;
    if (states.sampled) {
      const active = this.#markets[market] ?? this.#tryActivate(context, market);
      if (active !== null) {
        // A trade changes no quote: what is due by price was due before, what is due by time has a timer.
        if (active.holdings.length > 0 && batch.kind[row] !== TRADE) this.#watch(context, active);
        this.#decide(context, active, market);
      }
    } else if (market !== NO_MARKET && (batch.flags[row]! & FLAG_LAST) !== 0) {
      // The book has changed, or something else was said of the market: exits may have become due.
      const active = this.#markets[market];
      if (active !== undefined && active !== null && active.holdings.length > 0) {
        this.#watch(context, active);
      }
    }
    if (batch.kind[row] === GAP && this.#config.execution.gapPolicy !== "ignore") {
      this.#forget(batch, market);
    }
  }

  /** Closes what is due by time. */
  onTimer(context: StrategyContext, timer: Timer): void {
    this.#desk.onTimer(context, timer.tag);
  }

  /** Keeps clear of the new close from now on. */
  onCloseTime(context: StrategyContext, ticker: string): void {
    const market = this.#byTicker.get(ticker);
    const closeTime = context.closeTime(ticker);
    if (market === undefined || closeTime === undefined) return;
    this.#desk.moveClose(context, market, closeTime);
  }

  /** Goes on with the position that the order belongs to. */
  onOrder(context: StrategyContext, report: OrderReport): void {
    this.#desk.onOrder(context, report);
    if (report.fills.length > 0) this.#halt.observe(context.equity, context.now);
  }

  /** Forgets what was paid out. */
  onSettled(context: StrategyContext, ticker: string): void {
    this.#desk.onSettled(context, ticker);
    this.#halt.observe(context.equity, context.now);
  }

  /** What was counted, see {@link EngineNotes}. */
  report(): Readonly<Record<string, unknown>> {
    return { ...this.#currentNotes() };
  }

  /** Plain data for {@link restore}; part of a checkpoint with the run's own. */
  save(): SavedEngine {
    const remembering = this.#rule.signals.flatMap((signal) =>
      signal.save === undefined ? [] : [[signal.name, signal.save()] as const]
    );
    return {
      markets: [...this.#byTicker.values()].map((each) => ({
        ticker: each.ticker,
        holdings: each.holdings.map((holding) => ({ ...holding })),
        cooldownUntil: each.cooldownUntil,
        ...(each.closeTime === Infinity ? {} : { closeTime: each.closeTime }),
        excluded: each.excluded,
      })),
      halt: this.#halt.save(),
      random: this.#random.save(),
      signals: Object.fromEntries(remembering),
      notes: structuredClone(this.#currentNotes()),
      ...(this.#ownsStates ? { states: this.#states.save() } : {}),
    };
  }

  /**
   * Goes on from what {@link save} of an engine with the same configuration gave, before any row. The
   * batches that follow must use `symbols`.
   */
  restore(saved: SavedEngine, symbols: SymbolTable): void {
    for (const { ticker, holdings, cooldownUntil, closeTime, excluded } of saved.markets) {
      const market = newActiveMarket(ticker, closeTime);
      market.holdings.push(...holdings.map((holding) => ({ ...holding })));
      market.cooldownUntil = cooldownUntil;
      market.excluded = excluded;
      this.#byTicker.set(ticker, market);
      this.#setMarket(symbols.intern(ticker), market);
      this.#desk.adopt(market);
    }
    this.#halt.restore(saved.halt);
    this.#random.restore(saved.random);
    for (const signal of this.#rule.signals) signal.restore?.(saved.signals[signal.name]);
    const { haltedAt: _, ...notes } = structuredClone(saved.notes);
    Object.assign(this.#notes, notes);
    this.#rule.signals.forEach(({ name }, index) => {
      this.#spoken[index] = notes.signals[name] ?? 0;
    });
    if (this.#ownsStates && saved.states !== undefined) this.#states.restore(saved.states, symbols);
  }

  #tryActivate(context: StrategyContext, id: number): ActiveMarket | null {
    const known = this.#markets[id];
    if (known === null) return null;
    const state = this.#states.get(id)!;
    if (!this.#hasVolume(id, state)) return null;
    if (context.markets.length > 0 && context.market(state.ticker) === undefined) {
      this.#notes.notGiven++;
      return this.#setMarket(id, null);
    }
    const market = newActiveMarket(state.ticker, context.closeTime(state.ticker));
    this.#byTicker.set(state.ticker, market);
    this.#notes.activated.push(state.ticker);
    return this.#setMarket(id, market);
  }

  #hasVolume(id: number, state: MarketState): boolean {
    const lowAt = this.#lowAt;
    if (lowAt[id] === state.volumeChanges) return false;
    const { activationWindow, activationVolume } = this.#settings;
    if (state.dollarVolume(activationWindow) >= activationVolume) return true;
    while (lowAt.length <= id) lowAt.push(-1);
    lowAt[id] = state.volumeChanges;
    return false;
  }

  #setMarket(id: number, market: ActiveMarket | null): ActiveMarket | null {
    // Ids are dense: filling up keeps the array free of holes, which are slow to read.
    while (this.#markets.length <= id) this.#markets.push(undefined);
    this.#markets[id] = market;
    return market;
  }

  #decide(context: StrategyContext, market: ActiveMarket, id: number): void {
    if (this.#halt.halted || market.excluded || context.now < market.cooldownUntil) return;
    const state = this.#states.get(id)!;
    if (!this.#hasVolume(id, state)) return;
    const composition = this.#compose(state);
    if (composition === undefined) return;
    if (context.now >= market.closeTime - this.#settings.noEntryBuffer) {
      return this.#refuse("near the close");
    }
    if (context.isStale(market.ticker)) return this.#refuse("stale");
    const group = composition.model;
    for (const holding of market.holdings) if (holding.group === group) return;
    this.#enter(context, market, state, composition, group);
  }

  #compose(state: MarketState): Composition | undefined {
    const rule = this.#rule;
    const composition = rule.compose(state);
    const { results } = rule;
    for (let index = 0; index < results.length; index++) {
      if (results[index]!.score !== 0) this.#spoken[index]!++;
    }
    return composition;
  }

  #enter(
    context: StrategyContext,
    market: ActiveMarket,
    state: MarketState,
    composition: Composition,
    group: string,
  ): void {
    this.#notes.composed++;
    const { side } = composition;
    const { ticker } = market;
    const plan = planEntry(this.#rules, side, state.lastPrice, context.book(ticker), context.cash);
    if (typeof plan === "string") return this.#refuse(plan);
    this.#notes.sent[side]++;
    const maker = this.#config.execution.entry === "maker";
    this.#desk.enter(context, market, {
      ticker,
      action: "buy",
      side,
      quantity: plan.quantity,
      limit: plan.limit,
      group,
      ...(maker ? { liquidity: "maker" } : {}),
      ...(this.#explains ? { because: this.#because(state, composition, plan) } : {}),
    }, group);
  }

  #because(
    state: MarketState,
    { side, agreeing, strength }: Composition,
    { price, limit, quantity }: EntryPlan,
  ): Readonly<Record<string, unknown>> {
    const signals = this.#rule.signals.map((signal, index) => ({
      name: signal.name,
      weight: signal.weight,
      ...this.#rule.results[index]!,
      agrees: agreeing.includes(signal.name),
      inputs: signal.inputs(state),
    }));
    const { lastPrice, yesBid, yesAsk } = state;
    return {
      signals,
      strength,
      threshold: this.#config.composer.entryThreshold,
      lastPrice: side === "yes" ? lastPrice : ONE_DOLLAR - lastPrice,
      price,
      limit,
      contracts: quantity,
      yesBid,
      yesAsk,
      dollarVolume: state.dollarVolume(this.#settings.activationWindow),
    };
  }

  #refuse(reason: string): void {
    count(this.#notes.notEntered, reason);
  }

  #watch(context: StrategyContext, market: ActiveMarket): void {
    const yesBid = context.bestBid(market.ticker, "yes") ?? 0;
    const noBid = context.bestBid(market.ticker, "no") ?? 0;
    if (yesBid !== market.yesBid || noBid !== market.noBid) {
      market.yesBid = yesBid;
      market.noBid = noBid;
      this.#halt.observe(context.equity, context.now);
    }
    this.#desk.review(context, market);
  }

  #forget(batch: EventBatch, market: number): void {
    for (const signal of this.#rule.signals) {
      if (signal.forget === undefined) continue;
      if (market !== NO_MARKET) signal.forget(batch.symbols.name(market));
      else for (const ticker of this.#byTicker.keys()) signal.forget(ticker);
    }
  }

  #currentNotes(): EngineNotes {
    const { haltedAt } = this.#halt;
    const names = this.#rule.signals.map(({ name }) => name);
    const signals = Object.fromEntries(names.map((name, index) => [name, this.#spoken[index]!]));
    return { ...this.#notes, signals, ...(haltedAt === undefined ? {} : { haltedAt }) };
  }
}

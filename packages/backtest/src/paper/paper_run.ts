import {
  type EpochMicros,
  EventBatch,
  type Gap,
  type MarketInfo,
  messageOf,
  type SettlementSource,
  SsmdError,
  type SymbolTable,
} from "@ssmd/core";
import type { RowFollower } from "../backtest_options.ts";
import type { BacktestResult } from "../backtest_result.ts";
import type { SavedEngine } from "../momentum/saved_engine.ts";
import type { MomentumRuns } from "../momentum/momentum_runs.ts";
import type { SavedMarketStates } from "../momentum/market_states.ts";
import type { SavedSimulation } from "../saved_simulation.ts";
import { Simulation } from "../simulation.ts";
import type { StrategyContext } from "../strategy.ts";

/** What a {@link PaperRun} knows beside its stream. */
export interface PaperMarkets {
  /**
   * The markets that may be traded. Without it every market may; closes are those that are announced.
   * An object without `closes` is older than the stream: what that announces replaces its close, also
   * what it announced before a checkpoint.
   */
  readonly markets?: readonly MarketInfo[];
  /** What markets paid, as far as that is known. */
  readonly settlements: SettlementSource;
  /** Told of each row before the engines are. */
  readonly followers?: readonly RowFollower[];
}

/** A {@link PaperRun} as plain data that JSON keeps. */
export interface PaperCheckpoint {
  /** The version of this shape. */
  readonly version: 1;
  /** The settings of the engines; a run with others does not go on from here. */
  readonly parameters: readonly Readonly<Record<string, string | number | boolean>>[];
  /** Clock, data, orders and ledgers. */
  readonly simulation: SavedSimulation;
  /** The engines. */
  readonly engines: readonly SavedEngine[];
  /** The states that they share. */
  readonly states: readonly SavedMarketStates[];
}

/** Where a {@link PaperRun} goes on. */
export interface PaperResumption {
  /** What {@link PaperRun.checkpoint} gave. */
  readonly checkpoint: PaperCheckpoint;
  /** The symbols of the batches to come. */
  readonly symbols: SymbolTable;
  /** What messages call the checkpoint. Default `the checkpoint`. */
  readonly name?: string;
}

const VERSION = 1;

/**
 * The engines of a backtest on a live stream, with simulated orders: the same code decides and fills,
 * batch by batch. It can be saved between two batches and goes on elsewhere to the same decisions. No
 * I/O and no clock of its own: whoever drives it says when time passes in silence.
 */
export class PaperRun {
  readonly #runs: MomentumRuns;
  readonly #simulation: Simulation;

  /**
   * Starts `runs`, or goes on from a checkpoint of runs of the same settings. Throws `SsmdError`
   * `invalid_input` for a checkpoint of another version, of other settings, or with parts that are
   * missing or no such parts; `runs` are of no use then. Values in it are believed. Throws what
   * `Simulation` throws for `markets`, with or without a checkpoint.
   */
  constructor(markets: PaperMarkets, runs: MomentumRuns, from?: PaperResumption) {
    this.#runs = runs;
    const data = {
      ...markets,
      ...(markets.markets === undefined ? {} : { markets: markets.markets.map(datedMarket) }),
      followers: [...markets.followers ?? [], ...runs.followers],
    };
    if (from === undefined) {
      this.#simulation = new Simulation(data, runs.variants);
      return;
    }
    const { checkpoint, symbols, name = "the checkpoint" } = from;
    checkCheckpoint(checkpoint, runs, name);
    // Markets that are impossible are not the checkpoint's fault.
    new Simulation(data, []);
    try {
      runs.states.forEach((states, index) => states.restore(checkpoint.states[index]!, symbols));
      runs.engines.forEach((engine, index) => engine.restore(checkpoint.engines[index]!, symbols));
      this.#simulation = new Simulation(data, runs.variants, {
        saved: checkpoint.simulation,
        symbols,
      });
    } catch (cause) {
      // It is plain data of anyone's making: what it lacks shows where it is taken up.
      throw refusal(name, `it does not fit these runs, or is damaged (${messageOf(cause)})`, cause);
    }
  }

  /** What the strategies see, in the order of the runs; for whoever shows them. */
  get contexts(): readonly StrategyContext[] {
    return this.#simulation.contexts;
  }

  /** The time of the newest row, or of {@link advanceTo}. */
  get now(): EpochMicros {
    return this.#simulation.now;
  }

  /** Applies what the stream brought. The batch may be reused. */
  onBatch(batch: EventBatch): void {
    this.#simulation.onBatch(batch);
  }

  /** Moves the clock on while the stream is silent, so that what is due by time happens. */
  advanceTo(time: EpochMicros): void {
    this.#simulation.advanceTo(time);
  }

  /**
   * Says that nothing was seen between the clock and `until`, as after a restart: a gap of all markets
   * of `feed`.
   */
  missed(feed: string, until: EpochMicros, symbols: SymbolTable): void {
    const gap: Gap = {
      feed,
      session: "paper",
      reason: "restart",
      from: this.now,
      to: Math.max(until, this.now),
      // Not `until`: timers that were due in between must not trade on what was displayed before.
      tsRecv: this.now,
    };
    const batch = new EventBatch(symbols, 1);
    batch.pushGap(gap);
    this.#simulation.onBatch(batch);
  }

  /** Asks the settlements anew what `ticker` paid. */
  learnSettlement(ticker: string): void {
    this.#simulation.learnSettlement(ticker);
  }

  /** The results so far, in the order of the runs. */
  results(): readonly BacktestResult[] {
    return this.#simulation.results();
  }

  /** Lets happen what is still due, as at the end of a backtest, and gives the results. */
  finish(): readonly BacktestResult[] {
    return this.#simulation.finish();
  }

  /** Plain data to go on from; between two batches. */
  checkpoint(): PaperCheckpoint {
    const { engines, states } = this.#runs;
    return {
      version: VERSION,
      parameters: engines.map(({ parameters }) => parameters),
      simulation: this.#simulation.save(),
      engines: engines.map((engine) => engine.save()),
      states: states.map((each) => each.save()),
    };
  }
}

/** Someone who trades a live stream had what is not dated before the stream began. */
function datedMarket(info: MarketInfo): MarketInfo {
  const { closeTime, closes = [] } = info;
  if (closeTime === undefined || closes.length > 0) return info;
  return { ...info, closes: [{ time: 0, closeTime }] };
}

function checkCheckpoint(
  checkpoint: PaperCheckpoint,
  { engines, states }: MomentumRuns,
  name: string,
): void {
  // Checkpoints come from files: one may be of another version or shape than its type.
  const { version, parameters: saved, ...parts }: Partial<Record<string, unknown>> = {
    ...checkpoint,
  };
  if (version !== VERSION) {
    throw refusal(name, `it is of version ${version}, expected ${VERSION}`);
  }
  if (!Array.isArray(saved)) throw refusal(name, "it is damaged (no parameters)");
  if (saved.length !== engines.length) {
    throw refusal(name, `it has ${saved.length} runs, expected ${engines.length}`);
  }
  for (const [index, { parameters }] of engines.entries()) {
    const before: Record<string, unknown> = { ...saved[index] };
    for (const key of new Set([...Object.keys(parameters), ...Object.keys(before)])) {
      if (parameters[key] === before[key]) continue;
      throw refusal(
        name,
        `its ${key} is ${before[key]}, now it is ${parameters[key]}; only the same settings go on`,
      );
    }
  }
  for (const [part, { length }] of Object.entries({ engines, states })) {
    const found = parts[part];
    if (Array.isArray(found) && found.length === length) continue;
    throw refusal(name, `it is damaged (expected ${length} ${part})`);
  }
}

function refusal(name: string, problem: string, cause?: unknown): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot go on from ${name}: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}

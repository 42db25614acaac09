/** Runs of the momentum engine for its tests, on tapes by hand. It has no tests of its own. */
import { type MarketInfo, MICROS_PER_SECOND, ONE_DOLLAR, type Settlement } from "@ssmd/core";
import { parseMomentumConfig } from "../config/parse_momentum_config.ts";
import { runBacktest } from "../backtest.ts";
import type { BacktestOptions } from "../backtest_options.ts";
import type { BacktestResult } from "../backtest_result.ts";
import { noFees } from "../scenario_test_support.ts";
import { settlementsOf } from "../settlement.ts";
import type { Trade } from "../trade.ts";
import type { EngineNotes } from "./engine_notes.ts";
import { exactSettings } from "./exact_settings.ts";
import type { MomentumConfig } from "./momentum_config.ts";
import { MomentumEngine } from "./momentum_engine.ts";
import type { SignalFunction } from "./signal.ts";
import type { Tape } from "./tape_test_support.ts";

/** Sections to change, by name. */
export type Sections = Readonly<
  Partial<Record<keyof MomentumConfig, Readonly<Record<string, unknown>>>>
>;

const SILENT_SIGNALS = { spreadTightening: { enabled: false }, volumeOnset: { enabled: false } };

/**
 * A configuration in which one signal, `mine`, decides: $1 of volume makes a market active, entries
 * are 10 contracts without latency, and there is no cooldown.
 */
export function configOf(sections: Sections = {}): MomentumConfig {
  const base = {
    activation: { dollarVolume: 1 },
    portfolio: { startingBalance: 1000, minContracts: 10, maxContracts: 10 },
    positions: { cooldownSeconds: 0 },
    signals: { ...SILENT_SIGNALS, custom: [{ name: "mine", file: "mine.ts" }] },
    execution: { latencyMs: 0 },
  };
  const names = new Set([...Object.keys(base), ...Object.keys(sections)]);
  const merged = [...names].map((name) => [
    name,
    { ...Reflect.get(base, name), ...Reflect.get(sections, name) },
  ]);
  return parseMomentumConfig(JSON.stringify(Object.fromEntries(merged)), "test");
}

/** Says YES at a last price in cents. */
export function yesAt(...cents: readonly number[]): SignalFunction {
  return ({ lastPrice }) => ({ score: cents.includes(lastPrice / 100) ? 1 : 0, confidence: 1 });
}

/** Says NO at a last price in cents. */
export function noAt(...cents: readonly number[]): SignalFunction {
  return ({ lastPrice }) => ({ score: cents.includes(lastPrice / 100) ? -1 : 0, confidence: 1 });
}

/** A market that closes at `close`, and pays `yesDollars` at `settled`, in seconds. */
export function closing(
  ticker: string,
  close: number,
  settled?: number,
  yesDollars = 1,
): MarketInfo {
  const info = { ticker, closeTime: close * MICROS_PER_SECOND };
  if (settled === undefined) return info;
  const settlement: Settlement = {
    yesValue: yesDollars * ONE_DOLLAR,
    time: settled * MICROS_PER_SECOND,
    timeSource: "settlement_ts",
  };
  return { ...info, settlement };
}

/** What an {@link engineRun} changes. */
export interface EngineRunOptions extends Partial<BacktestOptions> {
  readonly engine?: MomentumEngine;
}

/** Runs the engine over `tape` without fees, with the execution that `config` asks for. */
export function engineRun(
  tape: Tape,
  config: MomentumConfig,
  mine: SignalFunction,
  { engine, ...more }: EngineRunOptions = {},
): Promise<BacktestResult> {
  const { latency, startingBalance } = exactSettings(config);
  const functions = new Map([["mine", mine]]);
  return runBacktest({
    batches: tape.batches(),
    strategy: engine ?? new MomentumEngine(config, { functions }),
    settlements: settlementsOf(more.markets ?? []),
    fees: noFees,
    latency,
    startingBalance,
    gaps: config.execution.gapPolicy,
    ...more,
  });
}

/** The engine's notes in a result. */
export function notesOf({ notes }: BacktestResult): EngineNotes {
  // What MomentumEngine.report gives.
  return notes as unknown as EngineNotes;
}

/** A trade in a line: side, prices in cents, contracts, times in seconds, reason. */
export function line(
  { side, entryPrice, exitPrice, contracts, entryTime, exitTime, reason }: Trade,
): string {
  const seconds = (time: number) => time / MICROS_PER_SECOND;
  return `${side} ${contracts / 100} ${entryPrice / 10_000}→${exitPrice / 10_000} ` +
    `${seconds(entryTime)}→${seconds(exitTime)} ${reason}`;
}

import type { FeeModel } from "@ssmd/core";
import type { BacktestVariant, RowFollower } from "../backtest_options.ts";
import type { Decision } from "../decision.ts";
import { bookWalker } from "../fill_model.ts";
import { type MakerModel, queueMaker, throughMaker, touchMaker } from "../maker_model.ts";
import { exactSettings } from "./exact_settings.ts";
import { MarketStates } from "./market_states.ts";
import type { ExecutionConfig, MomentumConfig } from "./momentum_config.ts";
import { MomentumEngine } from "./momentum_engine.ts";
import { retentionOf } from "./retention.ts";
import type { SignalFunction } from "./signal.ts";

/** Momentum configurations as `runBacktests` and `Simulation` take them. */
export interface MomentumRuns {
  /** The states that the engines share; they belong into the run's `followers`. */
  readonly followers: readonly RowFollower[];
  /** One for each configuration, in their order. */
  readonly variants: readonly BacktestVariant[];
  /** The strategies of the variants, for checkpoints. */
  readonly engines: readonly MomentumEngine[];
  /** The followers again, for checkpoints. */
  readonly states: readonly MarketStates[];
}

/** What configurations do not say. */
export interface MomentumRunsOptions {
  /** The functions of `signals.custom`, by name. Default none. */
  readonly functions?: ReadonlyMap<string, SignalFunction>;
  /**
   * Told why the orders of the configuration with this index were given, where it gives a listener;
   * without one nobody asks the signals what they looked at.
   */
  readonly onDecision?: (index: number) => ((decision: Decision) => void) | undefined;
}

/**
 * The runs of profile `default` that `configs` ask for: engine, latency, fills, gap policy, cash and
 * equity interval, charged by `fees`. Market states are kept once for all of them; a run among
 * others gives what it gives alone. Throws as {@link MomentumEngine}.
 */
export function momentumRuns(
  configs: readonly MomentumConfig[],
  fees: FeeModel,
  options: MomentumRunsOptions = {},
): MomentumRuns {
  const { functions = new Map(), onDecision = () => undefined } = options;
  const listeners = configs.map((_, index) => onDecision(index));
  const shared = new Map<string, MarketStates>();
  for (const [key, group] of groupsOf(configs)) {
    const retention = Math.max(...group.map(retentionOf));
    shared.set(key, new MarketStates({ retention, gaps: group[0]!.execution.gapPolicy }));
  }
  const engines = configs.map((config, index) => {
    const states = shared.get(groupOf(config))!;
    return new MomentumEngine(config, {
      states,
      functions,
      explains: listeners[index] !== undefined,
    });
  });
  const states = [...shared.values()];
  const variants = configs.map((config, index) => {
    const variant = variantOf(config, engines[index]!, fees);
    const listener = listeners[index];
    return listener === undefined ? variant : { ...variant, onDecision: listener };
  });
  return { followers: states, variants, engines, states };
}

function variantOf(
  config: MomentumConfig,
  strategy: MomentumEngine,
  fees: FeeModel,
): BacktestVariant {
  const settings = exactSettings(config);
  const { maxParticipation, unknownQuoteSize, latency, startingBalance, equityInterval } = settings;
  return {
    strategy,
    fees,
    fills: bookWalker({ maxParticipation, unknownQuoteSize }),
    makers: makerOf(config.execution),
    latency,
    gaps: config.execution.gapPolicy,
    startingBalance,
    equityInterval,
  };
}

function makerOf({ makerModel }: ExecutionConfig): MakerModel {
  if (makerModel === "through") return throughMaker;
  return makerModel === "touch" ? touchMaker : queueMaker;
}

function groupsOf(configs: readonly MomentumConfig[]): Map<string, MomentumConfig[]> {
  const groups = new Map<string, MomentumConfig[]>();
  for (const config of configs) {
    const key = groupOf(config);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [config]);
    else group.push(config);
  }
  return groups;
}

/** Configurations of one group may share states. */
function groupOf(config: MomentumConfig): string {
  const gaps = config.execution.gapPolicy === "ignore" ? "ignore" : "begin anew";
  // A user's own signal may look back as far as samples are kept, so that must not depend on others.
  return config.signals.custom.length === 0 ? gaps : `${gaps}, ${retentionOf(config)}`;
}

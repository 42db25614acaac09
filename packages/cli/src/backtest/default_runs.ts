import {
  type BacktestResult,
  decisionLine,
  GapRecorder,
  type MomentumConfig,
  momentumRuns,
  PriceRecorder,
  type RowFollower,
  runBacktests,
  type SensitivityRow,
} from "@ssmd/backtest";
import { Replay } from "@ssmd/core";
import { KalshiDecoder, kalshiFees } from "@ssmd/kalshi";
import { loadCustomSignals } from "../custom_signals.ts";
import { assumedFees } from "./assumed_fees.ts";
import { type BacktestSource, unreadGaps } from "./backtest_source.ts";
import { DefaultOutcome } from "./default_outcome.ts";
import { learnMarkets } from "./market_knowledge.ts";
import type { MomentumRunsOptions } from "./momentum_runs_options.ts";
import type { ProfileRuns } from "./profile_runs.ts";
import { ReadingWatch } from "./reading_watch.ts";
import { WaitingLines } from "./waiting_lines.ts";

/** Latencies, in milliseconds, that a full run is tried with beside its own. */
const OTHER_LATENCIES = [0, 1000];
/** Factors of the fees that a full run is charged with beside 1. */
const OTHER_FEES = [0, 2];

/**
 * Runs of profile `default`. Without market objects every market in the data may be traded, nothing
 * is known of its close, and it stays unsettled.
 */
export async function defaultRuns(
  options: MomentumRunsOptions,
  source: BacktestSource,
): Promise<ProfileRuns> {
  const { fees: rounding = "direct" } = options;
  const knowledge = await learnMarkets(options.archive, source, options.markets, false);
  const { catalog, markets, fingerprint } = knowledge;
  const { functions, sha256 } = await loadCustomSignals(options.configFile, options.signals);
  const schedule = catalog.feeSchedule();
  const fees = kalshiFees(schedule, rounding);
  return {
    inputs: {
      markets: fingerprint,
      fees: rounding,
      ...(sha256 === null ? {} : { signals: sha256 }),
    },
    run: async (configs, dataSha256, { isFull = false, cache, onProgress, signal }) => {
      const decoder = new KalshiDecoder();
      const watch = new ReadingWatch(onProgress);
      const replay: Replay = new Replay(source.data, decoder, {
        streams: source.streams,
        gaps: unreadGaps(source),
        ...watch.options(() => replay.coverage.records),
        ...(cache === undefined ? {} : { cache }),
        ...(signal === undefined ? {} : { signal }),
      });
      const decisions = configs.map(() => new WaitingLines());
      const whatIfs = isFull ? configs.map(({ config }) => withOtherLatencies(config)) : [];
      const all = [...configs.map(({ config }) => config), ...whatIfs.flat()];
      const { followers, variants } = momentumRuns(all, fees, {
        functions,
        onDecision: (index) => {
          const lines = decisions[index];
          return isFull && lines !== undefined
            ? (decision) => lines.add(decisionLine(decision))
            : undefined;
        },
      });
      const prices = new PriceRecorder();
      const gaps = new GapRecorder();
      const recorders: readonly RowFollower[] = isFull ? [prices, gaps] : [];
      const results = await runBacktests(
        {
          batches: replay,
          ...(markets === undefined ? {} : { markets }),
          settlements: catalog,
          followers: [...followers, ...recorders],
          ...(signal === undefined ? {} : { signal }),
        },
        variants,
      );
      const { coverage } = replay;
      let begun = configs.length;
      const others = whatIfs.map(({ length }) => results.slice(begun, begun += length));
      return configs.map(({ runId, config }, index) =>
        new DefaultOutcome({
          runId,
          config,
          result: { ...results[index]!, clock: coverage.clock },
          source,
          dataSha256,
          knowledge,
          signalsSha256: sha256,
          rounding,
          assumedFees: assumedFees(results[index]!, catalog, schedule),
          coverage,
          counts: decoder.counts,
          ...(isFull
            ? {
              recorded: {
                prices,
                gaps,
                decisions: decisions[index]!,
                sensitivity: sensitivityOf(results[index]!, others[index]!),
              },
            }
            : {}),
        })
      );
    },
  };
}

/** The same configuration with other latencies. */
function withOtherLatencies(config: MomentumConfig): MomentumConfig[] {
  const { execution } = config;
  return OTHER_LATENCIES.filter((latencyMs) => latencyMs !== execution.latencyMs)
    .map((latencyMs) => ({ ...config, execution: { ...execution, latencyMs } }));
}

/** Other latencies were run; other fees are charged on the same trades. */
function sensitivityOf(
  own: BacktestResult,
  others: readonly BacktestResult[],
): SensitivityRow[] {
  const row = ({ models, portfolio, trades }: BacktestResult) => ({
    label: `latency ${models.latency / 1000} ms`,
    pnl: portfolio.totalPnl,
    trades: trades.length,
  });
  const { realised, fees } = own.portfolio;
  return [
    { ...row(own), isBase: true },
    ...others.map(row),
    ...OTHER_FEES.map((factor) => ({
      label: `the same trades, fees × ${factor}`,
      pnl: realised - factor * fees,
      trades: own.trades.length,
    })),
  ];
}

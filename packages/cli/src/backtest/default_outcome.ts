import {
  type BacktestResult,
  breakdownOf,
  breakdownSummary,
  equityCsv,
  figuresOf,
  type GapRecorder,
  type HeatMap,
  type MomentumConfig,
  type PriceRecorder,
  reportHtml,
  reportOf,
  type SensitivityRow,
  summaryJson,
  tradesJsonl,
  type TrialFigures,
} from "@ssmd/backtest";
import { type Coverage, type DecodeCounts, formatIsoTime } from "@ssmd/core";
import type { FeeRounding } from "@ssmd/kalshi";
import { feeDoubts } from "./fee_doubts.ts";
import { coverageDoubts } from "../coverage_report.ts";
import { VERSION } from "../version.ts";
import type { BacktestSource } from "./backtest_source.ts";
import type { MarketKnowledge } from "./market_knowledge.ts";
import type { MomentumOutcome, RunContent } from "./profile_runs.ts";
import { replaySummary } from "./replay_summary.ts";
import { resultDoubts } from "./result_doubts.ts";
import { resultFacts } from "./result_facts.ts";
import { dayRanges } from "./day_ranges.ts";
import type { WaitingLines } from "./waiting_lines.ts";

/** What was watched for the report of a full run. */
export interface Recorded {
  /** The markets' prices. */
  readonly prices: PriceRecorder;
  /** What the data lack. */
  readonly gaps: GapRecorder;
  /** The lines of `decisions.jsonl`. */
  readonly decisions: WaitingLines;
  /** What other assumptions would have brought. */
  readonly sensitivity: readonly SensitivityRow[];
}

/** A run of profile `default`, and everything that its files say of it. */
export interface DefaultRun {
  readonly runId: string;
  readonly config: MomentumConfig;
  readonly result: BacktestResult;
  readonly source: BacktestSource;
  readonly dataSha256: string;
  readonly knowledge: MarketKnowledge;
  /** A digest over the files of the user's signals; `null` without any. */
  readonly signalsSha256: string | null;
  readonly rounding: FeeRounding;
  /** Markets whose fee type nobody gave. */
  readonly assumedFees: readonly string[];
  readonly coverage: Coverage;
  readonly counts: DecodeCounts;
  /** Absent for a run that is one of many. */
  readonly recorded?: Recorded;
}

/** What a run of profile `default` came to. */
export class DefaultOutcome implements MomentumOutcome {
  readonly #run: DefaultRun;

  /** Nothing is computed before it is asked for. */
  constructor(run: DefaultRun) {
    this.#run = run;
  }

  get figures(): TrialFigures {
    return figuresOf(this.#run.result);
  }

  get isDamaged(): boolean {
    return this.#run.coverage.damaged.length > 0;
  }

  get facts(): readonly (readonly [string, string])[] {
    return resultFacts(this.#run.result);
  }

  get doubts(): readonly string[] {
    const { result, source, knowledge, assumedFees, rounding, coverage, counts } = this.#run;
    return [
      ...dayRanges(source.missingDays).map((day) =>
        `no data of ${day}: its markets count as not seen`
      ),
      ...resultDoubts(result, knowledge, assumedFees),
      ...feeDoubts(result, rounding),
      ...coverageDoubts(coverage, counts),
    ];
  }

  files(): RunContent {
    const { result, recorded } = this.#run;
    return {
      "summary.json": this.#summary(),
      "trades.jsonl": tradesJsonl(result),
      "equity.csv": equityCsv(result),
      ...(recorded === undefined ? {} : {
        "decisions.jsonl": recorded.decisions.pieces,
        "report.html": this.report(),
      }),
    };
  }

  #summary(): string {
    const { runId, config, result, source, coverage, counts, knowledge, assumedFees } = this.#run;
    const { data, notes } = result;
    const breakdown = breakdownOf(result, knowledge.catalog);
    const days = [...source.days, ...source.missingDays].sort();
    return summaryJson(result, {
      runId,
      timestamp: data.last === undefined ? null : formatIsoTime(data.last),
      profile: "default",
      config,
      dates: { from: days[0] ?? null, to: days.at(-1) ?? null, count: days.length },
      missingDays: source.missingDays,
      source: source.name,
      records: coverage.records,
      files: coverage.files,
      parseErrors: counts.malformed,
      results: breakdown.byModel.map(({ name, trades, wins, pnl }) => ({
        model: name,
        trades,
        wins,
        losses: trades - wins,
        winRate: wins / trades,
        netPnl: pnl / 1e6,
      })),
      breakdown: breakdownSummary(breakdown),
      notes,
      fingerprints: Object.fromEntries(this.#fingerprints()),
      fees: {
        rounding: this.#run.rounding,
        source: assumedFees.length > 0 ? "assumed" : "series",
        assumedMarkets: assumedFees.length,
      },
      replay: replaySummary(coverage),
    });
  }

  #fingerprints(): [string, string][] {
    const { dataSha256, knowledge, signalsSha256 } = this.#run;
    return [
      ["data", dataSha256],
      ["markets", knowledge.fingerprint ?? "none"],
      ...(signalsSha256 === null ? [] : [["signals", signalsSha256] as [string, string]]),
      ["engine", VERSION],
    ];
  }

  report(heatMap?: HeatMap): string {
    const { runId, config, result, knowledge, recorded } = this.#run;
    if (recorded === undefined) throw new TypeError(`Cannot report ${runId}: nothing was recorded`);
    const { prices, gaps, sensitivity } = recorded;
    return reportHtml(reportOf(result, {
      runId,
      prices: (ticker) => prices.points(ticker),
      gaps: gaps.bands,
      sensitivity,
      warnings: this.doubts,
      fingerprints: this.#fingerprints(),
      config,
      settlements: knowledge.catalog,
      ...(heatMap === undefined ? {} : { heatMap }),
    }));
  }
}

import {
  breakdownSummary,
  equityCsv,
  figuresOfOriginal,
  type HeatMap,
  type MomentumConfig,
  type OriginalResult,
  originalTradesJsonl,
  type PriceRecorder,
  reportHtml,
  type ReportModel,
  reportOfOriginal,
  type TrialFigures,
} from "@ssmd/backtest";
import type { EpochMicros } from "@ssmd/core";
import { originalSummary } from "../original/original_result_files.ts";
import type { OriginalCoverage } from "../original/original_run.ts";
import { counted, grouped } from "../ui/numbers.ts";
import { VERSION } from "../version.ts";
import type { BacktestSource } from "./backtest_source.ts";
import type { MomentumOutcome, RunContent } from "./profile_runs.ts";
import { dayRanges } from "./day_ranges.ts";
import type { WaitingLines } from "./waiting_lines.ts";

/** A run of profile `original`, and everything that its files say of it. */
export interface OriginalProfileRun {
  readonly runId: string;
  readonly config: MomentumConfig;
  readonly result: OriginalResult;
  readonly coverage: OriginalCoverage;
  readonly source: BacktestSource;
  readonly dataSha256: string;
  /** The time of the first record that has one. */
  readonly first?: EpochMicros;
  /** What was watched for a report; absent for a run that is one of many. */
  readonly recorded?: {
    /** The markets' prices. */
    readonly prices: PriceRecorder;
    /** The lines of `decisions.jsonl`. */
    readonly decisions: WaitingLines;
  };
}

/** What a run of profile `original` came to. */
export class OriginalOutcome implements MomentumOutcome {
  readonly #run: OriginalProfileRun;

  /** Nothing is computed before it is asked for. */
  constructor(run: OriginalProfileRun) {
    this.#run = run;
  }

  get figures(): TrialFigures {
    return figuresOfOriginal(this.#run.result);
  }

  get isDamaged(): boolean {
    const { damaged, missing } = this.#run.coverage;
    return damaged.length + missing.length > 0;
  }

  get facts(): readonly (readonly [string, string])[] {
    const { trades, open, portfolio } = this.#run.result;
    const wins = trades.filter(({ pnl }) => pnl > 0).length;
    return [
      ["trades", `${grouped(trades.length)} (${grouped(wins)} won)`],
      ["open", counted(open.length, "position")],
      ["P&L", `${shown(portfolio.totalPnl)} as the original counts it`],
      [
        "drawdown",
        // Of no cash it is no share: NaN, and null in summary.json, as the original writes it.
        Number.isNaN(portfolio.drawdownPercent)
          ? "none, for there was no cash at the start"
          : `${portfolio.drawdownPercent.toFixed(2)} % of the cash at the start`,
      ],
      ["balance", shown(portfolio.balance)],
      ...(portfolio.halted ? [["halted", "by the drawdown"] as const] : []),
    ];
  }

  get doubts(): readonly string[] {
    const { source, coverage } = this.#run;
    const { damaged, leftOut, missing, counts, records } = coverage;
    const { activated, portfolio } = this.#run.result;
    return [
      ...(portfolio.startingBalance === 0
        ? ["portfolio.startingBalance is 0: nothing can be entered, the halt comes at once"]
        : []),
      ...(activated.length === 0
        ? ["no market reached activation.dollarVolume within its window: nothing was traded"]
        : []),
      ...dayRanges(source.missingDays).map((day) => `no data of ${day}`),
      ...damaged.map(({ path, reason, lines, expectedLines }) =>
        `${path}: ${reason}; ${counted(lines, "line")}${
          expectedLines === undefined ? "" : ` of ${grouped(expectedLines)}`
        } read`
      ),
      ...missing.map((path) => `${path}: its manifest lists it, it is not there`),
      ...(leftOut.length === 0
        ? []
        : [`${counted(leftOut.length, "file")} not sealed and left out: ${leftOut[0]}`]),
      ...(counts.parseErrors === 0 ? [] : [`${counted(counts.parseErrors, "line")} without JSON`]),
      ...(counts.tooLong === 0
        ? []
        : [`${counted(counts.tooLong, "line")} longer than 64 MiB skipped`]),
      ...(records === 0 ? ["there is no record in the files that were read"] : []),
    ];
  }

  files(): RunContent {
    const { result, recorded } = this.#run;
    const report = this.#report();
    return {
      "summary.json": this.#summary(report),
      "trades.jsonl": originalTradesJsonl(result.trades),
      "equity.csv": equityCsv(report),
      ...(recorded === undefined ? {} : {
        "decisions.jsonl": recorded.decisions.pieces,
        "report.html": reportHtml(report),
      }),
    };
  }

  report(heatMap?: HeatMap): string {
    const { runId, recorded } = this.#run;
    if (recorded === undefined) throw new TypeError(`Cannot report ${runId}: nothing was recorded`);
    return reportHtml({ ...this.#report(), ...(heatMap === undefined ? {} : { heatMap }) });
  }

  #summary({ breakdown, money }: ReportModel): string {
    const { runId, config, result, coverage, source } = this.#run;
    const dates = [...source.days, ...source.missingDays].sort();
    const summary = {
      ...originalSummary(result, coverage, config, { runId, dates }),
      profile: "original",
      missingDays: source.missingDays,
      realisedDrawdown: { money: money.drawdown / 1e6, share: money.drawdownPpm / 1e6 },
      breakdown: breakdownSummary(breakdown),
      activated: result.activated,
      open: result.open,
      fingerprints: Object.fromEntries(this.#fingerprints()),
      replay: {
        lines: coverage.counts,
        damaged: coverage.damaged,
        leftOut: coverage.leftOut,
        missing: coverage.missing,
        gaps: "ignored",
      },
    };
    return `${JSON.stringify(summary, null, 2)}\n`;
  }

  #fingerprints(): [string, string][] {
    return [["data", this.#run.dataSha256], ["engine", VERSION]];
  }

  #report(): ReportModel {
    const { runId, config, result, coverage, recorded, first } = this.#run;
    const { lastReceivedAt } = coverage;
    return reportOfOriginal(
      {
        ...result,
        ...(first === undefined ? {} : { first }),
        ...(lastReceivedAt === 0 ? {} : { last: lastReceivedAt }),
      },
      {
        runId,
        prices: (ticker) => recorded?.prices.points(ticker) ?? [],
        gaps: [],
        sensitivity: [],
        warnings: this.doubts,
        fingerprints: this.#fingerprints(),
        config,
        settlements: { name: "none", settlementOf: () => undefined },
      },
    );
  }
}

/** Dollars to the cent, for people. */
function shown(amount: number): string {
  return `${amount < 0 ? "-" : ""}$${Math.abs(amount).toFixed(2)}`;
}

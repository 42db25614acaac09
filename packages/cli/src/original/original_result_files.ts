import type { MomentumConfig, OriginalResult } from "@ssmd/backtest";
import { formatIsoTime } from "@ssmd/core";
import type { OriginalCoverage } from "./original_run.ts";

/** What of a summary is not in the result and its coverage. */
export interface OriginalSummaryContext {
  /** Name of the run. */
  readonly runId: string;
  /** The days that were asked for, ascending; those with data when none were. */
  readonly dates: readonly string[];
}

/** The fields of the original's `summary.json`, in its order. */
export interface OriginalSummary {
  /** Name of the run. */
  readonly runId: string;
  /** When the last record was received, in ISO 8601; null without records. */
  readonly timestamp: string | null;
  /** The configuration. */
  readonly config: MomentumConfig;
  /** First and last of the days asked for, and how many they are. */
  readonly dates: { readonly from: string; readonly to: string; readonly count: number };
  /** The stream's folder; `.` for a plain folder of days. */
  readonly source: string;
  /** Lines with an object `msg`. */
  readonly records: number;
  /** Files read. */
  readonly files: number;
  /** Lines that are not JSON. */
  readonly parseErrors: number;
  /** By model, in the order of their first closed positions. */
  readonly results: OriginalResult["models"];
  /** The money at the end. */
  readonly portfolio: OriginalResult["portfolio"];
}

/** The original's summary of one result. */
export function originalSummary(
  result: OriginalResult,
  coverage: OriginalCoverage,
  config: MomentumConfig,
  { runId, dates }: OriginalSummaryContext,
): OriginalSummary {
  const { lastReceivedAt, stream, records, files, counts } = coverage;
  return {
    runId,
    timestamp: lastReceivedAt === 0 ? null : formatIsoTime(lastReceivedAt),
    config,
    dates: { from: dates[0] ?? "", to: dates.at(-1) ?? "", count: dates.length },
    source: stream,
    records,
    files,
    parseErrors: counts.parseErrors,
    results: result.models,
    portfolio: result.portfolio,
  };
}

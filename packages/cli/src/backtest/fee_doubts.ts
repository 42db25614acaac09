import type { BacktestResult } from "@ssmd/backtest";
import { type EpochMicros, parseIsoTime } from "@ssmd/core";
import type { FeeRounding } from "@ssmd/kalshi";

/** From when on recorded fills bear fees that are rounded to $0.0001. */
const DIRECT_SINCE: EpochMicros = parseIsoTime("2026-08-01T00:00:00Z")!;

/** What a reader should know about the rounding of the fees. */
export function feeDoubts({ data }: BacktestResult, rounding: FeeRounding): string[] {
  if (rounding !== "direct" || data.first === undefined || data.first >= DIRECT_SINCE) return [];
  return [
    "fees are rounded to $0.0001 as since August 2026, and the data are older: --fees cent-per-order rounds up each order to a cent, as was usual then",
  ];
}

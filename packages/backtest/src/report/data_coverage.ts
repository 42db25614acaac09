import type { EpochMicros } from "@ssmd/core";
import type { Coverage } from "../coverage.ts";
import { ratioOf } from "./ratio.ts";
import { counted, percent } from "./report_text.ts";

/** How much of the trading that was asked for the data show, over all markets. */
export interface CoverageFigures {
  /** Time in which markets traded, summed over the markets. */
  readonly marketTime: EpochMicros;
  /** How much of that could not be trusted: stale, or not recorded. */
  readonly staleTime: EpochMicros;
  /** Gaps, each counted once however many markets it names. */
  readonly gaps: number;
}

/** Sums the coverage of the markets. */
export function coverageFigures(coverage: Pick<Coverage, "gaps" | "markets">): CoverageFigures {
  let marketTime = 0;
  let staleTime = 0;
  for (const market of coverage.markets) {
    marketTime += market.tradingTime;
    staleTime += market.staleTime;
  }
  const gaps = Object.values(coverage.gaps).reduce((sum, count) => sum + count, 0);
  return { marketTime, staleTime, gaps };
}

/** One line for people: `97.8 % of requested market-minutes; 14 gaps; 3 trades touched a gap`. */
export function coverageSentence(
  { marketTime, staleTime, gaps }: CoverageFigures,
  tradesTouched: number,
): string {
  const fresh = ratioOf(marketTime - staleTime, marketTime);
  const share = fresh === undefined
    ? "no market's trading hours are known"
    : `${percent(fresh)} of requested market-minutes`;
  return `${share}; ${counted(gaps, "gap")}; ${counted(tradesTouched, "trade")} touched a gap`;
}

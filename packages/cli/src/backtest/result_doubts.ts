import type { BacktestResult } from "@ssmd/backtest";
import { counted } from "../ui/numbers.ts";
import type { MarketKnowledge } from "./market_knowledge.ts";

const MOST_LISTED = 5;

/** What a reader should know before believing a result. */
export function resultDoubts(
  result: BacktestResult,
  knowledge: MarketKnowledge,
  assumedFees: readonly string[],
): string[] {
  const { markets, trades, skipped, hindsightCloses, coverage, orders, models } = result;
  const { source, catalog } = knowledge;
  const doubts: string[] = [];
  if (knowledge.markets === undefined) {
    doubts.push(
      "no market objects: every market in the data may be traded, none has a result, nor a close but those that the data announce; name files with --markets",
    );
  }
  if (knowledge.unfinished > 0) {
    doubts.push(
      `the unfinished last line of ${counted(knowledge.unfinished, "file")} was left out`,
    );
  }
  if (assumedFees.length > 0) {
    doubts.push(
      `no series object gives a fee type for ${
        counted(assumedFees.length, "market")
      }: quadratic with multiplier 1 is assumed`,
    );
  }
  if (markets.notGiven > 0) {
    doubts.push(
      `${
        counted(markets.notGiven, "market")
      } of the archive without an object in ${source}, not traded`,
    );
  }
  if (markets.withoutData > 0) {
    doubts.push(
      `${counted(markets.withoutData, "market")} of ${source} without data in the archive`,
    );
  }
  if (hindsightCloses.length > 0) {
    doubts.push(
      `${
        counted(hindsightCloses.length, "market")
      } traded whose close is known by hindsight only: an early one would have been known`,
    );
  }
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, n] of reasons) doubts.push(`${counted(n, "market")} not traded: ${reason}`);
  if (orders.partial > 0) {
    doubts.push(`${counted(orders.partial, "order")} filled in part: the book was thin`);
  }
  const { activated } = result.notes;
  if (Array.isArray(activated) && activated.length === 0) {
    doubts.push("no market reached activation.dollarVolume within its window: nothing was traded");
  }
  const touched = trades.filter(({ touchedGap }) => touchedGap).length;
  if (touched > 0) {
    doubts.push(
      `${
        counted(touched, "trade")
      } touched a stretch in which the data lack something; gap policy ${models.gaps}`,
    );
  }
  const trading = coverage.markets.reduce((sum, { tradingTime }) => sum + tradingTime, 0);
  const stale = coverage.markets.reduce((sum, { staleTime }) => sum + staleTime, 0);
  if (stale > 0) {
    const share = Math.floor((1 - stale / trading) * 1000) / 10;
    doubts.push(`prices could be trusted for ${share.toFixed(1)} % of the recorded market time`);
  }
  doubts.push(...catalog.problems.slice(0, MOST_LISTED));
  if (catalog.problems.length > MOST_LISTED) {
    doubts.push(`… and ${catalog.problems.length - MOST_LISTED} more about ${source}`);
  }
  return doubts;
}

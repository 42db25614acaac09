import type { OriginalDecision, OriginalEntry } from "../original/original_result.ts";

/**
 * Why the original engine entered, as a JSON line with its newline: model, ticker, side and entryTime
 * as in `trades.jsonl`, and the decision, prices in cents.
 */
export function originalDecisionLine(entry: OriginalEntry, decision: OriginalDecision): string {
  const { model, ticker, side, entryTime } = entry;
  return `${JSON.stringify({ model, ticker, side, entryTime, ...decision })}\n`;
}

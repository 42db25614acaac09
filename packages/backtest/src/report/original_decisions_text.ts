import type { OriginalDecision, OriginalEntry } from "../original/original_result.ts";

/**
 * Why the original engine entered, as JSON lines in the order of the entries: model, ticker, side and
 * entryTime as in `trades.jsonl`, and the decision, prices in cents. Empty without decisions.
 */
export function originalDecisionsJsonl(
  entries: readonly OriginalEntry[],
  decisions: readonly OriginalDecision[],
): string {
  return decisions.map((decision, index) => {
    const { model, ticker, side, entryTime } = entries[index]!;
    return `${JSON.stringify({ model, ticker, side, entryTime, ...decision })}\n`;
  }).join("");
}

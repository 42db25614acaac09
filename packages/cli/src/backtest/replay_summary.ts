import type { Coverage } from "@ssmd/core";

/** What a replay read, for `summary.json`. */
export function replaySummary(coverage: Coverage): Readonly<Record<string, unknown>> {
  return {
    files: coverage.files,
    records: coverage.records,
    sequence: coverage.sequence,
    clock: coverage.clock,
    gaps: coverage.gaps,
    damagedFiles: coverage.damaged.length,
    tooLongLines: coverage.tooLongLines,
    overlappingMarkets: coverage.overlappingMarkets.size,
  };
}

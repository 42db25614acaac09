import type { Coverage, DecodeCounts } from "@ssmd/core";
import { warn } from "./command_context.ts";
import { counted } from "./ui/numbers.ts";
import type { Terminal } from "./ui/terminal.ts";

const MOST_LISTED = 5;

/** Says on the standard error what a replay knows it did not see or could not use. */
export function reportCoverage(terminal: Terminal, coverage: Coverage, counts: DecodeCounts): void {
  for (const doubt of coverageDoubts(coverage, counts)) warn(terminal, doubt);
}

/** What a replay knows it did not see or could not use. */
export function coverageDoubts(coverage: Coverage, counts: DecodeCounts): string[] {
  const doubts = coverage.damaged.map(({ path, reason }) =>
    `${path}: ${reason}; "ssmd archive repair" salvages what can be read`
  );
  if (coverage.records === 0) doubts.push("there is no record in the files that were read");
  if (coverage.sequence !== "checked") {
    const why = coverage.sequence === "partial"
      ? "the recording holds only some markets of its subscriptions"
      : "nobody judged it when the data was recorded";
    doubts.push(
      `sequence is ${coverage.sequence}: ${why}, so that lost frames cannot be noticed`,
    );
  }
  if (coverage.clock === "exchange") {
    doubts.push("some lines have no receive time: the exchange's time stands in for it");
  }
  if (coverage.tooLongLines > 0) {
    doubts.push(`${counted(coverage.tooLongLines, "line")} longer than 64 MiB skipped`);
  }
  for (const market of [...coverage.overlappingMarkets].slice(0, 3)) {
    doubts.push(`${market} is in more than one stream: choose one with --stream`);
  }
  if (counts.malformed > 0) {
    doubts.push(`${counted(counts.malformed, "frame")} without a JSON object`);
  }
  if (counts.duplicates > 0) {
    doubts.push(`${counted(counts.duplicates, "duplicate frame")} not applied`);
  }
  return [
    ...doubts,
    ...listed("unknown message types", counts.unknownTypes),
    ...listed("unknown fields", counts.unknownFields),
    ...listed("fields with an unusable value", counts.invalidFields),
  ];
}

function listed(what: string, counts: ReadonlyMap<string, number>): string[] {
  if (counts.size === 0) return [];
  const names = [...counts].slice(0, MOST_LISTED).map(([name, n]) => `${name} (${n})`);
  const more = counts.size > names.length ? `, and ${counts.size - names.length} more` : "";
  return [`${what}: ${names.join(", ")}${more}`];
}

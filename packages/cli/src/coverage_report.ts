import type { Coverage, DecodeCounts } from "@ssmd/core";
import { warn } from "./command_context.ts";
import { counted } from "./ui/numbers.ts";
import type { Terminal } from "./ui/terminal.ts";

/** Says on the standard error what a replay knows it did not see or could not use. */
export function reportCoverage(terminal: Terminal, coverage: Coverage, counts: DecodeCounts): void {
  for (const { path, reason } of coverage.damaged) {
    warn(terminal, `${path}: ${reason}; "ssmd archive repair" salvages what can be read`);
  }
  if (coverage.sequence !== "checked") {
    const why = coverage.sequence === "partial"
      ? "the recording holds only some markets of its subscriptions"
      : "nobody judged it when the data was recorded";
    warn(
      terminal,
      `sequence is ${coverage.sequence}: ${why}, so that lost frames cannot be noticed`,
    );
  }
  if (coverage.clock === "exchange") {
    warn(terminal, "some lines have no receive time: the exchange's time stands in for it");
  }
  if (coverage.tooLongLines > 0) {
    warn(terminal, `${counted(coverage.tooLongLines, "line")} longer than 64 MiB skipped`);
  }
  for (const market of [...coverage.overlappingMarkets].slice(0, 3)) {
    warn(terminal, `${market} is in more than one stream: choose one with --stream`);
  }
  if (counts.malformed > 0) {
    warn(terminal, `${counted(counts.malformed, "frame")} that are no JSON object`);
  }
  if (counts.duplicates > 0) {
    warn(terminal, `${counted(counts.duplicates, "duplicate frame")} not applied`);
  }
  list(terminal, "unknown message types", counts.unknownTypes);
  list(terminal, "unknown fields", counts.unknownFields);
  list(terminal, "fields with an unusable value", counts.invalidFields);
}

function list(terminal: Terminal, what: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size === 0) return;
  const names = [...counts].slice(0, 5).map(([name, n]) => `${name} (${n})`);
  const more = counts.size > names.length ? `, and ${counts.size - names.length} more` : "";
  warn(terminal, `${what}: ${names.join(", ")}${more}`);
}

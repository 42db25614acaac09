import type { CacheCounts } from "@ssmd/core";
import { warn } from "../command_context.ts";
import { counted } from "../ui/numbers.ts";
import type { Terminal } from "../ui/terminal.ts";

/** Says what went wrong with a cache; a run does not depend on it. */
export function reportCache(counts: CacheCounts, terminal: Terminal): void {
  for (const [reason, times] of counts.failed) {
    warn(terminal, `the cache could not be used, ${counted(times, "time")}: ${reason}`);
  }
}

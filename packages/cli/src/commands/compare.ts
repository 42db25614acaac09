import { type CommandContext, EXIT_DONE, warn, writeJson } from "../command_context.ts";
import { readRun } from "../report/run_files.ts";
import { runDifference } from "../report/run_difference.ts";
import { runDifferenceText } from "../report/run_difference_text.ts";
import type { RunOptions } from "./explain.ts";

/** `ssmd compare RUN RUN`: what differs between two runs, and why that may not mean much. */
export async function compare(
  runA: string,
  runB: string,
  options: RunOptions,
  { terminal }: CommandContext,
): Promise<number> {
  const [a, b] = await Promise.all([readRun(runA, options.out), readRun(runB, options.out)]);
  const difference = runDifference(a, b);
  if (options.json === true) writeJson(terminal, difference);
  else terminal.out(runDifferenceText(difference, terminal));
  for (const text of difference.warnings) warn(terminal, text);
  return EXIT_DONE;
}

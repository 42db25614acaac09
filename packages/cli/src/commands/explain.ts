import { parseCount } from "../arguments.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import { explanationOf } from "../report/explanation.ts";
import { explanationText } from "../report/explanation_text.ts";
import { readRun } from "../report/run_files.ts";

/** Options of `ssmd explain` and `ssmd compare`. */
export interface RunOptions extends CommonOptions {
  /** Where runs are that are named by their id. */
  readonly out: string;
}

/** `ssmd explain RUN TRADE`: what is behind a trade, TRADE being its line in trades.jsonl. */
export async function explain(
  run: string,
  trade: string,
  options: RunOptions,
  { terminal }: CommandContext,
): Promise<number> {
  const number = parseCount(trade);
  const explanation = explanationOf(await readRun(run, options.out), number);
  if (options.json === true) writeJson(terminal, explanation);
  else terminal.out(explanationText(explanation, terminal));
  return EXIT_DONE;
}

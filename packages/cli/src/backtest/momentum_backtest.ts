import { parseMomentumConfig } from "@ssmd/backtest/config";
import type { ReplayCache } from "@ssmd/core";
import { basename } from "node:path";
import { type CommandContext, EXIT_BAD_DATA, EXIT_DONE, warn } from "../command_context.ts";
import type { BacktestCommandOptions } from "./backtest_command_options.ts";
import { readText } from "../read_text.ts";
import { checkRunId, writeRun } from "../run_folder.ts";
import { grouped } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { facts } from "../ui/table.ts";
import { reportCache } from "./cache_report.ts";
import { MomentumRuns } from "./momentum_runs.ts";
import type { ReadingProgress } from "./profile_runs.ts";

/** `ssmd backtest --strategy momentum`. */
export async function runMomentum(
  options: BacktestCommandOptions & { readonly config: string },
  cache: ReplayCache | undefined,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const text = await readText(options.config, "configuration");
  const config = parseMomentumConfig(text, basename(options.config));
  const runs = await MomentumRuns.open({
    ...options,
    configFile: options.config,
    signals: config.signals.custom,
  });
  const runId = checkRunId(options.runId ?? runs.runIdOf(config));
  const progress = new Progress(terminal, "Replaying");
  try {
    const [outcome] = await runs.run([{ runId, config }], {
      isFull: true,
      ...(cache === undefined ? {} : { cache }),
      onProgress: (reading) =>
        progress.update(
          reading.doneBytes,
          reading.totalBytes,
          (seconds) => detailOf(reading, seconds),
        ),
      signal,
    });
    progress.done();
    const files = outcome!.files();
    const folder = await writeRun(options.out, runId, files);
    if (options.json === true) terminal.out(files["summary.json"]);
    else terminal.out(facts([...outcome!.facts, ["result", folder]], terminal.columns));
    for (const doubt of outcome!.doubts) warn(terminal, doubt);
    if (cache !== undefined) reportCache(cache.counts, terminal);
    return outcome!.isDamaged ? EXIT_BAD_DATA : EXIT_DONE;
  } finally {
    progress.done();
  }
}

function detailOf({ records, where }: ReadingProgress, seconds: number): string {
  const rate = `${grouped(Math.round(records / seconds))} records/s`;
  return where === "" ? rate : `${rate}, ${where}`;
}

import { planSplits, type SweepGrid, trialCount } from "@ssmd/backtest";
import { parseMomentumConfig, parseSweepGrid } from "@ssmd/backtest/config";
import { SsmdError } from "@ssmd/core";
import type { FeeRounding } from "@ssmd/kalshi";
import { basename, join } from "node:path";
import type { SourceOptions } from "../backtest/backtest_source.ts";
import { type CacheOptions, type CachePlace, cachePlace } from "../backtest/cache_options.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  EXIT_USAGE,
  warn,
} from "../command_context.ts";
import { readText } from "../read_text.ts";
import { LocalRunner } from "../sweep/local_runner.ts";
import { type OpenSweep, sweepDays, sweepForward } from "../sweep/open_sweep.ts";
import { resumeCommand } from "../sweep/resume_command.ts";
import { closeAll } from "../sweep/run_passes.ts";
import { SweepFolder } from "../sweep/sweep_folder.ts";
import { type TrialOptions, trialSettings } from "../sweep/sweep_options.ts";
import type { DayChoice, PassRunner } from "../sweep/sweep_pass.ts";
import { SweepRun } from "../sweep/sweep_run.ts";
import type { SweepSource } from "../sweep/sweep_source.ts";
import { ThreadRunner } from "../sweep/thread_runner.ts";
import { counted, grouped } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";

/** Options of `ssmd sweep`. */
export interface SweepCommandOptions
  extends CommonOptions, SourceOptions, CacheOptions, TrialOptions {
  /** The file of the base configuration. */
  readonly config: string;
  /** The file of the grid. */
  readonly grid: string;
  /** How runs compute. */
  readonly profile: "default" | "original";
  /** Files with REST objects. */
  readonly markets?: readonly string[];
  /** How fees are rounded in profile `default`. */
  readonly fees: FeeRounding;
  /** Whether the folder of every trial's run is kept, not the best one's alone. */
  readonly keepRuns?: boolean;
  /** Where the sweep's folder is made. */
  readonly out: string;
}

/** `ssmd sweep`: runs a configuration with every combination of a grid's values. */
export async function sweep(
  options: SweepCommandOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal, signal } = context;
  const gridText = await readText(options.grid, "grid");
  const configText = await readText(options.config, "configuration");
  const source = sourceOf(options, configText, cachePlace(options, context));
  const grid = parseSweepGrid(gridText, basename(options.grid), source.signals);
  const settings = trialSettings(options, grid);
  const { walkForward } = settings;
  const planner = new LocalRunner(source, signal);
  const { sweepId, about, days } = await planner.identify(grid);
  const plan = walkForward === undefined ? undefined : planSplits(days, walkForward);
  const folder = await SweepFolder.open(join(options.out, sweepId));
  const runners = runnersOf(
    options.keepRuns === true ? { ...source, runs: folder.runs } : source,
    Math.min(settings.jobs, trialCount(grid)),
  );
  const progress = new Progress(terminal, "Sweeping");
  const before = folder.log.finished.size;
  try {
    const { unusable } = folder.log;
    if (unusable > 0) warn(terminal, `${counted(unusable, "damaged line")} of the log left out`);
    terminal.err(announcement(grid, days.length, plan?.splits.length, before));
    const run = new SweepRun(folder.log, {
      runners,
      perPass: settings.perPass,
      onProgress: progress.update,
      signal,
      ...(options.keepRuns === true ? { isLost: async (id) => !(await folder.hasRun(id)) } : {}),
    });
    const opened: OpenSweep = {
      grid,
      settings,
      days: daysOf(options),
      planner,
      folder,
      run,
      about: walkForward === undefined ? about : { ...about, walkForward },
    };
    const { json, text, doubts, isDamaged } =
      await (plan === undefined ? sweepDays(opened) : sweepForward(opened, plan));
    progress.done();
    terminal.out(options.json === true ? json : text(terminal.columns));
    for (const doubt of doubts) warn(terminal, doubt);
    return isDamaged ? EXIT_BAD_DATA : EXIT_DONE;
  } catch (error) {
    progress.done();
    const kept = folder.log.finished.size;
    if (!signal.aborted || error !== signal.reason) throw error;
    terminal.err(
      `ssmd: stopped; ${counted(kept, "finished trial")} kept in ${folder.path}\n` +
        `ssmd: to go on: ${resumeCommand({ ...options })}\n`,
    );
    return EXIT_USAGE;
  } finally {
    // A thread that cannot be ended must not leave the folder locked.
    await closeAll([...runners, planner]).finally(() => folder.close());
  }
}

function sourceOf(
  options: SweepCommandOptions,
  configText: string,
  cache: CachePlace | undefined,
): SweepSource {
  const { archive, stream, profile, markets, config, walkForward, dates } = options;
  if (walkForward !== undefined && dates !== undefined) {
    throw new SsmdError(
      "invalid_input",
      "Cannot walk forward over --dates: choose a range with --from and --to",
    );
  }
  return {
    archive,
    ...(stream === undefined ? {} : { stream }),
    ...daysOf(options),
    profile,
    ...(markets === undefined ? {} : { markets }),
    fees: options.fees,
    ...(cache === undefined ? {} : { cache }),
    configFile: config,
    configText,
    signals: parseMomentumConfig(configText, basename(config)).signals.custom,
  };
}

function daysOf({ from, to, dates }: SweepCommandOptions): DayChoice {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(dates === undefined ? {} : { dates }),
  };
}

/** One on this thread; several on threads of their own. */
function runnersOf(source: SweepSource, count: number): PassRunner[] {
  if (count === 1) return [new LocalRunner(source)];
  return Array.from({ length: count }, () => new ThreadRunner(source));
}

function announcement(
  grid: SweepGrid,
  days: number,
  splits: number | undefined,
  finished: number,
): string {
  const sizes = grid.axes.map(({ values }) => grouped(values.length)).join(" × ");
  const count = `${counted(trialCount(grid), "trial")} (${sizes})`;
  const forward = splits === undefined ? "" : ` in each of ${counted(splits, "split")}`;
  const known = finished === 0 ? "" : `; ${counted(finished, "run")} of it finished before`;
  return `${count}${forward} over ${counted(days, "day")}${known}\n`;
}

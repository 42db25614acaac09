import {
  rankTrials,
  selectionSentence,
  shownMap,
  summarizeTrials,
  type SweepGrid,
  trialCount,
  trialsCsv,
  trialsJson,
  walkForwardJson,
  type WalkForwardPlan,
} from "@ssmd/backtest";
import { writeRun } from "../run_folder.ts";
import { counted } from "../ui/numbers.ts";
import { facts, paragraph } from "../ui/table.ts";
import type { LocalRunner } from "./local_runner.ts";
import type { SweepFolder } from "./sweep_folder.ts";
import type { TrialSettings } from "./sweep_options.ts";
import type { DayChoice } from "./sweep_pass.ts";
import type { SweepRun } from "./sweep_run.ts";
import { bestTrialsTable } from "./sweep_table.ts";
import { onlyTrial, walkForward } from "./walk_forward.ts";
import { walkForwardTable } from "./walk_forward_table.ts";
import { dayRanges } from "../backtest/day_ranges.ts";

/** A sweep whose inputs are read and whose folder is ours. */
export interface OpenSweep {
  /** The parameters. */
  readonly grid: SweepGrid;
  /** How trials are compared. */
  readonly settings: TrialSettings;
  /** The chosen days. */
  readonly days: DayChoice;
  /** Plans passes, and runs again what is to be explained. */
  readonly planner: LocalRunner;
  /** Where everything is kept. */
  readonly folder: SweepFolder;
  /** Runs what is not finished. */
  readonly run: SweepRun;
  /** What result files say of the sweep. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** What a command shows of a finished sweep. */
export interface SweptResult {
  /** The result as JSON, as it stands in the folder. */
  readonly json: string;
  /** The result for people, within a number of columns. */
  text(columns: number): string;
  /** What a reader should know before believing it. */
  readonly doubts: readonly string[];
  /** Whether stored data could not be read. */
  readonly isDamaged: boolean;
}

/** Runs all trials over all chosen days, and writes their table and the best one's run. */
export async function sweepDays(sweep: OpenSweep): Promise<SweptResult> {
  const { grid, settings: { metric }, days, planner, folder, run, about } = sweep;
  const pass = await planner.plan(days, grid);
  const [trials] = await run.complete([pass]);
  const best = rankTrials(trials!, metric)[0]!;
  const outcome = await planner.explain(onlyTrial(pass, trials!.indexOf(best)), () => {});
  const bestRun = await writeRun(folder.best, best.id, outcome.files());
  const json = trialsJson(grid, trials!, metric, about);
  await folder.write("trials.csv", trialsCsv(grid, trials!));
  await folder.write("trials.json", json);
  const { verdict, map } = summarizeTrials(grid, trials!, metric);
  const heatMap = map === undefined ? undefined : shownMap(map, verdict);
  await folder.write("report.html", outcome.report(heatMap));
  return {
    json,
    text: (columns) =>
      `${bestTrialsTable(grid, trials!, metric, columns)}\n${paragraph(verdict, columns)}\n` +
      facts([["best run", bestRun], ["result", folder.path]], columns),
    doubts: outcome.doubts,
    isDamaged: run.isDamaged,
  };
}

/** Runs all trials on the training days of each split, and what was chosen on the days after. */
export async function sweepForward(
  { grid, settings: { metric }, planner, folder, run, about }: OpenSweep,
  plan: WalkForwardPlan,
): Promise<SweptResult> {
  const walked = await walkForward(plan, run, {
    plan: ({ from, to }) => planner.plan({ from, to }, grid),
    metric,
  });
  const outcomes = walked.map(({ outcome }) => outcome);
  const json = walkForwardJson(outcomes, plan.unused, metric, about);
  for (const [index, { trials }] of walked.entries()) {
    if (trials.length > 0) await folder.write(`train_${index + 1}.csv`, trialsCsv(grid, trials));
  }
  await folder.write("walk_forward.json", json);
  const last = outcomes.flatMap(({ choice }) => choice ?? []).at(-1);
  const skipped = outcomes.filter((outcome) => outcome.skipped !== undefined);
  const doubts = skipped.map(({ split, skipped }) => `no test on ${split.test.from}: ${skipped}`);
  const missing = plan.splits.flatMap(({ train, test }) => [...train.missing, ...test.missing]);
  doubts.unshift(...dayRanges([...new Set(missing)].sort()).map((day) => `no data of ${day}`));
  if (run.isDamaged) doubts.push("stored data could not be read: ssmd archive verify tells where");
  if (plan.unused.length > 0) {
    doubts.push(`${counted(plan.unused.length, "day")} left over after the last whole split`);
  }
  return {
    json,
    text: (columns) =>
      `${walkForwardTable(outcomes, columns)}\n` +
      paragraph(
        forwardSentence(trialCount(grid), last && selectionSentence(last.selection)),
        columns,
      ) +
      `\n${facts([["result", folder.path]], columns)}`,
    doubts,
    isDamaged: run.isDamaged,
  };
}

function forwardSentence(trials: number, last: string | undefined): string {
  const tests = `Each test is of the best of ${
    counted(trials, "trial")
  } on the days before it: the last line is out of sample.`;
  return last === undefined ? tests : `${tests} The last choice: ${last}`;
}

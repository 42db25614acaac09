import {
  chooseTrial,
  type Segment,
  type SplitOutcome,
  type SweepMetric,
  type Trial,
  type WalkForwardPlan,
} from "@ssmd/backtest";
import type { SweepPass } from "./sweep_pass.ts";
import type { SweepRun } from "./sweep_run.ts";

/** What a walk-forward needs beside its splits. */
export interface WalkForwardOptions {
  /** All trials of the grid over a segment that has data. */
  readonly plan: (segment: Segment) => Promise<SweepPass>;
  /** By what the best is chosen. */
  readonly metric: SweepMetric;
}

/** The outcome of a split, with the trials of its training. */
export interface WalkedSplit {
  /** What was chosen and tested. */
  readonly outcome: SplitOutcome;
  /** All trials on the training days, in the order of the grid; none without data. */
  readonly trials: readonly Trial[];
}

const NOTHING: SweepPass = { days: {}, dataSha256: "", trials: [] };

/** Runs every trial on the training days of every split, and the best of each on its test days. */
export async function walkForward(
  { splits }: WalkForwardPlan,
  run: SweepRun,
  { plan, metric }: WalkForwardOptions,
): Promise<WalkedSplit[]> {
  const training: SweepPass[] = [];
  for (const { train } of splits) {
    training.push(train.days.length === 0 ? NOTHING : await plan(train));
  }
  const trained = await run.complete(training);

  const choices = splits.map((split, index) => chooseTrial(split, trained[index]!, metric));
  const tests: SweepPass[] = [];
  for (const [index, choice] of choices.entries()) {
    tests.push(
      typeof choice === "string"
        ? NOTHING
        : onlyTrial(await plan(splits[index]!.test), trained[index]!.indexOf(choice.trial)),
    );
  }
  const tested = await run.complete(tests);

  return splits.map((split, index) => {
    const choice = choices[index]!;
    const trials = trained[index]!;
    if (typeof choice === "string") return { outcome: { split, skipped: choice }, trials };
    return { outcome: { split, choice, tested: tested[index]![0]! }, trials };
  });
}

/** The trial at `place` of the grid alone. */
export function onlyTrial(pass: SweepPass, place: number): SweepPass {
  return { ...pass, trials: pass.trials.slice(place, place + 1) };
}

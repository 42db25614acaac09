import type { Trial } from "@ssmd/backtest";
import { planPasses } from "./plan_passes.ts";
import { runPasses } from "./run_passes.ts";
import type { PassRunner, SweepPass } from "./sweep_pass.ts";
import type { LoggedTrial, TrialLog } from "./trial_log.ts";

/** How a sweep's trials are run. */
export interface SweepRunOptions {
  /** What runs them, one pass each at a time. */
  readonly runners: readonly PassRunner[];
  /** How many trials at most share one reading of the data. */
  readonly perPass: number;
  /** Told how many of the trials that were not finished before are done. */
  readonly onProgress: (doneTrials: number, allTrials: number) => void;
  /** Stops between two passes; what is finished is in the log. */
  readonly signal: AbortSignal;
  /** Whether a trial of the log must be run again, such as for files that it did not leave. */
  readonly isLost?: (id: string) => Promise<boolean>;
}

/** Runs the trials that the log does not have, and keeps them there. */
export class SweepRun {
  readonly #log: TrialLog;
  readonly #options: SweepRunOptions;
  #isDamaged = false;

  /** The log and the runners stay the caller's. */
  constructor(log: TrialLog, options: SweepRunOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Whether some of the data behind the trials that were given could not be read. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /**
   * Completes all `sets`, trials over days each, and gives their trials in their order. Trials of one
   * id are run once. Rejects with the signal's reason or the first failure; what is finished by then
   * is in the log.
   */
  async complete(sets: readonly SweepPass[]): Promise<Trial[][]> {
    const { runners, perPass, onProgress, signal } = this.#options;
    const passes: SweepPass[] = [];
    const planned = new Set<string>();
    for (const { trials, ...about } of sets) {
      const open: SweepPass["trials"][number][] = [];
      for (const trial of trials) {
        if (planned.has(trial.id) || !(await this.#isOpen(trial.id))) continue;
        planned.add(trial.id);
        open.push(trial);
      }
      // Sets are shared out one by one, but all of them together keep the runners busy.
      const width = Math.max(1, Math.ceil(runners.length / sets.length));
      for (const some of planPasses(open, width, perPass)) passes.push({ ...about, trials: some });
    }
    const onFinished = (trials: readonly LoggedTrial[]) => this.#log.append(trials);
    await runPasses(passes, runners, { onFinished, onProgress, signal });
    return sets.map(({ trials }) =>
      trials.map(({ id, parameters }) => {
        const logged = this.#log.finished.get(id);
        if (logged === undefined) throw new Error(`Cannot find the trial ${id}: it was not run`);
        this.#isDamaged ||= logged.isDamaged;
        return { id, parameters, figures: logged.figures };
      })
    );
  }

  async #isOpen(id: string): Promise<boolean> {
    return !this.#log.finished.has(id) || await this.#options.isLost?.(id) === true;
  }
}

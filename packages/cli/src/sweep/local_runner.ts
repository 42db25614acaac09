import { type SweepGrid, type TrialParameters, trialParameters } from "@ssmd/backtest";
import { parseMomentumConfigWith } from "@ssmd/backtest/config";
import type { ReplayCache } from "@ssmd/core";
import { CacheFolder } from "@ssmd/core/fs";
import { basename } from "node:path";
import { MomentumRuns } from "../backtest/momentum_runs.ts";
import type { MomentumOutcome } from "../backtest/profile_runs.ts";
import { hashOf } from "../backtest/run_id.ts";
import { writeRun } from "../run_folder.ts";
import { VERSION } from "../version.ts";
import type { DayChoice, PassProgress, PassRunner, SweepPass } from "./sweep_pass.ts";
import type { SweepSource } from "./sweep_source.ts";
import type { LoggedTrial } from "./trial_log.ts";

/** What names a sweep and its results. */
export interface SweepIdentity {
  /** The same for the same data, base configuration, grid, profile and engine. */
  readonly sweepId: string;
  /** What its result files say of it. */
  readonly about: Readonly<Record<string, unknown>>;
  /** The chosen days that have data, ascending. */
  readonly days: readonly string[];
}

/** Plans passes, and runs them on the thread that calls. */
export class LocalRunner implements PassRunner {
  readonly #source: SweepSource;
  readonly #abort = new AbortController();
  readonly #cache: ReplayCache | undefined;

  /** Nothing is read yet. `signal` ends what is under way with its reason, as {@link close} does. */
  constructor(source: SweepSource, signal?: AbortSignal) {
    signal?.addEventListener("abort", () => this.#abort.abort(signal.reason), { once: true });
    const { cache } = source;
    this.#source = source;
    this.#cache = cache === undefined ? undefined : new CacheFolder(cache.folder, cache);
  }

  /**
   * Names the sweep of `grid` over all chosen days. Throws `SsmdError` `invalid_input` for the first
   * combination that is no configuration, and what reading data and markets throws.
   */
  async identify(grid: SweepGrid): Promise<SweepIdentity> {
    for (const parameters of trialParameters(grid)) this.#configOf(parameters);
    const runs = await MomentumRuns.open(this.#source);
    const { name, days, missingDays } = runs.source;
    const config = this.#configOf({});
    const axes = grid.axes.map(({ path, values }) => [path, values]);
    const sweepId = hashOf({ ...runs.inputs, config, grid: axes });
    return {
      sweepId,
      about: {
        sweepId,
        engine: VERSION,
        profile: runs.profile,
        dataSha256: runs.dataSha256,
        source: name,
        days,
        missingDays,
        config,
      },
      days,
    };
  }

  /** The trials of `grid` over `days`, with the ids of their own runs. */
  async plan(days: DayChoice, grid: SweepGrid): Promise<SweepPass> {
    const runs = await this.#open(days);
    const trials = trialParameters(grid).map((parameters) => ({
      id: runs.runIdOf(this.#configOf(parameters)),
      parameters,
    }));
    return { days, dataSha256: runs.dataSha256, trials };
  }

  /** Runs all trials of the pass in one reading of the data. */
  async run(pass: SweepPass, onProgress: PassProgress): Promise<readonly LoggedTrial[]> {
    const outcomes = await this.#outcomes(pass, false, onProgress);
    const folder = this.#source.runs;
    if (folder !== undefined) {
      for (const [index, { id }] of pass.trials.entries()) {
        await writeRun(folder, id, outcomes[index]!.files());
      }
    }
    return pass.trials.map(({ id, parameters }, index) => ({
      id,
      parameters,
      figures: outcomes[index]!.figures,
      isDamaged: outcomes[index]!.isDamaged,
    }));
  }

  /** Runs the one trial of the pass again, with everything that explains a run. */
  async explain(pass: SweepPass, onProgress: PassProgress): Promise<MomentumOutcome> {
    const [outcome] = await this.#outcomes(pass, true, onProgress);
    return outcome!;
  }

  /** Ends what is under way between two batches. */
  close(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  async #outcomes(
    pass: SweepPass,
    isFull: boolean,
    onProgress: PassProgress,
  ): Promise<readonly MomentumOutcome[]> {
    const runs = await this.#open(pass.days, pass.dataSha256);
    const configs = pass.trials.map(({ id, parameters }) => ({
      runId: id,
      config: this.#configOf(parameters),
    }));
    return await runs.run(configs, {
      isFull,
      ...(this.#cache === undefined ? {} : { cache: this.#cache }),
      onProgress: ({ doneBytes, totalBytes }) =>
        onProgress(totalBytes === 0 ? 1 : doneBytes / totalBytes),
      signal: this.#abort.signal,
    });
  }

  #open(days: DayChoice, dataSha256?: string): Promise<MomentumRuns> {
    const { from: _from, to: _to, dates: _dates, ...source } = this.#source;
    return MomentumRuns.open({ ...source, ...days }, dataSha256);
  }

  #configOf(parameters: TrialParameters): ReturnType<typeof parseMomentumConfigWith> {
    const { configFile, configText } = this.#source;
    return parseMomentumConfigWith(configText, basename(configFile), parameters);
  }
}

import type { MomentumConfig } from "@ssmd/backtest";
import { VERSION } from "../version.ts";
import { type BacktestSource, fingerprintOf, openSource } from "./backtest_source.ts";
import { defaultRuns } from "./default_runs.ts";
import { originalRuns } from "./original_runs.ts";
import type { MomentumRunsOptions } from "./momentum_runs_options.ts";
import type { MomentumOutcome, NamedConfig, ProfileRuns, RunningOptions } from "./profile_runs.ts";
import { hashOf } from "./run_id.ts";

/** Momentum configurations over the chosen days of an archive, several in one reading. */
export class MomentumRuns {
  /** The chosen days and what is known of them. */
  readonly source: BacktestSource;
  /** SHA-256 of the data that is read. */
  readonly dataSha256: string;
  /** How runs compute. */
  readonly profile: MomentumRunsOptions["profile"];
  readonly #runs: ProfileRuns;

  private constructor(
    source: BacktestSource,
    dataSha256: string,
    profile: MomentumRunsOptions["profile"],
    runs: ProfileRuns,
  ) {
    this.source = source;
    this.dataSha256 = dataSha256;
    this.profile = profile;
    this.#runs = runs;
  }

  /**
   * Finds the data and the markets. With `dataSha256`, the digest that was found for the same days
   * before, nothing is hashed again. Throws `SsmdError` `not_found` when there are no data.
   */
  static async open(options: MomentumRunsOptions, dataSha256?: string): Promise<MomentumRuns> {
    const source = await openSource(options);
    const runs = options.profile === "original"
      ? originalRuns(source)
      : await defaultRuns(options, source);
    const data = dataSha256 ?? await fingerprintOf(source);
    return new MomentumRuns(source, data, options.profile, runs);
  }

  /** Everything that decides about a run but its configuration, for hashes. */
  get inputs(): Readonly<Record<string, unknown>> {
    const { missingDays } = this.source;
    return {
      data: this.dataSha256,
      // The same files with another hole around them play, and are reported, in another way.
      ...(missingDays.length === 0 ? {} : { missingDays }),
      profile: this.profile,
      ...this.#runs.inputs,
      engine: VERSION,
    };
  }

  /** The id of the run of `config`: a hash of data, configuration and engine. */
  runIdOf(config: MomentumConfig): string {
    return hashOf({ ...this.inputs, config });
  }

  /** Runs `configs` in one reading of the data; each gives what it would give alone. */
  run(
    configs: readonly NamedConfig[],
    options: RunningOptions = {},
  ): Promise<readonly MomentumOutcome[]> {
    return this.#runs.run(configs, this.dataSha256, options);
  }
}

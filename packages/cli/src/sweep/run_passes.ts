import type { PassRunner, SweepPass } from "./sweep_pass.ts";
import type { LoggedTrial } from "./trial_log.ts";

/** What {@link runPasses} needs beside the passes. */
export interface RunPassesOptions {
  /** Keeps the trials of a finished pass; no pass is begun by the same runner before it is done. */
  readonly onFinished: (trials: readonly LoggedTrial[]) => Promise<void>;
  /** Told how many trials are done, parts of unfinished passes included. */
  readonly onProgress: (doneTrials: number, allTrials: number) => void;
  /** Ends everything: what is finished is kept, the rest rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Runs all passes, each by the first of the `runners` that is free. Rejects with the first failure
 * once every runner has stopped. The runners stay open.
 */
export async function runPasses(
  passes: readonly SweepPass[],
  runners: readonly PassRunner[],
  { onFinished, onProgress, signal }: RunPassesOptions,
): Promise<void> {
  const waiting = [...passes];
  const all = passes.reduce((sum, { trials }) => sum + trials.length, 0);
  const underWay = runners.map(() => 0);
  let done = 0;
  let failure: { readonly error: unknown } | undefined;
  const report = () => onProgress(done + underWay.reduce((sum, each) => sum + each, 0), all);

  const work = async (runner: PassRunner, index: number): Promise<void> => {
    for (let pass = waiting.shift(); pass !== undefined; pass = waiting.shift()) {
      signal.throwIfAborted();
      const { length } = pass.trials;
      const trials = await runner.run(pass, (share) => {
        underWay[index] = share * length;
        report();
      });
      await onFinished(trials);
      underWay[index] = 0;
      done += length;
      report();
    }
  };
  const stop = () => void closeAll(runners);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.all(runners.map((runner, index) =>
      work(runner, index).catch((error: unknown) => {
        failure ??= { error };
        // The others end with their pass: what they have done is worth keeping.
        waiting.length = 0;
      })
    ));
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}

/** Closes every runner; all of them are told, whatever one of them throws. */
export async function closeAll(runners: readonly PassRunner[]): Promise<void> {
  const ended = await Promise.allSettled(runners.map((runner) => runner.close()));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

import { originalDecisionLine, PriceRecorder } from "@ssmd/backtest";
import { type CentRecords, type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import { runOriginalSource } from "../original/original_run.ts";
import type { BacktestSource } from "./backtest_source.ts";
import { OriginalOutcome } from "./original_outcome.ts";
import type { ProfileRuns } from "./profile_runs.ts";
import { WaitingLines } from "./waiting_lines.ts";

/** Runs of profile `original`. */
export function originalRuns(source: BacktestSource): ProfileRuns {
  return {
    inputs: {},
    run: async (configs, dataSha256, { isFull = false, cache, onProgress, signal }) => {
      const prices = new PriceRecorder();
      const decisions = configs.map(() => new WaitingLines());
      let first: EpochMicros | undefined;
      const watch = (records: CentRecords) => {
        first ??= firstTime(records);
        if (isFull) prices.follow(records);
      };
      const { results, coverage } = await runOriginalSource(
        source,
        configs.map(({ config }) => config),
        {
          watch,
          ...(isFull
            ? {
              onDecision: (index, entry, decision) =>
                decisions[index]!.add(originalDecisionLine(entry, decision)),
            }
            : {}),
          ...(cache === undefined ? {} : { cache }),
          ...(signal === undefined ? {} : { signal }),
          ...(onProgress === undefined ? {} : {
            onProgress: ({ bytes, totalBytes, records, file }) =>
              onProgress({ doneBytes: bytes, totalBytes, records, where: file }),
          }),
        },
      );
      return results.map((result, index) =>
        new OriginalOutcome({
          ...configs[index]!,
          result,
          coverage,
          source,
          dataSha256,
          ...(first === undefined ? {} : { first }),
          ...(isFull ? { recorded: { prices, decisions: decisions[index]! } } : {}),
        })
      );
    },
  };
}

function firstTime({ ts, length }: CentRecords): EpochMicros | undefined {
  const seconds = ts.subarray(0, length).find((each) => each > 0);
  return seconds === undefined ? undefined : seconds * MICROS_PER_SECOND;
}

import type { BacktestOptions } from "./backtest_options.ts";
import type { BacktestResult } from "./backtest_result.ts";
import { BacktestRun } from "./backtest_run.ts";

/**
 * Replays `batches` through the strategy and gives what it would have earned. After the last record
 * the clock goes on to the settlements and timers that are still due. Throws `RangeError` for markets
 * that are given twice and settlements that are impossible, and what the strategy throws.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const run = new BacktestRun(options);
  for await (const batch of options.batches) {
    options.signal?.throwIfAborted();
    run.replay(batch);
  }
  return run.finish();
}

import type { BacktestData, BacktestOptions, BacktestVariant } from "./backtest_options.ts";
import type { BacktestResult } from "./backtest_result.ts";
import { Simulation } from "./simulation.ts";

/**
 * Replays `batches` through the strategy and gives what it would have earned. After the last record
 * the clock goes on to the settlements and timers that are still due, and orders that arrive there are
 * refused. Throws `RangeError` for markets that are given twice and settlements that are impossible,
 * and what the strategy throws.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const [result] = await runBacktests(options, [options]);
  return result!;
}

/**
 * Replays `batches` once through all `variants`, and gives their results in the same order: each is
 * what {@link runBacktest} gives for it alone, at a fraction of the cost. Strategies must not share
 * what they change. Throws as `runBacktest`; an error of one strategy ends all.
 */
export async function runBacktests(
  data: BacktestData,
  variants: readonly BacktestVariant[],
): Promise<readonly BacktestResult[]> {
  const simulation = new Simulation(data, variants);
  for await (const batch of data.batches) {
    data.signal?.throwIfAborted();
    simulation.onBatch(batch);
  }
  return simulation.finish();
}

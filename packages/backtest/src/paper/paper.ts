import { type Clock, type EpochMicros, type EventBatch, MICROS_PER_SECOND } from "@ssmd/core";
import type { BacktestResult } from "../backtest_result.ts";
import type { PaperCheckpoint, PaperRun } from "./paper_run.ts";

/** The optional parts of {@link paper}. */
export interface PaperOptions {
  /** Tells the time while the stream is silent; without it only rows move the clock. */
  readonly clock?: Clock;
  /**
   * How far behind `clock` a silent run is kept, so that rows still on their way are not late.
   * Default 1 s.
   */
  readonly lag?: EpochMicros;
  /** How often the clock is looked at, in milliseconds. Default 1000. */
  readonly tickMs?: number;
  /** Given a checkpoint now and then, and one at the end; awaited before the stream goes on. */
  readonly onCheckpoint?: (checkpoint: PaperCheckpoint) => void | Promise<void>;
  /** Data time between two checkpoints. Default 1 minute. */
  readonly checkpointInterval?: EpochMicros;
  /** Called after each batch, and after each look at the clock. */
  readonly onProgress?: (run: PaperRun) => void;
}

const MINUTE: EpochMicros = 60 * MICROS_PER_SECOND;

/**
 * Drives `run` with `batches` (as `stream` gives them) until they end, and gives the results so far.
 * What the stream, the strategies or a callback throw ends the run; nothing is left running.
 */
export async function paper(
  batches: AsyncIterable<EventBatch>,
  run: PaperRun,
  options: PaperOptions = {},
): Promise<readonly BacktestResult[]> {
  const { clock, lag = MICROS_PER_SECOND, tickMs = 1000 } = options;
  const { onCheckpoint, checkpointInterval = MINUTE, onProgress } = options;
  let failure: { readonly error: unknown } | undefined;
  const tick = (): void => {
    if (clock === undefined || failure !== undefined) return;
    try {
      run.advanceTo(clock.now() - lag);
      onProgress?.(run);
    } catch (error) {
      // Nobody would hear of it in a timer: the loop throws it with its next batch, or at the end.
      failure = { error };
    }
  };
  const timer = clock === undefined ? undefined : setInterval(tick, tickMs);
  try {
    let checkpointAt = run.now + checkpointInterval;
    for await (const batch of batches) {
      if (failure !== undefined) throw failure.error;
      run.onBatch(batch);
      onProgress?.(run);
      if (onCheckpoint === undefined || run.now < checkpointAt) continue;
      await onCheckpoint(run.checkpoint());
      checkpointAt = run.now + checkpointInterval;
    }
    if (failure !== undefined) throw failure.error;
    await onCheckpoint?.(run.checkpoint());
    return run.results();
  } finally {
    clearInterval(timer);
  }
}

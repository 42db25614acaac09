/**
 * Resolves after `milliseconds`, or as soon as `signal` aborts; never rejects. Whoever waits looks
 * at the signal afterwards.
 */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Longest time that a timer takes; more would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits by the machine's timers; leaves none behind. Waits end after 24 days at the latest. */
export const timerWait: Wait = (milliseconds, signal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(Math.max(0, milliseconds), MAX_TIMER_MS));
    signal?.addEventListener("abort", end);
  });

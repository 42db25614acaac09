import { timerWait } from "@ssmd/kalshi/live";

/** Resolves when `ms` have passed or `signal` aborts; one timer would take 24 days at most. */
export async function timePassed(ms: number, signal: AbortSignal): Promise<void> {
  const most = 2 ** 31 - 1;
  for (let left = ms; left > 0 && !signal.aborted; left -= most) {
    await timerWait(Math.min(left, most), signal);
  }
}

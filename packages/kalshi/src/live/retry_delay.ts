import { backoffMs, type BackoffPolicy } from "@ssmd/core";

const POLICY: BackoffPolicy = { firstMs: 250, maxMs: 10_000 };
/** A server that wants more than this is not waited for any longer than this. */
const LONGEST_WISH_MS = 60_000;

/**
 * Milliseconds to wait before asking again after `failures` failed attempts (from 1): doubled each
 * time up to 10 s, half of it by chance so that many clients do not come back together. `wish` is a
 * `Retry-After` header, seconds or an HTTP date, compared with our time `nowMs`; it is kept up to
 * 60 s. `random` gives 0 to below 1.
 */
export function retryDelay(
  failures: number,
  wish: string | undefined,
  nowMs: number,
  random: number,
): number {
  return Math.max(
    backoffMs(failures, random, POLICY),
    Math.min(LONGEST_WISH_MS, wishedMs(wish, nowMs)),
  );
}

function wishedMs(wish: string | undefined, nowMs: number): number {
  if (wish === undefined) return 0;
  if (/^\d{1,9}$/.test(wish)) return Number(wish) * 1000;
  const date = Date.parse(wish);
  return Number.isNaN(date) ? 0 : date - nowMs;
}

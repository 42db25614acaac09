/** How long to wait between attempts. */
export interface BackoffPolicy {
  /** The ceiling of the first wait, in milliseconds. Default 500. */
  readonly firstMs?: number;
  /** The ceiling of every wait, in milliseconds. Default 30,000. */
  readonly maxMs?: number;
}

/**
 * The wait before attempt number `attempt`, from 1, in milliseconds: between half and all of a
 * ceiling that doubles with each attempt, so that many clients do not come back at once and none
 * comes back immediately. `chance` is a number from 0 up to but not including 1.
 */
export function backoffMs(attempt: number, chance: number, policy: BackoffPolicy = {}): number {
  const { firstMs = 500, maxMs = 30_000 } = policy;
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 40));
  return Math.ceil(ceiling * (0.5 + chance / 2));
}

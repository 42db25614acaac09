import type { BackoffPolicy } from "@ssmd/core";

/** How patient a connection's subscriptions are; times in milliseconds. */
export interface SubscriptionTiming {
  /** A command without an answer is sent again after this long, twice. */
  readonly ackTimeoutMs: number;
  /** A book without a snapshot is asked for after this long. */
  readonly snapshotTimeoutMs: number;
  /** A second sequence gap within this time means that asking for snapshots does not help. */
  readonly calmMs: number;
  /** A refused market is tried again after this long, later ones ever more rarely. */
  readonly rejectedRetryMs: number;
  /** How many markets a command names at most. */
  readonly batchMarkets: number;
  /** How many commands a second, and how many at once. */
  readonly commandsPerSecond: number;
  /** How pauses grow after commands that were refused for reasons that no market has. */
  readonly refusalBackoff: BackoffPolicy;
}

/** What holds unless told otherwise. */
export const SUBSCRIPTION_TIMING: SubscriptionTiming = {
  ackTimeoutMs: 10_000,
  snapshotTimeoutMs: 30_000,
  calmMs: 30_000,
  rejectedRetryMs: 600_000,
  batchMarkets: 500,
  commandsPerSecond: 50,
  refusalBackoff: { firstMs: 1000, maxMs: 600_000 },
};

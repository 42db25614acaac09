import type { ArchiveEvent } from "./archive_event.ts";
import type { Clock } from "../clock.ts";
import type { Durable } from "../capture/sink.ts";
import type { SyncPolicy } from "./journal.ts";
import type { ReceiveClock, SequenceCoverage } from "./manifest.ts";
import type { Metrics } from "../metrics.ts";
import type { FileFacts } from "./seal.ts";

const SECONDS_PER_DAY = 86_400;

/** Options of `Archiver.open`. */
export interface ArchiverOptions {
  /**
   * Files begin at whole multiples of this many seconds since midnight UTC. A whole number that
   * divides a day. Default 900.
   */
  readonly rotateSeconds?: number;
  /** A file is also closed when its content reaches this many bytes, from 1. Default 256 MiB. */
  readonly rotateBytes?: number;
  /** When lines are forced to disk. Default `{every: 1000}`. */
  readonly sync?: SyncPolicy;
  /** Whether somebody judges the exchange's sequence before frames come here. Default `unchecked`. */
  readonly sequence?: SequenceCoverage;
  /** Where receive times come from. Default `receive`. */
  readonly receiveClock?: ReceiveClock;
  /** Tells when lines were appended and synced, and when an interval is over. Default: the system's. */
  readonly clock?: Clock;
  /** Told of every file sealed and everything recovered. Must not throw. */
  readonly onEvent?: (event: ArchiveEvent) => void;
  /**
   * Told after each sync of every session that has more frames on disk than before: all up to
   * `seq` survive a crash. What a failed sync may have saved is never claimed. Must not throw.
   */
  readonly onDurable?: (durable: Durable) => void;
  /** Counts `ssmd_archive_records_total`, `_bytes_total`, `_clamped_times_total`. */
  readonly metrics?: Metrics;
}

/** What `options` claim of the lines that follow. */
export function factsOf(
  { sequence = "unchecked", receiveClock = "receive" }: ArchiverOptions,
): FileFacts {
  return { sequence, clock: receiveClock };
}

/** Throws `RangeError` for options that cannot be followed. */
export function checkOptions(
  { rotateSeconds = 900, rotateBytes = 1, sync = "none" }: ArchiverOptions,
): void {
  if (
    !Number.isInteger(rotateSeconds) || rotateSeconds <= 0 || SECONDS_PER_DAY % rotateSeconds > 0
  ) {
    throw new RangeError(
      `Cannot rotate every ${rotateSeconds} seconds: expected a whole number that divides a day`,
    );
  }
  if (!(rotateBytes >= 1)) {
    throw new RangeError(`Cannot rotate at ${rotateBytes} bytes: expected a number from 1`);
  }
  if (typeof sync === "object" && !(sync.every >= 0)) {
    throw new RangeError(`Cannot sync every ${sync.every} ms: expected a number from 0`);
  }
}

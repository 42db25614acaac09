import type { EpochMicros } from "@ssmd/core";
import type { ExchangeEvent } from "./exchange_event.ts";

/** What an exchange server plays. Pulled by the server at its own pace; used by one server only. */
export interface ExchangeSource {
  /** The exchange's time when it begins. */
  readonly start: EpochMicros;
  /**
   * The next events in order of time, at least one, or `undefined` when nothing follows ever. The
   * caller is done with the array before it asks again; the events it may keep. Synchronous for what
   * is at hand.
   */
  next(): readonly ExchangeEvent[] | undefined | Promise<readonly ExchangeEvent[] | undefined>;
  /**
   * True while nothing is at hand until somebody hands it in, which need not ever happen: an exchange
   * that is moved by hand does not wait for it. Absent means false.
   */
  readonly waiting?: boolean;
  /**
   * Goes to `time`: the next events are later than it, preceded by a `snapshot` of every book that
   * exists then. Absent when the source can't.
   */
  seek?(time: EpochMicros): Promise<void>;
  /** What REST answers at `time`, the exchange's. */
  readonly catalog: ExchangeCatalog;
  /** Closes files; twice is safe. */
  close(): Promise<void>;
}

/** REST's objects as JSON values in Kalshi's own words (`ticker`, `open_time`, …). */
export interface ExchangeCatalog {
  /** Market objects as of `time`, their `status` included (`initialized`, `active`, `closed`, `determined`, `finalized`), newest first. */
  markets(time: EpochMicros): readonly CatalogObject[];
  /** Event objects as of `time`. */
  events(time: EpochMicros): readonly CatalogObject[];
  /** Series objects as of `time`. */
  series(time: EpochMicros): readonly CatalogObject[];
  /** Changes of series fees as of `time`, past and planned; absent means none. */
  feeChanges?(time: EpochMicros): readonly CatalogObject[];
}

/** One REST object. */
export type CatalogObject = Readonly<Record<string, unknown>>;

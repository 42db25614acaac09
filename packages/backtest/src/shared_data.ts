import type { CloseSchedule } from "./close_schedule.ts";
import type { ObservedData } from "./observed_data.ts";
import type { SettlementSchedule } from "./settlement_schedule.ts";
import type { OpenMarket } from "./strategy.ts";

/** What all runs over the same data share. */
export interface SharedData {
  /** The markets in the order in which they were given, as they were known at the start. */
  readonly markets: readonly OpenMarket[];
  /** The same by ticker; `undefined` when none were given and every market may be traded. */
  readonly given: ReadonlyMap<string, OpenMarket> | undefined;
  /** The data as far as they were read. */
  readonly data: ObservedData;
  /** What the markets pay, and when. */
  readonly settlements: SettlementSchedule;
  /** When the markets close, and since when that is known. */
  readonly closes: CloseSchedule;
}

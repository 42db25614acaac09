import type { Trade } from "../trade.ts";

/** What figures and reports look at in a trade; every {@link Trade} is one. */
export interface ReportTrade extends
  Pick<
    Trade,
    | "ticker"
    | "side"
    | "group"
    | "entryPrice"
    | "exitPrice"
    | "contracts"
    | "entryTime"
    | "exitTime"
    | "reason"
    | "pnl"
    | "fees"
    | "touchedGap"
  > {
  /** What its fills rest on, in words. */
  readonly assumptions: readonly string[];
}

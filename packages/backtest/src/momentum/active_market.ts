import type { EpochMicros, Price } from "@ssmd/core";
import type { HeldMarket } from "./holding_desk.ts";

/** A market that has had the dollars to be active. */
export interface ActiveMarket extends HeldMarket {
  /** Whether a gap has ended entries for good. */
  excluded: boolean;
  /** The best YES bid when equity was looked at last; 0 without one. */
  yesBid: Price;
  /** The best NO bid then. */
  noBid: Price;
}

/** A market that has just become active, and closes at `closeTime` as far as that is known. */
export function newActiveMarket(ticker: string, closeTime: EpochMicros = Infinity): ActiveMarket {
  return {
    ticker,
    holdings: [],
    cooldownUntil: 0,
    closeTime,
    excluded: false,
    yesBid: 0,
    noBid: 0,
  };
}

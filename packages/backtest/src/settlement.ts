import type { MarketInfo, Settlement, SettlementSource } from "@ssmd/core";
import { ONE_DOLLAR } from "@ssmd/core";

/** Settles each market as its own information says. */
export function settlementsOf(markets: readonly MarketInfo[]): SettlementSource {
  const settlements = new Map<string, Settlement>();
  for (const { ticker, settlement } of markets) {
    if (settlement !== undefined) settlements.set(ticker, settlement);
  }
  return {
    name: "market-info",
    settlementOf: (ticker) => settlements.get(ticker),
  };
}

/** `settlement`, or `RangeError` when its value is not $0 to $1 or its time is not a number. */
export function checkedSettlement(ticker: string, settlement: Settlement): Settlement {
  const { yesValue, time } = settlement;
  if (!Number.isInteger(yesValue) || yesValue < 0 || yesValue > ONE_DOLLAR) {
    throw new RangeError(`Cannot settle ${ticker} at ${yesValue}: expected 0 to ${ONE_DOLLAR}`);
  }
  if (!Number.isFinite(time)) {
    throw new RangeError(`Cannot settle ${ticker} at time ${time}: not a number`);
  }
  return settlement;
}

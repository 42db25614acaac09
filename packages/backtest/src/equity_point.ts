import type { EpochMicros, Money } from "@ssmd/core";

/** What everything was worth at one moment. */
export interface EquityPoint {
  /** When. */
  readonly time: EpochMicros;
  /** What could be spent, what resting orders hold back included. */
  readonly cash: Money;
  /** Cash and open positions at what they could be sold for (the best bid of their side). */
  readonly equity: Money;
  /** How far equity lies below its highest value so far; 0 or more. */
  readonly drawdown: Money;
  /** What open positions cost, without fees. */
  readonly exposure: Money;
}

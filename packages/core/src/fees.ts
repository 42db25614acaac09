import type { EpochMicros } from "./clock.ts";
import type { Money, Price, Quantity } from "./fixed_point.ts";

/** Whether an order took resting liquidity or provided it. */
export type Liquidity = "taker" | "maker";

/** The fees of one order; they can depend on the order's earlier fills. */
export interface OrderFees {
  /**
   * The fee of the order's next fill, never negative: `quantity` contracts at `price`, the price
   * of the side that was bought or sold. Throws `SsmdError` `unknown_fee`.
   */
  charge(price: Price, quantity: Quantity): Money;
  /** How {@link charge} would come to its fee for this fill, in figures and for people. */
  describe?(price: Price, quantity: Quantity): string;
}

/** Computes what the exchange charges. */
export interface FeeModel {
  /** Names the model and its rounding in a result. */
  readonly name: string;
  /** Starts an order on `ticker` at `time`. Throws `SsmdError` `unknown_fee`. */
  order(ticker: string, liquidity: Liquidity, time: EpochMicros): OrderFees;
}

import type { FeeModel, Liquidity, OrderFees } from "@ssmd/core";
import { type FeeRounding, roundedFees } from "./fee_rounding.ts";
import { feeText } from "./fee_text.ts";
import type { FeeSchedule, FeeType } from "./fee_schedule.ts";

/** The taker's rate in 1/10,000: 0.07 for every type. */
const TAKER_RATE = 700;

/** The maker's rates in 1/10,000: none, a quarter and half of the taker's. */
const MAKER_RATES: Readonly<Record<FeeType, number>> = {
  quadratic: 0,
  quadratic_with_maker_fees: 175,
  quadratic_with_combo_maker_fees: 350,
};

/**
 * Kalshi's trading fees: rate × multiplier × contracts × price × ($1 − price), where the
 * multiplier scales taker and maker alike. An order's fees are those in force at its time, and are
 * zero while the market's fee waiver runs. `order` throws what {@link FeeSchedule.feesOf} throws;
 * `charge` throws `RangeError` for a price outside $0 to $1 or a quantity that is not a count.
 */
export function kalshiFees(schedule: FeeSchedule, rounding: FeeRounding): FeeModel {
  return {
    name: `kalshi-${rounding}`,
    order(ticker: string, liquidity: Liquidity, time: number): OrderFees {
      const fees = schedule.feesOf(ticker, time);
      const rate = liquidity === "taker" ? TAKER_RATE : MAKER_RATES[fees.type];
      const factor = fees.waived ? 0n : BigInt(rate) * BigInt(fees.multiplier);
      const order = roundedFees(factor, rounding);
      const terms = { rate, multiplier: fees.multiplier, waived: fees.waived };
      return {
        charge: (price, quantity) => order.charge(price, quantity),
        describe: (price, quantity) => feeText(terms, order, price, quantity),
      };
    },
  };
}

import {
  type EpochMicros,
  type FeeModel,
  type Liquidity,
  type Money,
  notional,
  type OrderFees,
  type Price,
  type Quantity,
  SsmdError,
} from "@ssmd/core";
import type { FillAssumption } from "./fill_assumption.ts";
import type { Fill } from "./fill_model.ts";
import type { NewOrder } from "./order.ts";
import type { ChargedFill } from "./charged_fill.ts";

/**
 * What the exchange charges orders. A fee that is not known is `undefined`: the run goes on, and the
 * order is refused and counted.
 */
export class OrderCharges {
  readonly #fees: FeeModel;

  /** Charges as `fees` says. */
  constructor(fees: FeeModel) {
    this.#fees = fees;
  }

  /** Starts the fees of an order that reaches the market at `arrival`. */
  open(ticker: string, liquidity: Liquidity, arrival: EpochMicros): OrderFees | undefined {
    return known(() => this.#fees.order(ticker, liquidity, arrival));
  }

  /**
   * Goes on with the fees of a resting order that reached the market at `arrival`, which can depend
   * on its earlier fills. Throws what the fee model throws.
   */
  reopen(ticker: string, arrival: EpochMicros, fills: readonly Fill[]): OrderFees {
    const fees = this.#fees.order(ticker, "maker", arrival);
    for (const { price, quantity } of fills) fees.charge(price, quantity);
    return fees;
  }

  /** Charges fills in order; `explain` is told each fee's arithmetic, where the model has words. */
  charge(
    fees: OrderFees,
    fills: readonly Fill[],
    assumption: FillAssumption,
    explain: ((text: string) => void) | undefined,
  ): ChargedFill[] | undefined {
    return known(() =>
      fills.map(({ price, quantity }) => {
        const text = explain === undefined ? undefined : fees.describe?.(price, quantity);
        if (text !== undefined) explain?.(text);
        return { price, quantity, fee: fees.charge(price, quantity), assumption };
      })
    );
  }

  /** What a resting order can cost when one trade fills all of it; a sale holds nothing back. */
  worstCase(
    order: NewOrder,
    limit: Price,
    quantity: Quantity,
    arrival: EpochMicros,
  ): Money | undefined {
    if (order.action === "sell") return 0;
    return known(() => {
      const fees = this.#fees.order(order.ticker, "maker", arrival);
      return notional(limit, quantity) + fees.charge(limit, quantity);
    });
  }
}

function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SsmdError && error.code === "unknown_fee") return undefined;
    throw error;
  }
}

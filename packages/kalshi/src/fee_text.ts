import { type Money, MONEY_DECIMALS, ONE_DOLLAR, type Price, type Quantity } from "@ssmd/core";
import { RAW_FEE_DECIMALS, rawFee, type RoundedFees } from "./fee_rounding.ts";

/** What a fee is made of. */
export interface FeeTerms {
  /** In 1/10,000. */
  readonly rate: number;
  /** The series' multiplier, in 1/10,000. */
  readonly multiplier: number;
  /** Whether the market's fees are waived. */
  readonly waived: boolean;
}

/**
 * The arithmetic of a fill's fee before it is charged, such as
 * `0.07 × 1 × 10 × 0.48 × 0.52 = $0.174720 → $0.1748 (rounded up to $0.0001)`: rate, multiplier,
 * contracts, price and $1 less the price.
 */
export function feeText(
  { rate, multiplier, waived }: FeeTerms,
  order: RoundedFees,
  price: Price,
  quantity: Quantity,
): string {
  const { fee, how } = order.rounded(price, quantity);
  const charged = `$${decimal(fee, MONEY_DECIMALS, 2)} (${how})`;
  if (waived) return `waived → ${charged}`;
  const factors = [
    decimal(rate, 4),
    decimal(multiplier, 4),
    decimal(quantity, 2),
    decimal(price, 4, 2),
    decimal(ONE_DOLLAR - price, 4, 2),
  ];
  const raw = rawFee(BigInt(rate) * BigInt(multiplier), price, quantity);
  return `${factors.join(" × ")} = $${decimal(raw, RAW_FEE_DECIMALS, MONEY_DECIMALS)} → ${charged}`;
}

/** `value` with `decimals` implied decimals as text, at least `shown` of them and no zeros beyond. */
function decimal(value: bigint | Money, decimals: number, shown = 0): string {
  const digits = String(value).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "").padEnd(shown, "0");
  const whole = digits.slice(0, -decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

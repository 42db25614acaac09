/**
 * The three ways in which a fee is rounded, in exact integers.
 *
 * An unrounded fee is `rate × multiplier × C × P × (1 − P)` dollars for C contracts at P dollars.
 * With rate, multiplier and P in 1/10,000 and C in 1/100 it is an integer of 1/10^18 dollar.
 * @module
 */
import { type Money, ONE_DOLLAR, type OrderFees, type Price, type Quantity } from "@ssmd/core";

/**
 * How fees are rounded:
 * - `cent`: each fill up to the next cent.
 * - `cent-per-order`: the sum of an order's fills up to the next cent, as Kalshi's published
 *   schedule says; a fill is charged what the sum has grown by.
 * - `direct`: as charged to direct members in August 2026: each fill's fee goes up to $0.0001, and
 *   then what the fill costs with it goes up to $0.0001. Where the cost alone is off that grid
 *   (parts of a contract at parts of a cent) even a fee of zero pays the difference.
 */
export type FeeRounding = "cent" | "cent-per-order" | "direct";

const CENT = 10n ** 16n;
const GRID = 10n ** 14n;
/** {@link Money} units in a cent and in $0.0001. */
const MONEY_PER_CENT = 10_000n;
const MONEY_PER_GRID = 100n;

/** The fees of one order, and how they are rounded. */
export interface RoundedFees extends OrderFees {
  /** What {@link charge} would make of this fill now, as a sum of money and in words. */
  rounded(price: Price, quantity: Quantity): { readonly fee: Money; readonly how: string };
}

/** The fees of one order whose `rate × multiplier` is `factor`, in 1/10^8. */
export function roundedFees(factor: bigint, rounding: FeeRounding): RoundedFees {
  switch (rounding) {
    case "cent": {
      const charge = (price: Price, quantity: Quantity) =>
        toMoney(divideUp(rawFee(factor, price, quantity), CENT) * MONEY_PER_CENT);
      const how = "rounded up to $0.01";
      return { charge, rounded: (price, quantity) => ({ fee: charge(price, quantity), how }) };
    }
    case "cent-per-order":
      return new CentPerOrder(factor);
    case "direct":
      return {
        charge: (price, quantity) => directFee(factor, price, quantity).fee,
        rounded(price, quantity) {
          const { fee, alone } = directFee(factor, price, quantity);
          const how = "rounded up to $0.0001";
          return { fee, how: fee === alone ? how : `${how}, and again together with the cost` };
        },
      };
  }
}

class CentPerOrder implements RoundedFees {
  readonly #factor: bigint;
  #raw = 0n;
  #charged = 0n;

  constructor(factor: bigint) {
    this.#factor = factor;
  }

  charge(price: Price, quantity: Quantity): Money {
    const fee = this.#next(price, quantity);
    this.#raw += rawFee(this.#factor, price, quantity);
    this.#charged += fee;
    return toMoney(fee);
  }

  rounded(price: Price, quantity: Quantity): { readonly fee: Money; readonly how: string } {
    const fee = toMoney(this.#next(price, quantity));
    const how = this.#raw === 0n
      ? "rounded up to $0.01"
      : "what the order's sum, rounded up to $0.01, has grown by";
    return { fee, how };
  }

  #next(price: Price, quantity: Quantity): bigint {
    const raw = this.#raw + rawFee(this.#factor, price, quantity);
    return divideUp(raw, CENT) * MONEY_PER_CENT - this.#charged;
  }
}

/** The fee, and what it would be if the cost with it did not have to lie on the grid. */
function directFee(
  factor: bigint,
  price: Price,
  quantity: Quantity,
): { readonly fee: Money; readonly alone: Money } {
  const alone = divideUp(rawFee(factor, price, quantity), GRID) * MONEY_PER_GRID;
  const cost = BigInt(price) * BigInt(quantity);
  const fee = divideUp(cost + alone, MONEY_PER_GRID) * MONEY_PER_GRID - cost;
  return { fee: toMoney(fee), alone: toMoney(alone) };
}

/** The decimals of {@link rawFee}'s unit. */
export const RAW_FEE_DECIMALS = 18;

/** The unrounded fee in 1/10^18 dollar. Throws `RangeError` for an impossible fill. */
export function rawFee(factor: bigint, price: Price, quantity: Quantity): bigint {
  if (!(Number.isInteger(price) && price >= 0 && price <= ONE_DOLLAR)) {
    throw new RangeError(`Cannot charge a fill at price ${price}: expected 0 to ${ONE_DOLLAR}`);
  }
  if (!(Number.isSafeInteger(quantity) && quantity >= 0)) {
    throw new RangeError(
      `Cannot charge a fill of ${quantity}: expected a count of 1/100 contracts`,
    );
  }
  return factor * BigInt(quantity) * BigInt(price) * BigInt(ONE_DOLLAR - price);
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

function toMoney(amount: bigint): Money {
  const money = Number(amount);
  if (Number.isSafeInteger(money)) return money;
  throw new RangeError(`Cannot hold the fee ${amount} exactly: beyond exact integers`);
}

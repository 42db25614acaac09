/**
 * Exact decimal amounts as integers. Every amount is a plain `number` that holds an integer count
 * of its unit; the alias says which unit. Nothing here rounds: what the unit cannot hold is refused.
 * @module
 */
import { SsmdError } from "./errors.ts";

/** Dollars in units of 1/10,000 (one cent = 100). Kalshi's finest tick is $0.0001. */
export type Price = number;
/** Contracts in units of 1/100. Kalshi trades fractions of a contract with two decimals. */
export type Quantity = number;
/** Dollars in units of 1/1,000,000: `Price × Quantity` without rounding. */
export type Money = number;

/** What one contract pays when it wins: $1. */
export const ONE_DOLLAR: Price = 10_000;
/** Decimals of {@link Price}. */
export const PRICE_DECIMALS = 4;
/** Decimals of {@link Quantity}. */
export const QUANTITY_DECIMALS = 2;
/** Decimals of {@link Money}. */
export const MONEY_DECIMALS = 6;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Parses a plain decimal text into an integer with `decimals` implied decimals, or gives
 * `undefined`: for anything but an optional minus, digits and an optional fraction; for more
 * fraction digits than `decimals`; and beyond ±(2^53 − 1).
 */
export function tryParseDecimal(text: string, decimals: number): number | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? "";
  if (fraction.length > decimals) return undefined;
  const magnitude = Number(match[2]! + fraction.padEnd(decimals, "0"));
  if (!Number.isSafeInteger(magnitude)) return undefined;
  return match[1] === "-" && magnitude !== 0 ? -magnitude : magnitude;
}

function parseDecimal(text: string, decimals: number, unit: string): number {
  const value = tryParseDecimal(text, decimals);
  if (value === undefined) {
    throw new SsmdError(
      "invalid_decimal",
      `Cannot parse ${
        JSON.stringify(text)
      } as ${unit}: expected a plain decimal with at most ${decimals} decimals`,
    );
  }
  return value;
}

/** Writes an integer with `decimals` implied decimals as decimal text, all decimals shown. */
function formatDecimal(value: number, decimals: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot format ${value}: not an exact integer`);
  }
  const digits = String(Math.abs(value)).padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return `${value < 0 ? "-" : ""}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

/** `"0.9700"` → 9700. Throws `SsmdError` `invalid_decimal` on anything inexact. */
export function parsePrice(text: string): Price {
  return parseDecimal(text, PRICE_DECIMALS, "a price");
}

/** `"10.00"` → 1000. Throws `SsmdError` `invalid_decimal` on anything inexact. */
export function parseQuantity(text: string): Quantity {
  return parseDecimal(text, QUANTITY_DECIMALS, "a quantity");
}

/** `"0.279600"` → 279600. Throws `SsmdError` `invalid_decimal` on anything inexact. */
export function parseMoney(text: string): Money {
  return parseDecimal(text, MONEY_DECIMALS, "an amount of money");
}

/** 9700 → `"0.9700"`. Throws `RangeError` when `price` is not an exact integer. */
export function formatPrice(price: Price): string {
  return formatDecimal(price, PRICE_DECIMALS);
}

/** 1000 → `"10.00"`. Throws `RangeError` when `quantity` is not an exact integer. */
export function formatQuantity(quantity: Quantity): string {
  return formatDecimal(quantity, QUANTITY_DECIMALS);
}

/** 279600 → `"0.279600"`. Throws `RangeError` when `money` is not an exact integer. */
export function formatMoney(money: Money): string {
  return formatDecimal(money, MONEY_DECIMALS);
}

/**
 * What `quantity` contracts cost at `price`, exactly. Throws `RangeError` when the product leaves
 * the exact integers (about nine billion dollars).
 */
export function notional(price: Price, quantity: Quantity): Money {
  const product = price * quantity;
  if (!Number.isSafeInteger(product)) {
    throw new RangeError(
      `Cannot multiply price ${price} by quantity ${quantity}: beyond exact integers`,
    );
  }
  // A negative quantity times zero is -0, which is no amount.
  return product === 0 ? 0 : product;
}

/**
 * `numerator / denominator` rounded to the nearest integer, ties to the even one (IEEE 754's
 * roundTiesToEven, on exact integers). `denominator` must be positive.
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError(`Cannot divide by ${denominator}: must be positive`);
  let quotient = numerator / denominator;
  let rest = numerator % denominator;
  if (rest < 0n) {
    rest += denominator;
    quotient -= 1n;
  }
  const doubled = rest * 2n;
  if (doubled > denominator || (doubled === denominator && quotient % 2n !== 0n)) quotient += 1n;
  return quotient;
}

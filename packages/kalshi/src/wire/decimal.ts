import { tryParseDecimal } from "@ssmd/core";

/** Which decimals are taken, and the integers that they become. */
export interface DecimalRule {
  /** How many decimals the unit has. */
  readonly decimals: number;
  /** Whether negative ones are taken. */
  readonly signed: boolean;
  /** The largest one, in the unit. */
  readonly most: number;
}

/** `10 ** exponent` for the exponents up to 6. */
export const POWERS_OF_TEN: Float64Array = Float64Array.from({ length: 7 }, (_, k) => 10 ** k);

/**
 * A JSON value as an integer of the unit: a plain decimal text, or a number by its shortest decimal
 * text. NaN for anything else, for exponents, and for digits that the unit does not hold; zeros after
 * its last digit are fine.
 */
export function readDecimal(value: unknown, rule: DecimalRule): number {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return NaN;
  const result = tryParseDecimal(withoutExcessZeros(text, rule.decimals), rule.decimals) ?? NaN;
  return (result >= 0 || rule.signed) && result <= rule.most ? result : NaN;
}

function withoutExcessZeros(text: string, decimals: number): string {
  const point = text.indexOf(".");
  const excess = point + 1 + decimals;
  if (point < 0 || text.length <= excess || !/^0+$/.test(text.slice(excess))) return text;
  return text.slice(0, decimals === 0 ? point : excess);
}

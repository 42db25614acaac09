import { tryParseDecimal } from "@ssmd/core";

/** Decimals of a fee multiplier held as an integer: 0.5 is 5,000. */
export const MULTIPLIER_DECIMALS = 4;

/**
 * A fee multiplier in 1/10,000, exactly, from a JSON number or a decimal text; or `undefined` for
 * anything negative, finer than that, not finite, or of another type. 0 is real: no fee.
 */
export function parseFeeMultiplier(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  // A number's shortest decimal text is what the JSON said, up to zeros at its end.
  const parsed = tryParseDecimal(String(value), MULTIPLIER_DECIMALS);
  return parsed !== undefined && parsed >= 0 ? parsed : undefined;
}

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * A JSON value as a number whose decimal point is moved `shift` places to the right: a number, or a
 * text that holds a plain decimal. The point moves in the shortest text, so that the result is the
 * double nearest to the exact decimal: a price of `"0.57"` dollars is 57 cents, not
 * 56.99999999999999. NaN for anything else, and for what no finite double is near to; never −0.
 */
export function centNumber(value: unknown, shift: number): number {
  const number = typeof value === "number"
    ? (shift === 0 ? value : Number(shifted(String(value), shift)))
    : typeof value === "string" && PLAIN_DECIMAL.test(value)
    ? Number(shifted(value, shift))
    : NaN;
  return Number.isFinite(number) ? number + 0 : NaN;
}

function shifted(text: string, shift: number): string {
  const [digits, exponent = "0"] = text.split("e");
  return `${digits}e${Number(exponent) + shift}`;
}

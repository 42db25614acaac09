import { divideHalfEven } from "@ssmd/core";

const MILLION = 1_000_000n;

/**
 * `part / whole` rounded once, to 6 decimals, ties to the even one; `undefined` when `whole` is 0.
 * `whole` must not be negative.
 */
export function ratioOf(part: number | bigint, whole: number | bigint): number | undefined {
  const of = BigInt(whole);
  return of === 0n ? undefined : Number(divideHalfEven(BigInt(part) * MILLION, of)) / 1e6;
}

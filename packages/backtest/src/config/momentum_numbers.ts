/**
 * The numbers of a momentum configuration, as zod schemas: plain numbers without units, which stand
 * in the name of each key.
 * @module
 */
import { kind } from "@ssmd/core/config";
import type { z } from "zod";

/** A number from `least`, fractions included. */
export function numberFrom(least: number, most: number = Infinity): z.ZodType<number> {
  const bounds = most === Infinity ? `a number from ${least}` : `a number from ${least} to ${most}`;
  return kind(
    `${bounds}, without a unit`,
    (value) => isNumber(value) && value >= least && value <= most ? value : undefined,
  );
}

/** A number above 0, fractions included. */
export const numberAboveZero: z.ZodType<number> = kind(
  "a number above 0, without a unit",
  (value) => isNumber(value) && value > 0 ? value : undefined,
);

/** A share in percent that is not none. */
export const someOfHundred: z.ZodType<number> = kind(
  "a number above 0 to 100, without a unit",
  (value) => isNumber(value) && value > 0 && value <= 100 ? value : undefined,
);

/** Any number but the infinite ones and NaN. */
export const anyNumber: z.ZodType<number> = kind(
  "a number, without a unit",
  (value) => isNumber(value) ? value : undefined,
);

/** A price or a distance between prices in cents: 0 to 100. */
export const cents: z.ZodType<number> = numberFrom(0, 100);

/** A share in percent. */
export const percent: z.ZodType<number> = numberFrom(0, 100);

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

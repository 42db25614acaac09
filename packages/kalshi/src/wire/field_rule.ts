import { MONEY_DECIMALS, ONE_DOLLAR, PRICE_DECIMALS, QUANTITY_DECIMALS } from "@ssmd/core";
import type { QuoteField } from "@ssmd/core";
import type { DecimalRule } from "./decimal.ts";
import { SECONDS } from "./event_time.ts";

/** How the value of a field is written. */
export type FieldForm =
  /** Any JSON: the field is known, and no row needs it. */
  | "unread"
  /** A market's ticker. */
  | "ticker"
  /** A decimal, as text or as a number. */
  | "decimal"
  /** Seconds as a decimal, or RFC 3339 text. */
  | "time"
  /** `"yes"` or `"no"`. */
  | "side"
  /** `true` or `false`. */
  | "flag"
  /** Pairs of price and size. */
  | "ladder";

/** What a field says. Fields of a type that say the same are alternatives. */
export type Meaning =
  | "sid"
  | "seq"
  | "market"
  | "time"
  | "price"
  | "size"
  | "side"
  | "blockTrade"
  | "yesLadder"
  | "noLadder"
  | QuoteField;

/**
 * How one field of a frame is read. The {@link DecimalRule} is that of a decimal, of a time in
 * seconds, or of a ladder's prices.
 */
export interface FieldRule extends DecimalRule {
  /** How its value is written. */
  readonly form: FieldForm;
  /** What it says; absent for an unread field. */
  readonly meaning?: Meaning;
  /** Whether `""` states that there is no value, so that no alternative is asked. */
  readonly mayBeEmpty: boolean;
}

/** A whole number. */
export const INTEGER: DecimalRule = {
  decimals: 0,
  signed: false,
  most: Number.MAX_SAFE_INTEGER,
};
/** A price in dollars. */
export const DOLLARS: DecimalRule = {
  decimals: PRICE_DECIMALS,
  signed: false,
  most: ONE_DOLLAR,
};
/** Contracts, whole or with decimals. */
export const CONTRACTS: DecimalRule = { ...INTEGER, decimals: QUANTITY_DECIMALS };
// A cent is 100 units of a price, so cents are decimals with two places in that unit.
const CENTS: DecimalRule = { ...DOLLARS, decimals: 2 };
const PLAIN = { ...INTEGER, mayBeEmpty: false };

/** A known field that no row needs. */
export const unread: FieldRule = { ...PLAIN, form: "unread" };
/** The subscription's id. */
export const sid: FieldRule = { ...PLAIN, form: "decimal", meaning: "sid" };
/** The frame's number within its subscription. */
export const seq: FieldRule = { ...PLAIN, form: "decimal", meaning: "seq" };
/** The ticker of the frame's market. */
export const market: FieldRule = { ...PLAIN, form: "ticker", meaning: "market" };
/** The exchange's time in milliseconds. */
export const millis: FieldRule = { ...PLAIN, form: "decimal", meaning: "time", decimals: 3 };
/** The exchange's time in seconds or as RFC 3339 text. */
export const time: FieldRule = { ...PLAIN, ...SECONDS, form: "time", meaning: "time" };
/** A side of the market. */
export const side: FieldRule = { ...PLAIN, form: "side", meaning: "side" };
/** Whether a trade was negotiated off the book. */
export const blockTrade: FieldRule = { ...PLAIN, form: "flag", meaning: "blockTrade" };

/** A price in dollars. */
export function dollars(meaning: Meaning): FieldRule {
  return { ...PLAIN, ...DOLLARS, form: "decimal", meaning };
}

/** A price in dollars; `""` says that there is none. */
export function dollarsOrEmpty(meaning: Meaning): FieldRule {
  return { ...dollars(meaning), mayBeEmpty: true };
}

/** A price in cents. */
export function cents(meaning: Meaning): FieldRule {
  return { ...PLAIN, ...CENTS, form: "decimal", meaning };
}

/** Contracts, whole or with decimals. */
export function contracts(meaning: Meaning): FieldRule {
  return { ...PLAIN, ...CONTRACTS, form: "decimal", meaning };
}

/** A signed change of contracts. */
export function change(meaning: Meaning): FieldRule {
  return { ...contracts(meaning), signed: true };
}

/** An amount of dollars. */
export function money(meaning: Meaning): FieldRule {
  return { ...PLAIN, form: "decimal", meaning, decimals: MONEY_DECIMALS };
}

/** Pairs of a price in dollars and contracts. */
export function dollarLadder(meaning: Meaning): FieldRule {
  return { ...PLAIN, ...DOLLARS, form: "ladder", meaning };
}

/** Pairs of a price in cents and contracts. */
export function centLadder(meaning: Meaning): FieldRule {
  return { ...PLAIN, ...CENTS, form: "ladder", meaning };
}

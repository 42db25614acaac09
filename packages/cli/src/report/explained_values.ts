import {
  formatIsoTime,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  parseIsoTime,
} from "@ssmd/core";
import { trimmed } from "../ui/numbers.ts";
import { isObject, listOf, numberOf, objectOf, textOf } from "./json_fields.ts";

const PRICES: ReadonlySet<string> = new Set([
  "price",
  "limit",
  "lastPrice",
  "yesBid",
  "yesAsk",
  "noBid",
  "noAsk",
  "bid",
  "averageEntryPrice",
]);

/**
 * A value that a strategy gave for its decision, for people. What a strategy computes in exact units
 * it names so that the unit can be told: prices, `…ollarVolume` and `…Dollars` as money, `…ontracts`,
 * `…Micros`; everything else is written as it is.
 */
export function explainedValue(name: string, value: unknown, isExact: boolean): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (!isExact) return plainNumber(value);
  const isWhole = Number.isSafeInteger(value);
  if (PRICES.has(name)) return isWhole ? price(value) : price(Math.round(value));
  if (/(dollarVolume|Dollars)$/.test(name)) return money(Math.round(value));
  if (/ontracts$/.test(name)) return contracts(Math.round(value));
  if (name.endsWith("Micros")) return `${plainNumber(value / 1e6)} s`;
  return plainNumber(value);
}

/** At most 6 decimals, whatever the size. */
export function plainNumber(value: number): string {
  return String(Number(value.toFixed(6)) + 0);
}

function price(value: number): string {
  return `$${trimmed(formatPrice(value))}`;
}

function contracts(value: number): string {
  return formatQuantity(value).replace(/\.?0+$/, "");
}

/** `-$1.25`. */
export function money(value: Money): string {
  return `${value < 0 ? "-" : ""}$${trimmed(formatMoney(Math.abs(value)))}`;
}

/** Dollars as the run's files have them: numbers with up to 6 decimals. */
export function dollarText(dollars: unknown): string {
  const value = numberOf(dollars);
  return value === undefined ? "–" : money(Math.round(value * 1e6) + 0);
}

/** A time of the run's files, ISO text or the original's seconds: `2026-01-05 10:00:00.250Z`. */
export function timeTextOf(time: unknown): string {
  const seconds = numberOf(time);
  const iso = seconds === undefined ? textOf(time) : formatIsoTime(Math.round(seconds * 1e6));
  return iso?.replace("T", " ") ?? "–";
}

/** How long from one time of the run's files to another, in seconds; `undefined` when one is absent. */
export function secondsBetween(from: unknown, to: unknown): number | undefined {
  const [start, end] = [from, to].map((time) => {
    const seconds = numberOf(time);
    return seconds === undefined ? parseIsoTime(textOf(time) ?? "") : seconds * 1e6;
  });
  return start === undefined || end === undefined ? undefined : (end - start) / 1e6;
}

/** A level of a recorded book as price and contracts, from either form of the files. */
export function levelOf(level: unknown): readonly [price: string, size: string] {
  const [first, second] = Array.isArray(level) ? listOf(level) : [
    objectOf(level)["price"],
    objectOf(level)["contracts"] ?? objectOf(level)["size"],
  ];
  return [dollarText(first), numberOf(second) === undefined ? "–" : plainNumber(numberOf(second)!)];
}

/** Names and values of an object, on one line. */
export function inlineValues(values: unknown, isExact: boolean): string {
  return Object.entries(isObject(values) ? values : {})
    .map(([name, value]) => `${name} ${explainedValue(name, value, isExact)}`).join(", ");
}

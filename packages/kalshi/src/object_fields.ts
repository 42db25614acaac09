import { type EpochMicros, parseIsoTime, type Price, tryParseDecimal } from "@ssmd/core";
import type { JsonObject } from "./wire/json_object.ts";

/** How the exchange writes "never". */
const NEVER = "0001-01-01T00:00:00Z";

/**
 * Reads optional fields of one REST object, each on its own: a field that cannot be used adds a
 * line to `problems` and is absent. Missing, `null` and `""` are absent without a problem.
 */
export class ObjectFields {
  readonly #object: JsonObject;
  readonly #owner: string;
  readonly #problems: string[];

  /** Reads `object`; `owner` names it in the lines added to `problems`. */
  constructor(object: JsonObject, owner: string, problems: string[]) {
    this.#object = object;
    this.#owner = owner;
    this.#problems = problems;
  }

  /** Notes that `field` cannot be used. */
  problem(field: string, expected: string): void {
    const found = JSON.stringify(this.#object[field]) ?? "nothing";
    this.#problems.push(`${this.#owner}: ${field} is ${found}, expected ${expected}`);
  }

  /** A text. */
  text(field: string): string | undefined {
    const value = this.#given(field);
    if (value === undefined || typeof value === "string") return value;
    this.problem(field, "a text");
    return undefined;
  }

  /** An RFC 3339 time, cut to the microsecond; the exchange's "never" (year 1) is absent. */
  time(field: string): EpochMicros | undefined {
    const value = this.#given(field);
    if (value === undefined || value === NEVER) return undefined;
    const time = typeof value === "string" ? parseTime(value) : undefined;
    if (time === undefined) this.problem(field, "an RFC 3339 time");
    return time;
  }

  /** A dollar text from $0 to $1 that is a whole number of 1/10,000. */
  dollars(field: string): Price | undefined {
    const value = this.#given(field);
    if (value === undefined) return undefined;
    // Responses may show six decimals; the last two must then be zeros.
    const micros = typeof value === "string" ? tryParseDecimal(value, 6) : undefined;
    if (micros !== undefined && micros >= 0 && micros <= 1_000_000 && micros % 100 === 0) {
      return micros / 100;
    }
    this.problem(field, "dollars from 0 to 1 with four decimals");
    return undefined;
  }

  /** Whole cents from 0 to 100, as prices were before 2026. */
  cents(field: string): Price | undefined {
    const value = this.#given(field);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100) {
      return value * 100;
    }
    this.problem(field, "whole cents from 0 to 100");
    return undefined;
  }

  #given(field: string): unknown {
    const value = this.#object[field];
    return value === null || value === "" ? undefined : value;
  }
}

/** RFC 3339 with up to nine fraction digits, cut to the microsecond; `undefined` for the rest. */
export function parseTime(text: string): EpochMicros | undefined {
  return parseIsoTime(text.replace(/(\.\d{6})\d{1,3}/, "$1"));
}

import { formatIsoTime, MICROS_PER_SECOND, parseIsoTime } from "@ssmd/core";
import type { SeededRandom } from "../generator/seeded_random.ts";
import type { Decision } from "./fault_injector.ts";
import { DEFAULT_SKEW_SECONDS } from "./fault_plan.ts";

/** A `msg` and what was changed in it. */
export interface Tampered {
  /** JSON text. */
  readonly msg: string;
  /** The field's name before the change; absent when nothing could be changed. */
  readonly field?: string;
}

type Fields = [name: string, value: unknown][];

/**
 * Changes the JSON object `msg` as a `renamed_field`, `retyped_field` or `clock_skew` rule asks: gives
 * one field another name, turns one text into a number or one number or flag into a text, or moves
 * the times.
 */
export function tamper({ rule, random }: Decision, msg: string): Tampered {
  const value: unknown = JSON.parse(msg);
  const fields: Fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const field = rule.fault === "clock_skew"
    ? shiftTimes(fields, rule.seconds ?? DEFAULT_SKEW_SECONDS)
    : changeOne(fields, rule.fault === "renamed_field", rule.field, random);
  return field === undefined ? { msg } : { msg: JSON.stringify(Object.fromEntries(fields)), field };
}

function changeOne(
  fields: Fields,
  rename: boolean,
  wanted: string | undefined,
  random: SeededRandom,
): string | undefined {
  const suitable = fields.filter(([name, value]) =>
    (wanted === undefined || name === wanted) && (rename || retyped(value) !== undefined)
  );
  const field = suitable[random.below(suitable.length)];
  if (field === undefined) return undefined;
  const [name, value] = field;
  if (rename) field[0] = `${name}_v2`;
  else field[1] = retyped(value);
  return name;
}

/** Moves every time and names the last one. */
function shiftTimes(fields: Fields, seconds: number): string | undefined {
  let last: string | undefined;
  for (const field of fields) {
    const value = shiftedTime(field[0], field[1], seconds);
    if (value === undefined) continue;
    field[1] = value;
    last = field[0];
  }
  return last;
}

function shiftedTime(name: string, value: unknown, seconds: number): unknown {
  if (name === "ts_ms" && typeof value === "number") return value + seconds * 1000;
  if (name !== "ts" && name !== "time") return undefined;
  if (typeof value === "number") return value + seconds;
  const time = typeof value === "string" ? parseIsoTime(value) : undefined;
  return time === undefined ? undefined : formatIsoTime(time + seconds * MICROS_PER_SECOND);
}

function retyped(value: unknown): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return undefined;
  const number = Number(value);
  return value !== "" && Number.isFinite(number) ? number : value.length;
}

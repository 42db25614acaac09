/**
 * Times as text: ISO 8601 with a zone, exact to the microsecond, without the machine's locale; and
 * lengths of time.
 * @module
 */
import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from "./clock.ts";

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})$/;

/**
 * Parses ISO 8601 / RFC 3339 text with a zone, or gives `undefined`: without a zone, for a day or
 * time of day that does not exist (leap seconds included), and for a fraction finer than a
 * microsecond that is not zero. Before 1685 and after 2255 only whole seconds are exact.
 */
export function parseIsoTime(text: string): EpochMicros | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zone] = match;
  const nanos = fraction.padEnd(9, "0");
  if (nanos.slice(6) !== "000") return undefined;
  const calendar = new Date(0);
  // Not Date.UTC, which reads years below 100 as 19xx: the exchange writes year 1 for "never".
  calendar.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (calendar.getUTCMonth() !== Number(month) - 1) return undefined;
  const ofDay = minutesOfDay(hour!, minute!) * 60 + Number(second);
  const seconds = ofDay - zoneMinutes(zone!) * 60;
  if (Number(second) > 59 || Number.isNaN(seconds)) return undefined;
  return calendar.getTime() * 1000 + seconds * MICROS_PER_SECOND + Number(nanos.slice(0, 6));
}

/** NaN when there is no such time of day. */
function minutesOfDay(hour: string, minute: string): number {
  return Number(hour) > 23 || Number(minute) > 59 ? NaN : Number(hour) * 60 + Number(minute);
}

function zoneMinutes(zone: string): number {
  if (zone === "Z" || zone === "z") return 0;
  return (zone[0] === "-" ? -1 : 1) * minutesOfDay(zone.slice(1, 3), zone.slice(-2));
}

/** `2026-08-11T02:55:00Z`, with milli- or microseconds only when there are any. */
export function formatIsoTime(time: EpochMicros): string {
  const whole = Math.floor(time / MICROS_PER_SECOND);
  const micros = time - whole * MICROS_PER_SECOND;
  const head = new Date(whole * 1000).toISOString().slice(0, -".000Z".length);
  if (micros === 0) return `${head}Z`;
  const fraction = String(micros).padStart(6, "0");
  return `${head}.${fraction.endsWith("000") ? fraction.slice(0, 3) : fraction}Z`;
}

/** The UTC day of `time` as `YYYY-MM-DD`. */
export function utcDate(time: EpochMicros): string {
  return new Date(Math.floor(time / MICROS_PER_DAY) * 86_400_000).toISOString().slice(0, 10);
}

/** The UTC minute of `time` as `HHMM`. */
export function utcMinute(time: EpochMicros): string {
  const iso = new Date(Math.floor(time / 1000)).toISOString();
  return iso.slice(11, 13) + iso.slice(14, 16);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A length of time above 0 such as `60s`, `15m`, `1h` or `1d`, in microseconds; else `undefined`. */
export function tryParseDuration(text: string): EpochMicros | undefined {
  const match = /^(\d{1,7})([smhd])$/.exec(text);
  if (match === null) return undefined;
  const micros = Number(match[1]) * UNIT_SECONDS[match[2]!]! * MICROS_PER_SECOND;
  return micros > 0 ? micros : undefined;
}

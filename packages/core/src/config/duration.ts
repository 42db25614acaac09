import { type EpochMicros, MICROS_PER_SECOND, SsmdError } from "../mod.ts";

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** What a duration looks like, for messages. */
export const DURATION_FORM = "a number above 0 with s, m, h or d, for example 15m";

/**
 * A length of time such as `60s`, `15m`, `1h` or `1d`, in microseconds: the grammar of the command
 * line. Throws `SsmdError` `invalid_input`.
 */
export function parseDuration(text: string): EpochMicros {
  const micros = tryParseDuration(text);
  if (micros !== undefined) return micros;
  throw new SsmdError(
    "invalid_input",
    `Cannot parse ${JSON.stringify(text)} as a duration: expected ${DURATION_FORM}`,
  );
}

/** {@link parseDuration} that answers `undefined` instead of throwing. */
export function tryParseDuration(text: string): EpochMicros | undefined {
  const match = /^(\d{1,7})([smhd])$/.exec(text);
  if (match === null) return undefined;
  const micros = Number(match[1]) * UNIT_SECONDS[match[2]!]! * MICROS_PER_SECOND;
  return micros > 0 ? micros : undefined;
}

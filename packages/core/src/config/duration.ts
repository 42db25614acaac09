import { type EpochMicros, SsmdError, tryParseDuration } from "../mod.ts";

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

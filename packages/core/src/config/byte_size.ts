import { SsmdError } from "../mod.ts";

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** What a size looks like, for messages. */
export const SIZE_FORM = "a whole number with B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, like 2GiB";

/**
 * A size such as `512MiB` or `2 GB`, in bytes. KiB and its kin count in 1024, KB and its kin in
 * 1000, a number alone is bytes; 0 is a size. Throws `SsmdError` `invalid_input`, also for a size
 * from 8 PiB.
 */
export function parseBytes(text: string): number {
  const bytes = tryParseBytes(text);
  if (bytes !== undefined) return bytes;
  throw new SsmdError(
    "invalid_input",
    `Cannot parse ${JSON.stringify(text)} as a size: expected ${SIZE_FORM}`,
  );
}

/** {@link parseBytes} that answers `undefined` instead of throwing. */
export function tryParseBytes(text: string): number | undefined {
  const match = /^(\d{1,16}) ?([KMGT]?i?B|)$/.exec(text);
  const unit = UNIT_BYTES[match?.[2] ?? "none"];
  if (match === null || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

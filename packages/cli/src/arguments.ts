import {
  type EpochMicros,
  parseIsoTime,
  parseQuantity,
  type Quantity,
  SsmdError,
  tryParseDuration,
} from "@ssmd/core";

/** A moment on the command line: ISO 8601 with a zone, or milliseconds since 1970. */
export function parseTime(text: string): EpochMicros {
  const time = /^\d{1,14}$/.test(text) ? Number(text) * 1000 : parseIsoTime(text);
  if (time !== undefined) return time;
  throw new SsmdError(
    "invalid_input",
    `Cannot read the time ${
      JSON.stringify(text)
    }: expected ISO 8601 with a zone (2026-08-11T02:55:00Z) or epoch milliseconds`,
  );
}

/** A length of time on the command line, `60s`, `15m`, `1h` or `1d`, in microseconds. */
export function parseDuration(text: string): EpochMicros {
  const micros = tryParseDuration(text);
  if (micros !== undefined) return micros;
  throw new SsmdError(
    "invalid_input",
    `Cannot read the duration ${
      JSON.stringify(text)
    }: expected a number above 0 with s, m, h or d, for example 60s`,
  );
}

/** A number of contracts above 0, with at most two decimals. */
export function parseContracts(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity > 0) return quantity;
  throw new SsmdError(
    "invalid_input",
    `Cannot buy ${JSON.stringify(text)} contracts: expected a number above 0`,
  );
}

/** A whole number above 0. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new SsmdError(
    "invalid_input",
    `Cannot use ${JSON.stringify(text)} as a count: expected a whole number above 0`,
  );
}

/** Where a server listens: `9464` or `0.0.0.0:9464`, `[::1]:9464`; without a host on loopback only. */
export function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:\s]+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match !== null && port <= 65_535) {
    return { host: match[1]?.replace(/^\[|\]$/g, "") ?? "127.0.0.1", port };
  }
  throw new SsmdError(
    "invalid_input",
    `Cannot listen on ${JSON.stringify(text)}: expected a port or host:port, for example 9464`,
  );
}

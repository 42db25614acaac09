/**
 * Names of series, events and markets, and how they become names of files.
 * @module
 */
import { SsmdError } from "@ssmd/core";

/** Printable ASCII without space, `*`, `/`, `>` and `\`. */
const TICKER = /^[!-)+-.0-=?-[\]-~]{1,200}$/;

/** Names that Windows keeps for devices, whatever extension follows. */
const DEVICE = /^(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])$/;

/**
 * Whether `name` can be a Kalshi ticker: 1 to 200 printable ASCII characters except space, `/`,
 * `\`, `*` and `>`, and not `.` or `..`. Wider than Kalshi's documented pattern on purpose: dots,
 * parentheses, quotes and lower case occur.
 */
export function isTicker(name: string): boolean {
  return TICKER.test(name) && name !== "." && name !== "..";
}

/** Gives `name` back when {@link isTicker} accepts it; else throws `SsmdError` `invalid_name`. */
export function checkTicker(name: string): string {
  if (isTicker(name)) return name;
  throw new SsmdError(
    "invalid_name",
    `Cannot use ${JSON.stringify(name)} as a ticker: ` +
      "expected 1 to 200 printable ASCII characters without space, /, \\, * and >",
  );
}

/**
 * A file name for `ticker` that is safe on Windows, macOS and Linux, in URLs, in shells and as one
 * token of a NATS subject. `A-Z`, `0-9` and `-` stay; every other character becomes `_` and the two
 * upper-case hex digits of its code, and so does the first character of a Windows device name:
 * `T69499.99` is `T69499_2E99`, `Rain` is `R_61_69_6E`, `CON` is `_43ON`. No two tickers share a
 * name, not even where upper and lower case are the same. The result has up to three times the
 * ticker's length, and file systems end at 255 bytes. Throws `SsmdError` `invalid_name`.
 */
export function escapeForPath(ticker: string): string {
  const escaped = checkTicker(ticker).replace(/[^A-Z0-9-]/g, escapeCharacter);
  return DEVICE.test(escaped) ? escapeCharacter(escaped[0]!) + escaped.slice(1) : escaped;
}

/**
 * The ticker whose {@link escapeForPath} is `text`. Throws `SsmdError` `invalid_name` for every
 * other text, also for one that names a ticker in a way that `escapeForPath` never writes.
 */
export function unescapeFromPath(text: string): string {
  const ticker = text.replace(
    /_([0-9A-F]{2})/g,
    (_, code: string) => String.fromCharCode(parseInt(code, 16)),
  );
  if (isTicker(ticker) && escapeForPath(ticker) === text) return ticker;
  throw new SsmdError(
    "invalid_name",
    `Cannot read a ticker from the name ${JSON.stringify(text)}: it is not an escaped ticker`,
  );
}

function escapeCharacter(character: string): string {
  return "_" + character.charCodeAt(0).toString(16).toUpperCase();
}
